"""Say which package manager a package uses, which version of it is written where, and which lock files contradict each other."""

from __future__ import annotations

from dataclasses import dataclass

from .choosing import LOCKS
from .manifest import Package
from .project import Project
from .sources import join
from .values import Place

MANAGERS = ("npm", "pnpm", "yarn", "bun")


@dataclass(frozen=True, slots=True)
class Manager:
    """Be one statement about the package manager: how sure, its name, version as written, and the line."""

    name: str
    at: Place
    version: str | None = None
    lock: bool = False


def managers_at(project: Project, folder: str) -> list[Manager]:
    """Return what the files of one folder state, most binding first: `packageManager`, lock files, `engines`, volta, yarn's own."""
    package = project.workspace.packages.get(folder)
    found = _declared(package) if package is not None else []
    found += [
        Manager(manager, Place(path, 1), None, True)
        for name, manager in sorted(LOCKS.items())
        if (path := join(folder, name)) in project.sources.known
    ]
    found += _hinted(project, package, folder) if package is not None else []
    return found


def _declared(package: Package) -> list[Manager]:
    found = []
    named = package.file.text("packageManager")
    if named is not None:
        name, _, version = named.partition("@")
        if name in MANAGERS:
            found.append(Manager(name, Place(package.path, package.file.line("packageManager")), version.split("+", 1)[0] or None))
    tool = package.file.text("devEngines", "packageManager", "name")
    if tool is not None and tool in MANAGERS:
        key = "version" if package.file.text("devEngines", "packageManager", "version") else "name"
        found.append(
            Manager(
                tool,
                Place(package.path, package.file.line("devEngines", "packageManager", key)),
                package.file.text("devEngines", "packageManager", "version"),
            )
        )
    return found


def _hinted(project: Project, package: Package, folder: str) -> list[Manager]:
    found = []
    for table in ("engines", "volta"):
        for name in ("pnpm", "yarn", "bun", "npm"):
            version = package.file.text(table, name)
            if version is not None and not (table == "engines" and name == "bun" and "node" not in package.file.table("engines")):
                found.append(Manager(name, Place(package.path, package.file.line(table, name)), version))
    yarn = join(folder, ".yarnrc.yml")
    document = project.view.document(yarn) if yarn in project.sources.known else None
    if document is not None:
        release = document.text("yarnPath") or ""
        stem = release.rsplit("/", 1)[-1]
        version = stem[len("yarn-") :].removesuffix(".cjs").removesuffix(".js") if stem.startswith("yarn-") else None
        found.append(
            Manager("yarn", Place(yarn, document.line("yarnPath") if release else 1), version if version and version[0].isdigit() else None)
        )
    if join(folder, "pnpm-workspace.yaml") in project.sources.known:
        found.append(Manager("pnpm", Place(join(folder, "pnpm-workspace.yaml"), 1)))
    return found


def clashing(found: list[Manager]) -> list[Manager]:
    """Return one statement per manager where lock files or `packageManager` name more than one; else nothing."""
    binding = {m.name: m for m in reversed(found) if m.lock or (m is found[0] and m.version is not None)}
    locks = {m.name for m in found if m.lock}
    return [binding[name] for name in sorted(binding)] if len(binding) > 1 and locks else []
