"""Find code bases by their manifests, and the program files that belong to each: those that no deeper manifest owns."""

from __future__ import annotations

from .aside import is_aside
from .view import View, folder_of

_VENDORED = {"vendor", "node_modules", "deps", "_build", "target", "third_party", "bower_components"}


def homes(view: View, name: str, *manifests: str) -> dict[str, tuple[str, ...]]:
    """Return {folder: its manifests} for every folder outside tests, documents and vendored code; made once per `name`."""
    return view.kept(f"homes:{name}", lambda: _homes(view, manifests))


def _homes(view: View, manifests: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for path in view.named(*manifests):
        if not is_aside(path) and not is_vendored(path):
            found.setdefault(folder_of(path), []).append(path)
    return {folder: tuple(found[folder]) for folder in sorted(found)}


def is_vendored(path: str) -> bool:
    """Say whether a file stands in a folder of foreign code."""
    return any(part in _VENDORED for part in path.split("/")[:-1])


def program_files(view: View, folder: str, known: dict[str, tuple[str, ...]], name: str, *suffixes: str) -> tuple[str, ...]:
    """Return the files with one of the suffixes that belong to the code base at `folder`, without tests, documents and examples."""
    return view.kept(f"files:{name}", lambda: _owned(view, known, suffixes)).get(folder, ())


def _owned(view: View, known: dict[str, tuple[str, ...]], suffixes: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for path in view.suffixed(*suffixes):
        home = view.owner(folder_of(path), known)
        if home is not None and not is_aside(path, home) and not is_vendored(path):
            found.setdefault(home, []).append(path)
    return {folder: tuple(files) for folder, files in found.items()}


def inner(path: str, folder: str) -> str:
    """Return a file's path as seen from the folder of its code base."""
    return path if folder in (".", "") else path.removeprefix(folder + "/")
