"""Index the packages of a tree: which folder holds which package of which module, and what a main package reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import re2

from ..aside import is_aside
from ..parsers.golang import GoFile, Import, read_go
from ..view import View, folder_of, join
from .modules import modules

_GENERATED = re2.compile(r"(?m)^// Code generated .* DO NOT EDIT\.$")
_MAIN = re2.compile(r"(?m)^package main\b")
_SKIP = {"vendor", "testdata", "third_party", "node_modules"}
_TOOLING = {
    "tools",
    "tool",
    "hack",
    "script",
    "scripts",
    "example",
    "_example",
    "_examples",
    "magefiles",
    "mage",
    "codegen",
    "generator",
    "gen",
}
_CONSTRAINTS = ("ignore", "tools", "wireinject", "integration", "e2e", "mage", "acceptance", "plan9", "js", "wasm")


@dataclass(slots=True)
class Package:
    """Be one folder of Go files; tests and files that no build takes are left out."""

    folder: str
    base: str  # folder of its module; of the program itself where no go.mod stands above
    name: str
    files: list[str] = field(default_factory=list)


def go_file(view: View, path: str) -> GoFile | None:
    """Return the parsed file, made once."""
    return view.once("go", path, read_go)


def holding(view: View, files: Iterable[str], *sought: str) -> Iterator[tuple[str, GoFile]]:
    """Yield (path, parsed file) of those files that hold one of the words: no other is parsed."""
    for path in files:
        file = go_file(view, path) if view.holds(path, *sought) else None
        if file is not None:
            yield path, file


def is_generated(view: View, path: str) -> bool:
    """Say whether a tool wrote a file (`// Code generated … DO NOT EDIT.`): it reads no settings."""
    return view.matches(path, _GENERATED)


def declaring(view: View, folder: str, name: str) -> tuple[str, ...]:
    """Return the files of a package that declare a constant or variable of that name; each file is parsed once for all names."""
    known: dict[str, dict[str, list[str]]] = view.kept("go_declaring", dict)
    if folder not in known:
        index = known[folder] = {}
        package = packages(view).get(folder)
        for path in package.files if package else ():
            parsed = go_file(view, path)
            for one in parsed.declared if parsed is not None else ():
                index.setdefault(one, []).append(path)
    return tuple(known[folder].get(name, ()))


def packages(view: View) -> dict[str, Package]:
    """Return every package of the tree by its folder; made once per tree."""
    return view.kept("go_packages", lambda: _index(view))


def _index(view: View) -> dict[str, Package]:
    known = modules(view)
    found: dict[str, Package] = {}
    for path in view.suffixed(".go"):
        parts = path.split("/")
        if path.endswith("_test.go") or _SKIP & set(parts) or any(p[0] in "_." for p in parts):
            continue
        name = _package_name(view, path)
        if name is None:
            continue
        folder = folder_of(path)
        package = found.setdefault(folder, Package(folder, view.owner(folder, known) or "", name))
        if package.name == name or name == "main":
            package.name = name
            package.files.append(path)
    tops = {p.folder for p in found.values() if not p.base and p.name == "main"}
    for package in found.values():
        if not package.base:
            package.base = view.owner(package.folder, tops) or package.folder
    return found


def _package_name(view: View, path: str) -> str | None:
    """Return `main` or, for a library, the folder's name; None for a file that an ordinary build leaves out."""
    if view.holds(path, "//go:build", "// +build"):
        for line in view.lines(path):
            words = line.replace("//go:build", "").replace("// +build", "").split() if line.startswith(("//go:build", "// +build")) else []
            if words and words[0] in _CONSTRAINTS:
                return None
            if line.startswith("package "):
                break
    return "main" if view.matches(path, _MAIN) else folder_of(path).rpartition("/")[2]


def mains(view: View) -> list[Package]:
    """Return the main packages that declare `func main()`, sorted by folder, those of tests, examples and tooling left out."""
    return view.kept("go_mains", lambda: _mains(view))


def _mains(view: View) -> list[Package]:
    found = [p for _, p in sorted(packages(view).items()) if _is_main(view, p)]
    return [p for p in found if not _TOOLING & set(p.base.split("/"))] or found


def _is_main(view: View, package: Package) -> bool:
    inner = package.folder.removeprefix(package.base + "/") if package.folder != package.base else ""
    if package.name != "main" or (inner and (is_aside(inner + "/x") or _TOOLING & set(inner.split("/")))):
        return False
    if package.base != "." and is_aside(package.base + "/x"):
        return False
    for path in package.files:
        if view.holds(path, "func main()") and (parsed := go_file(view, path)) is not None and parsed.has_main():
            return True
    return False


def folder_of_import(view: View, path: str) -> str | None:
    """Return the folder of this tree that an import path names, None for a foreign package."""
    best: tuple[int, str] | None = None
    for module in modules(view).values():
        if module.name and (path == module.name or path.startswith(module.name + "/")):
            rest = path[len(module.name) :].strip("/")
            if best is None or len(module.name) > best[0]:
                best = len(module.name), join(module.folder, rest) if rest else module.folder
    return best[1] if best and best[1] in packages(view) else None


def reach(view: View, package: Package) -> tuple[str, ...]:
    """Return the files of a package and of every package of this tree that it imports, directly or not, sorted."""
    return view.kept(f"go_reach:{package.folder}", lambda: _reach(view, package))


def imports_of(view: View, path: str) -> tuple[Import, ...]:
    """Return what a file imports; kept plain, for every program asks."""
    known: dict[str, tuple[Import, ...]] = view.kept("go_imports_of", dict)
    if path not in known:
        parsed = go_file(view, path)
        known[path] = tuple(parsed.imports) if parsed else ()
    return known[path]


def _imported(view: View, path: str) -> tuple[str, ...]:
    """Return the folders of this tree that a file imports."""
    known: dict[str, tuple[str, ...]] = view.kept("go_imported", dict)
    if path not in known:
        folders = (folder_of_import(view, one.path) for one in imports_of(view, path))
        known[path] = tuple(f for f in folders if f is not None)
    return known[path]


def _reach(view: View, package: Package) -> tuple[str, ...]:
    known = packages(view)
    seen, pending = {package.folder}, [package.folder]
    while pending:
        for path in known[pending.pop()].files:
            for folder in _imported(view, path):
                if folder not in seen:
                    seen.add(folder)
                    pending.append(folder)
    return tuple(sorted(p for folder in seen for p in known[folder].files))


def code_bases(view: View) -> dict[str, list[Package]]:
    """Return the packages of every code base (module, or folder of a program without one) by its folder."""
    return view.kept("go_bases", lambda: _bases(view))


def _bases(view: View) -> dict[str, list[Package]]:
    found: dict[str, list[Package]] = {}
    for _, package in sorted(packages(view).items()):
        found.setdefault(package.base, []).append(package)
    return found


def program_files(view: View, base: str) -> tuple[str, ...]:
    """Return the files of a code base that its programs reach; all of them where it has no program (a library of other modules)."""
    return view.kept(f"go_files:{base}", lambda: _program_files(view, base))


def _program_files(view: View, base: str) -> tuple[str, ...]:
    own = [p for p in mains(view) if p.base == base]
    if own:
        return tuple(sorted({f for p in own for f in reach(view, p)}))
    return ()
