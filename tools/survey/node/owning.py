"""Say to which code bases a file's facts belong: the programs that load it, else the package that holds it."""

from __future__ import annotations

from collections import defaultdict

from ..view import View
from .built import is_front
from .project import project
from .running import programs
from .runs import is_side

VIEWS = (".tsx", ".jsx")


def owners(view: View, path: str) -> list[str]:
    """Return the folders of the programs that load a file; of the package around it where none does."""
    known = view.kept("node.owners", lambda: _index(view))
    if path in known:
        return known[path]
    made = project(view)
    package = made.workspace.nearest(path)
    if package is None:
        return ["."]
    users = view.kept("node.users", lambda: _users(view))
    return users.get(package.folder) or [package.folder]


def _users(view: View) -> dict[str, list[str]]:
    """Return package folder -> folders of the programs whose packages need it."""
    made = project(view)
    found: dict[str, set[str]] = defaultdict(set)
    for program in programs(view):
        for package in made.workspace.needs(program.run.package) if program.run.package is not None else ():
            found[package.folder].add(program.run.folder)
    return {folder: sorted(folders) for folder, folders in found.items()}


def _index(view: View) -> dict[str, list[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for program in programs(view):
        for path in program.files:
            found[path].add(program.run.folder)
    return {path: sorted(folders) for path, folders in found.items()}


def backend_files(view: View) -> list[str]:
    """Return the code files that belong to backends: those that programs load, and the rest of packages that are no browser code."""
    return view.kept("node.backend_files", lambda: _backend_files(view))


def _backend_files(view: View) -> list[str]:
    made = project(view)
    found = {path for program in programs(view) for path in program.files}
    served = {p.run.folder for p in programs(view)}
    traced = {p.run.folder for p in programs(view) if p.run.entries}
    for package in made.packages:
        quiet = is_side(made, package) or (package.folder not in served and is_front(made, package))
        if not quiet:
            files = made.files_of(package)
            found.update(_without_views(files, found, package.folder) if package.folder in traced else files)
    return sorted(found)


def _without_views(files: list[str], reached: set[str], folder: str) -> list[str]:
    """Return a package's files without the browser code beside its traced programs: unreached components, and folders full of them."""
    homes: dict[str, list[str]] = defaultdict(list)
    for path in files:
        inside = path if folder == "." else path[len(folder) + 1 :]
        homes[inside.split("/", 1)[0]].append(path)
    views = {home for home, paths in homes.items() if sum(p.endswith(VIEWS) for p in paths) * 2 > len(paths)}
    kept = []
    for home, paths in homes.items():
        kept += [p for p in paths if p in reached or not (p.endswith(VIEWS) or home in views)]
    return kept
