"""State the variables that compose files hand to images of this repository: only the assembler knows whose an image is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ....core.facts import ComposeService, Fact
from ..envfacts import given
from ..variables import is_name
from .grouping import Group
from .ledger import Ledger


def handed(ledger: Ledger, grouped: Iterable[Group]) -> Iterator[Fact]:
    """Yield the names that services run from an image, but built from code here, get from their compose file, each with its line."""
    known = {(v.file, v.name): v for _, v in ledger.values("compose", ComposeService)}
    for group in grouped:
        for one in group.members:
            file = one.evidence[0].path if one.evidence else ""
            service = known.get((file, one.name or ""))
            if one.origin == "compose" and one.image and one.path is not None and service is not None and not service.build_context:
                yield from _names(ledger, one.path, service)


def _names(ledger: Ledger, folder: str, service: ComposeService) -> Iterator[Fact]:
    for name in sorted(service.environment):
        line = _line(ledger, service, name) if is_name(name) else None
        if line is not None:
            yield given(folder, name, ledger.view.evidence(service.file, line))


def _line(ledger: Ledger, service: ComposeService, name: str) -> int | None:
    """Return the line below the service's own that begins with the name, as a key or in a list."""
    lines = ledger.view.lines(service.file)
    for number, line in enumerate(lines[service.line - 1 :], service.line):
        if line.strip().lstrip("-\"' ").startswith((f"{name}:", f"{name}=", f'{name}":', f"{name}'")):
            return number
    return None
