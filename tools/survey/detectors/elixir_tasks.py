"""Detect background jobs of Elixir applications: Oban, Exq, Quantum, Broadway. They run inside the application's own node."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Datastore, Fact, Job, Queue
from ..detector import View, entry
from ..elixir.mix import Project, programs
from ..elixir.tasks import schedules, uses_system, workers

_SYSTEMS = {"oban": ("Oban", "postgresql"), "exq": ("Exq", "redis")}


def detect(view: View) -> Iterator[Fact]:
    """Yield the queue, every worker module and every schedule."""
    for project in programs(view):
        found = [*workers(view, project), *schedules(view, project)]
        for one in found:
            at = view.evidence(*one.at)
            yield entry("job", project.folder, Job(name=one.name, kind=one.kind, schedule=one.schedule, evidence=(at,)))
        yield from _systems(view, project, any(t.kind.startswith("oban") for t in found))


def _systems(view: View, project: Project, has_workers: bool) -> Iterator[Fact]:
    for name, (title, carrier) in _SYSTEMS.items():
        dep = project.dep(name)
        if dep is None:
            continue
        place = uses_system(view, project, title)
        if place is None and not (name == "oban" and has_workers):
            continue
        evidence = tuple(view.evidence(*p) for p in (place, dep.at) if p is not None)
        yield entry("queue", project.folder, Queue(kind=name, backend=carrier, evidence=evidence), "high")
        if carrier == "redis":
            yield entry("datastore", project.folder, Datastore(kind="redis", drivers=(name,), evidence=evidence), "high")
