"""Give the Python files of a code base that can matter, parsed once, and their dotted names."""

from __future__ import annotations

from collections.abc import Iterator

from ..aside import is_aside
from ..parsers.python import PythonFile
from ..sieve import Sought, sought
from ..view import View, join
from .projects import projects

_ROOTS = ("src", "lib", "python")


def files(view: View, folder: str) -> list[str]:
    """Return the program's Python files of a code base: nested code bases, tests, documents and examples left out."""
    by_project = view.kept("python_files", lambda: _split(view))
    return by_project.get(folder, [])


def _split(view: View) -> dict[str, list[str]]:
    known = projects(view)
    found: dict[str, list[str]] = {folder: [] for folder in known}
    for path in view.suffixed(".py"):
        folder = view.owner(path, known.keys())
        if folder is not None and not is_aside(path, folder):
            found[folder].append(path)
    return found


def having(view: View, folder: str, *words: str) -> Iterator[tuple[str, PythonFile]]:
    """Yield the parsed files of a code base whose text holds one of the words that only this code base tells, in path order."""
    for path in files(view, folder):
        parsed = view.python(path) if view.holds(path, *words) else None
        if parsed is not None:
            yield path, parsed


def seek(*words: str, pattern: str = "") -> Sought:
    """State what Python files will be asked for: one of the words, or an RE2 pattern."""
    return sought("python", *words, pattern=pattern)


def meeting(view: View, folder: str, question: Sought) -> Iterator[tuple[str, PythonFile]]:
    """Yield the parsed files of a code base that hold what is sought, in path order."""
    for path in files(view, folder):
        parsed = view.python(path) if view.meets(path, question) else None
        if parsed is not None:
            yield path, parsed


def dotted(path: str, folder: str) -> str:
    """Return the module's dotted name as the code base's own folder sees it; a `src` layout's first folder is taken off."""
    inner = path if folder in (".", "") else path.removeprefix(folder + "/")
    parts = inner.removesuffix(".py").split("/")
    if len(parts) > 1 and parts[0] in _ROOTS:
        parts = parts[1:]
    if parts[-1] == "__init__" and len(parts) > 1:
        parts = parts[:-1]
    return ".".join(parts)


def path_of(view: View, folder: str, module: str) -> str | None:
    """Return the file of a dotted module of a code base, None for a module of elsewhere."""
    inner = module.replace(".", "/")
    for base in ("", *(r + "/" for r in _ROOTS)):
        for tail in (".py", "/__init__.py"):
            path = join(folder, base + inner + tail)
            if view.repository.size(path) or view.exists(path):
                return path
    return None


def absolute(module: str, path: str, folder: str) -> str:
    """Return an imported name with leading dots (as `PythonFile.imports` keeps relative ones) made absolute for the file at `path`."""
    if not module.startswith("."):
        return module
    bare = module.lstrip(".")
    level = len(module) - len(bare)
    here = dotted(path, folder).split(".")
    package = here if path.endswith("/__init__.py") else here[:-1]
    base = package[: len(package) - (level - 1)] if level > 1 else package
    return ".".join([*base, bare]) if bare else ".".join(base)
