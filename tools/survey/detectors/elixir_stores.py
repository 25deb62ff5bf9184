"""Detect what Elixir applications talk to: Ecto repositories and their adapters, drivers, sign-in, caches, foreign services."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Datastore, Evidence, Fact, Named
from ..detector import View, entry
from ..elixir.mix import Project, elixir_file, matching, programs, settings_files
from ..knowledge.elixirlibs import ADAPTERS, ELIXIR, MAILERS
from ..knowledge.stores import RELATIONAL
from ..libfacts import brought
from ..parsers.elixir import descend
from ..parsers.grammar import line_of, words

_MAIL = ("swoosh", "bamboo", "gen_smtp")
_ADAPTERS = ("Swoosh.Adapters.", "Bamboo.")
_JOBS = ("oban", "exq")


def detect(view: View) -> Iterator[Fact]:
    """Yield the stores, and what every production dependency brings."""
    for project in programs(view):
        yield from _relational(view, project)
        mailers = list(_mailers(view, project))
        yield from mailers
        for dep in project.deps:
            if dep.development:
                continue
            at = view.evidence(*dep.at)
            kind = ELIXIR.drivers.get(dep.name)
            if kind and kind not in RELATIONAL and kind != "sqlite":
                yield entry(
                    "datastore", project.folder, Datastore(kind=kind, required=kind != "s3", drivers=(dep.name,), evidence=(at,)), "high"
                )
            if dep.name not in _JOBS and not (mailers and dep.name in _MAIL):
                yield from brought(project.folder, "elixir", dep.name, ELIXIR, at)


def _mailers(view: View, project: Project) -> Iterator[Fact]:
    """Yield what the adapters that settings of production name hand mail to; those that keep it are none."""
    for path in settings_files(view, project):
        parsed = elixir_file(view, path) if view.holds(path, *_ADAPTERS) else None
        for node in descend(parsed.root, "alias") if parsed is not None else ():
            name = words(node)
            if name.startswith(_ADAPTERS):
                kind = MAILERS.get(name.rpartition(".")[2].removesuffix("Adapter").removesuffix("Helper"))
                if kind:
                    yield entry("integration", project.folder, Named(kind=kind, evidence=(view.evidence(path, line_of(node)),)))


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
