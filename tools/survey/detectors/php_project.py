"""Detect PHP code bases: Composer manifests and lock files, PHP versions, packages, and folders of pages without a manifest."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Located
from ..detector import View, entry, library, module, runtime_version, script
from ..php.composer import Project, files, projects


def detect(view: View) -> Iterator[Fact]:
    """Yield what every PHP code base declares about itself."""
    for folder, project in projects(view).items():
        own = files(view, folder)
        first = project.file or next(iter(own), None)
        if first is None:
            continue
        evidence = view.evidence(first)
        yield module(folder, "language", "php", evidence, confidence="certain" if own else "medium")
        if project.file is not None:
            yield from _manifest(view, project)


def _manifest(view: View, project: Project) -> Iterator[Fact]:
    folder, path = project.folder, project.file or ""
    evidence = view.evidence(path)
    yield entry("manifest", folder, Located(kind="php", path=path))
    yield module(folder, "manifest", path, evidence, language="php")
    yield module(folder, "package_manager", "composer", view.evidence(project.lock or path), language="php")
    if project.lock:
        yield module(folder, "lock_file", project.lock, view.evidence(project.lock), language="php")
    if project.name:
        yield module(folder, "name", project.name.rpartition("/")[2], view.proof(path, project.name), language="php")
    for key, value, place in project.versions:
        yield runtime_version(folder, "php", "manifest", value, view.evidence(*place), key=key)
    for package in project.packages:
        yield library(folder, package.name, package.version, view.evidence(*package.at), development=package.development)
    for name, (command, place) in project.scripts.items():
        yield script(folder, name, command, view.evidence(*place))
