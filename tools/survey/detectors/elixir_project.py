"""Detect Elixir code bases: mix projects and umbrellas, Elixir requirements, lock files, dependencies."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Located
from ..detector import View, entry, library, module, runtime_version
from ..elixir.mix import Project, projects
from ..view import join


def detect(view: View) -> Iterator[Fact]:
    """Yield what every mix project declares about itself."""
    for project in projects(view).values():
        yield from _project(view, project)


def _project(view: View, project: Project) -> Iterator[Fact]:
    folder, evidence = project.folder, view.evidence(project.file)
    yield entry("manifest", folder, Located(kind="elixir", path=project.file))
    yield module(folder, "language", "elixir", evidence)
    yield module(folder, "manifest", project.file, evidence, language="elixir")
    yield module(folder, "package_manager", "mix", evidence, language="elixir")
    if project.app and project.at[0]:
        yield module(folder, "name", project.app, view.evidence(*project.at), language="elixir")
    lock = join(folder, "mix.lock")
    if view.repository.real(lock):
        yield module(folder, "lock_file", lock, view.evidence(lock), language="elixir")
    if project.above is not None:
        yield module(folder, "member_of", project.above, evidence, language="elixir")
        yield module(folder, "library", True, evidence, language="elixir")
    if project.elixir:
        yield runtime_version(folder, "elixir", "manifest", project.elixir[0], view.evidence(*project.elixir[1]), key="elixir")
    for dep in project.deps:
        if dep.at[0] == project.file:
            yield library(folder, dep.name, dep.version, view.evidence(*dep.at), development=dep.development)
