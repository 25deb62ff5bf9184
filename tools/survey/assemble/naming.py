"""Give every service a name of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ....core.base import slug
from ....core.facts import Service


def distinct(services: Iterable[Service]) -> tuple[Service, ...]:
    """Return the services sorted by path and name; where two would share a name, folder or role is added, then a number."""
    ordered = sorted(services, key=lambda s: (s.path is None, s.path or "", s.name, s.role, s.start_command or ""))
    shared = {name for name, count in Counter(s.name for s in ordered).items() if count > 1}
    taken: set[str] = set()
    found: list[Service] = []
    for service in ordered:
        name = service.name
        if name in shared and name in taken:
            name = next(n for n in _others(service) if n not in taken)
        taken.add(name)
        found.append(service.model_copy(update={"name": name}) if name != service.name else service)
    return tuple(found)


def _others(service: Service) -> Iterable[str]:
    if service.path not in (None, "."):
        yield slug(f"{service.path}-{service.name}")
    yield f"{service.name}-{service.role}"
    number = 2
    while True:
        yield f"{service.name}-{number}"
        number += 1
