"""Say to which code bases a file's facts belong: the programs that load it, else the package that holds it."""

from __future__ import annotations

from collections import defaultdict

from ..view import View
from .built import is_front
from .project import project
from .running import programs
from .runs import is_side


def owners(view: View, path: str) -> list[str]:
    """Return the folders of the programs that load a file; of the package around it where none does."""
    known = view.kept("node.owners", lambda: _index(view))
    if path in known:
        return known[path]
    made = project(view)
    package = made.workspace.nearest(path)
    if package is None:
        return ["."]
    users = [p.run.folder for p in programs(view) if p.run.package is not None and package in made.workspace.needs(p.run.package)]
    return sorted(set(users)) or [package.folder]


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
    for package in made.packages:
        quiet = is_side(made, package) or (package.folder not in served and is_front(made, package))
        if not quiet:
            found.update(made.files_of(package))
    return sorted(found)
