"""Detect .NET code bases: projects, SDK pins, target frameworks, packages, clients that are no backends."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Located, OutOfScope
from ..detector import View, entry, folder_of, library, module, runtime_version
from ..dotnet.projects import Project, by_folder, projects
from ..view import join


def detect(view: View) -> Iterator[Fact]:
    """Yield what every project, solution and global.json declares."""
    for path, project in projects(view).items():
        yield entry("manifest", project.folder, Located(kind="dotnet", path=path))
    for path in view.suffixed(".sln", ".slnx"):
        yield entry("manifest", folder_of(path), Located(kind="dotnet-solution", path=path))
    for project in by_folder(view).values():
        yield from _project(view, project)
    for path in view.named("global.json"):
        document = view.document(path)
        version = document.text("sdk", "version") if document else None
        if version and document:
            line = view.evidence(path, document.line("sdk", "version"))
            yield runtime_version(folder_of(path), "dotnet", "version-file", version, line, key="sdk.version")


def _project(view: View, project: Project) -> Iterator[Fact]:
    folder, language = project.folder, project.language
    evidence = view.evidence(project.file, project.at)
    yield module(folder, "language", language, evidence)
    yield module(folder, "manifest", project.file, evidence, language=language)
    yield module(folder, "package_manager", "nuget", evidence, language=language)
    yield module(folder, "name", project.name, evidence, language=language)
    lock = join(folder, "packages.lock.json")
    if view.repository.real(lock):
        yield module(folder, "lock_file", lock, view.evidence(lock), language=language)
    for key in ("TargetFramework", "TargetFrameworks", "TargetFrameworkVersion"):
        found = project.properties.get(key)
        if found is None:
            continue
        for value in found[0].split(";"):
            if value.strip() and "$(" not in value and any(c.isdigit() for c in value) and not value.startswith("netstandard"):
                yield runtime_version(folder, "dotnet", "manifest", value.strip(), view.evidence(*found[1]), key=key)
    for package in project.packages:
        yield library(folder, package.name, package.version, view.evidence(*package.place), development=project.is_test)
    if project.is_client:
        why = (
            "browser code: it is downloaded and run by browsers"
            if "Blazor" in project.sdk
            else "a desktop or mobile client: nothing of it is deployed"
        )
        client = OutOfScope(name=project.name, path=folder, language=language, framework=_client(project), why=why, evidence=(evidence,))
        yield entry("out_of_scope", folder, client)


def _client(project: Project) -> str:
    if "Blazor" in project.sdk:
        return "blazor"
    for name, kind in (("UseMaui", "maui"), ("UseWPF", "wpf"), ("UseWindowsForms", "winforms")):
        if project.says(name):
            return kind
    return "dotnet-client"
