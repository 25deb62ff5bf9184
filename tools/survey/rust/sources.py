"""Give the files that a package's programs are built from: its own, and those of the crates of this repository that it depends on."""

from __future__ import annotations

from collections.abc import Iterator

from ..codebase import inner
from ..parsers.rust import RustFile
from ..view import View
from .cargo import Binary, Package, files, packages, rust_file


def local(view: View, package: Package) -> list[Package]:
    """Return a package and the packages of this repository that it is built with, itself first."""
    known = packages(view)
    found = [package]
    for one in found:
        for crate in one.crates:
            other = known.get(crate.path) if crate.path and not crate.development else None
            if other is not None and other not in found:
                found.append(other)
    return found


def built_from(view: View, package: Package, binary: Binary | None = None) -> list[str]:
    """Return the files of a package and its local crates, those of its other programs left out."""
    others = {b.file for b in package.binaries if binary is not None and b.file != binary.file}
    found = []
    for one in local(view, package):
        foreign = {b.file for b in one.binaries} if one is not package else others
        folders = tuple(f.removesuffix("main.rs") for f in foreign if f.endswith("/main.rs") and "/bin/" in f)
        found += [
            p for p in files(view, one.folder) if p not in foreign and not (folders and p.startswith(folders)) and not _is_test(p, one)
        ]
    return found


def _is_test(path: str, package: Package) -> bool:
    return inner(path, package.folder).startswith(("tests/", "benches/", "examples/"))


def matching(view: View, paths: list[str], *marks: str) -> Iterator[tuple[str, RustFile]]:
    """Yield (path, parsed file) of those files that hold one of the words."""
    for path in paths:
        if view.holds(path, *marks):
            parsed = rust_file(view, path)
            if parsed is not None:
                yield path, parsed
