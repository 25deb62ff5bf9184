"""Read Cargo manifests: packages, workspaces and what members inherit, dependencies with their features, binaries."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from ..aside import is_aside
from ..codebase import homes, inner, program_files
from ..parsers.document import Document
from ..parsers.rust import RustFile, read_rust
from ..view import View, join

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Crate:
    """Be one dependency: `name` is the crate's own, `path` the folder of a crate of this repository."""

    name: str
    version: str
    features: tuple[str, ...]
    at: Place
    development: bool = False
    optional: bool = False
    path: str | None = None
    switched: tuple[str, ...] = ()  # features that only features of the package itself turn on


@dataclass(frozen=True, slots=True)
class Binary:
    """Be one program of a package: its name and the file of its `main`."""

    name: str
    file: str
    at: Place


@dataclass(slots=True)
class Package:
    """Be one package of a Cargo manifest."""

    folder: str
    file: str
    name: str
    at: Place
    root: str | None = None  # folder of the workspace that it is a member of
    crates: list[Crate] = field(default_factory=list)
    binaries: list[Binary] = field(default_factory=list)
    default_run: str | None = None
    version: tuple[str, Place] | None = None  # `rust-version`

    def crate(self, *names: str) -> Crate | None:
        """Return the first of these crates that the program is built with."""
        return next((c for c in self.crates if c.name in names and not c.development), None)


def packages(view: View) -> dict[str, Package]:
    """Return every package by its folder; made once per tree."""
    return view.kept("rust_packages", lambda: _packages(view))


def workspaces(view: View) -> dict[str, tuple[str, Place]]:
    """Return {folder: (manifest, line)} of the workspaces."""
    found = {}
    for folder, (path, *_) in homes(view, "rust", "Cargo.toml").items():
        document = view.document(path)
        if document is not None and "workspace" in document.data:
            found[folder] = (path, (path, document.line("workspace")))
    return found


def files(view: View, folder: str) -> tuple[str, ...]:
    """Return the Rust files that a package's programs are built from: those of `src`, without tests, benches and examples."""
    known = homes(view, "rust", "Cargo.toml")
    return tuple(p for p in program_files(view, folder, known, "rust", ".rs") if inner(p, folder) != "build.rs")


def rust_file(view: View, path: str) -> RustFile | None:
    """Return one parsed file; parsed once."""
    return view.once("rust", path, read_rust)


def _packages(view: View) -> dict[str, Package]:
    roots = workspaces(view)
    found: dict[str, Package] = {}
    for folder, (path, *_) in homes(view, "rust", "Cargo.toml").items():
        document = view.document(path)
        name = document.text("package", "name") if document is not None else None
        if document is None or not name:
            continue
        made = Package(folder, path, name, (path, document.line("package", "name")))
        made.root = _root(view, folder, roots)
        shared = view.document(roots[made.root][0]) if made.root is not None else None
        made.default_run = document.text("package", "default-run")
        _dependencies(made, document, shared)
        _version(made, document)
        made.binaries = _binaries(view, made, document)
        found[folder] = made
    return found


def _root(view: View, folder: str, roots: dict[str, tuple[str, Place]]) -> str | None:
    """Return the nearest workspace at or above a folder whose members name it (its own root package is one)."""
    here = folder
    while True:
        if here in roots:
            document = view.document(roots[here][0])
            inside = inner(folder, here) if folder != here else "."
            members = [m for m in document.items("workspace", "members") if isinstance(m, str)] if document else []
            excluded = [m for m in document.items("workspace", "exclude") if isinstance(m, str)] if document else []
            if inside == "." or any(fnmatchcase(inside, posixpath.normpath(m)) for m in members):
                return here
            if not any(inside == m or inside.startswith(m + "/") for m in excluded) and not members:
                return here
            return None
        if here == ".":
            return None
        here = here.rpartition("/")[0] or "."


def _dependencies(made: Package, document: Document, shared: Document | None) -> None:
    tables: list[tuple[str, ...]] = [("dependencies",), ("dev-dependencies",)]
    tables += [("target", t, "dependencies") for t in document.table("target")]
    switched = [s for group in document.table("features").values() for s in _texts(group) if "/" in s]
    for keys in tables:
        for name, value in document.table(*keys).items():
            inherited = isinstance(value, dict) and value.get("workspace") is True
            above = shared.get("workspace", "dependencies", name) if inherited and shared is not None else None
            base = above if isinstance(above, dict) else {"version": above} if isinstance(above, str) else {}
            own = value if isinstance(value, dict) else {"version": value}
            features = (*_texts(base.get("features")), *_texts(own.get("features")))
            path, home = (own.get("path"), made.folder) if isinstance(own.get("path"), str) else (base.get("path"), made.root or ".")
            made.crates.append(
                Crate(
                    name=str(own.get("package") or base.get("package") or name),
                    version=str(own.get("version") or base.get("version") or ""),
                    features=tuple(dict.fromkeys(features)),
                    at=(made.file, document.line(*keys, name)),
                    development=keys[-1] == "dev-dependencies",
                    optional=own.get("optional") is True,
                    path=posixpath.normpath(join(home, path)) if isinstance(path, str) else None,
                    switched=tuple(dict.fromkeys(s.partition("/")[2] for s in switched if s.partition("/")[0].rstrip("?") == name)),
                )
            )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()


def _version(made: Package, document: Document) -> None:
    own = document.text("package", "rust-version")
    if own:
        made.version = (own, (made.file, document.line("package", "rust-version")))


def _binaries(view: View, made: Package, document: Document) -> list[Binary]:
    """Return the package's programs: `[[bin]]` entries, `src/main.rs`, and the files and folders of `src/bin`."""
    found: dict[str, Binary] = {}
    claimed: set[str] = set()
    for index, entry in enumerate(document.items("bin")):
        name = entry.get("name") if isinstance(entry, dict) else None
        path = entry.get("path") if isinstance(entry, dict) else None
        if isinstance(name, str) and (file := _source(view, made, name, path)):
            found[name] = Binary(name, file, (made.file, document.line("bin", index, "name")))
            claimed.add(file)
    main = join(made.folder, "src/main.rs")
    if view.repository.size(main) and main not in claimed and document.get("package", "autobins") is not False:
        found.setdefault(made.name, Binary(made.name, main, made.at))
    for path in view.under(join(made.folder, "src/bin"), view.suffixed(".rs")):
        rest = inner(path, join(made.folder, "src/bin"))
        name = rest.removesuffix(".rs") if "/" not in rest else rest.partition("/")[0] if rest.endswith("/main.rs") else ""
        if name and path not in claimed and not is_aside(path, made.folder):
            found.setdefault(name, Binary(name, path, (path, 1)))
    return list(found.values())


def _source(view: View, made: Package, name: str, path: object) -> str | None:
    places = [path] if isinstance(path, str) else [f"src/bin/{name}.rs", f"src/bin/{name}/main.rs", "src/main.rs"]
    return next((f for f in (posixpath.normpath(join(made.folder, p)) for p in places) if view.repository.size(f)), None)
