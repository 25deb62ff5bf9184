"""Give the code of each .NET project: its own, and that of the projects it references."""

from __future__ import annotations

from collections.abc import Iterator

from ...repository.repository import Pattern
from ..parsers.csharp import CsFile, read_csharp
from ..view import View
from .projects import Package, Project, by_folder, projects

_SKIP = {"bin", "obj", "node_modules", "wwwroot", "testresults"}


def cs_file(view: View, path: str) -> CsFile | None:
    """Return the parsed file, made once; None for one of another language."""
    if not path.endswith(".cs"):
        return None
    return view.once("csharp", path, read_csharp)


def files(view: View, project: Project) -> tuple[str, ...]:
    """Return the project's own C# and F# files, sorted."""
    return view.kept("dotnet_files", lambda: _files(view)).get(project.folder, ())


def _files(view: View) -> dict[str, tuple[str, ...]]:
    known = by_folder(view)
    found: dict[str, list[str]] = {}
    for path in view.suffixed(".cs", ".fs"):
        if _SKIP & set(path.lower().split("/")):
            continue
        owner = view.owner(path, known)
        if owner is not None:
            found.setdefault(owner, []).append(path)
    return {folder: tuple(sorted(paths)) for folder, paths in found.items()}


def closure(view: View, project: Project) -> list[Project]:
    """Return the project and those it references, directly or not, itself first."""
    return view.kept(f"dotnet_closure:{project.file}", lambda: _closure(view, project))


def _closure(view: View, project: Project) -> list[Project]:
    known, found = projects(view), [project]
    for one in found:
        found.extend(known[r] for r in one.references if r in known and known[r] not in found)
    return found


def code(view: View, project: Project, *words: str) -> Iterator[tuple[str, CsFile]]:
    """Yield the files of a project and of those it references that hold one of the words (all of them without words)."""
    for one in closure(view, project):
        for path in files(view, one):
            if not words or view.holds(path, *words):
                parsed = cs_file(view, path)
                if parsed is not None:
                    yield path, parsed


def matching(view: View, project: Project, pattern: Pattern) -> Iterator[tuple[str, CsFile]]:
    """Yield the files of a project and of those it references in which an RE2 pattern is found."""
    for one in closure(view, project):
        for path in files(view, one):
            if view.matches(path, pattern):
                parsed = cs_file(view, path)
                if parsed is not None:
                    yield path, parsed


def packages(view: View, project: Project) -> list[Package]:
    """Return the packages that reach the program, its own first."""
    return [p for one in closure(view, project) for p in one.packages]


def first(view: View, project: Project, *words: str, own: bool = False) -> tuple[str, int] | None:
    """Return the first line of the code that holds one of the words; of the project itself only with `own`."""
    for one in closure(view, project)[: 1 if own else None]:
        for path in files(view, one):
            if view.holds(path, *words):
                number = min((n for w in words if (n := view.find(path, w))), default=None)
                if number:
                    return path, number
    return None
