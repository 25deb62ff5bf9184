"""Detect what Elixir applications talk to: Ecto repositories and their adapters, drivers, sign-in, caches, foreign services."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Datastore, Evidence, Fact
from ..detector import View, entry
from ..elixir.mix import Project, matching, programs
from ..knowledge.elixirlibs import ADAPTERS, ELIXIR
from ..knowledge.stores import RELATIONAL
from ..libfacts import brought
from ..parsers.elixir import descend
from ..parsers.grammar import line_of, words

_JOBS = ("oban", "exq")


def detect(view: View) -> Iterator[Fact]:
    """Yield the stores, and what every production dependency brings."""
    for project in programs(view):
        yield from _relational(view, project)
        for dep in project.deps:
            if dep.development:
                continue
            at = view.evidence(*dep.at)
            kind = ELIXIR.drivers.get(dep.name)
            if kind and kind not in RELATIONAL and kind != "sqlite":
                yield entry(
                    "datastore", project.folder, Datastore(kind=kind, required=kind != "s3", drivers=(dep.name,), evidence=(at,)), "high"
                )
            if dep.name not in _JOBS:
                yield from brought(project.folder, "elixir", dep.name, ELIXIR, at)


def _relational(view: View, project: Project) -> Iterator[Fact]:
    """Yield the database of every adapter that a repository or its settings name, else of the only driver."""
    adapters: dict[str, list[Evidence]] = {}
    for path, parsed in matching(view, project, *ADAPTERS):
        for node in descend(parsed.root, "alias"):
            kind = ADAPTERS.get(words(node))
            if kind:
                adapters.setdefault(kind, []).append(view.evidence(path, line_of(node)))
    drivers = [d for d in project.deps if not d.development and ELIXIR.drivers.get(d.name) in (RELATIONAL | {"sqlite"})]
    for dep in drivers if not adapters else ():
        adapters.setdefault(ELIXIR.drivers[dep.name], []).append(view.evidence(*dep.at))
    for kind, lines in sorted(adapters.items()):
        used = [d for d in drivers if ELIXIR.drivers[d.name] == kind]
        evidence = tuple(dict.fromkeys([*lines[:3], *(view.evidence(*d.at) for d in used)]))
        yield entry("datastore", project.folder, Datastore(kind=kind, drivers=tuple(d.name for d in used), evidence=evidence), "high")
