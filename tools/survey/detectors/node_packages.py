"""Detect packages of Node, Bun and Deno: manifests, workspaces, package managers, lock files, libraries, scripts, engine versions."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Conflict, ConflictValue, Fact, Located
from ..detector import View, entry, library, module, runtime_version, script
from ..node.built import engine_of
from ..node.choosing import LOCKS
from ..node.managing import Manager, clashing, managers_at
from ..node.manifest import Package
from ..node.project import Project, project
from ..node.running import of_package, programs
from ..node.runs import is_side
from ..node.sources import join
from ..node.values import Place

ENGINES = ("node", "bun", "deno")
NEAR = 50
TYPED = (".ts", ".mts", ".cts", ".tsx")


def detect(view: View) -> Iterator[Fact]:
    """Yield what each manifest says, and what holds for code without one."""
    made = project(view)
    for package in made.packages:
        if is_side(made, package):
            continue
        yield entry("manifest", package.folder, Located(kind=package.path.rsplit("/", 1)[-1], path=package.path))
        yield from _package(made, package)
    for program in programs(view):
        run = program.run
        if run.package is None or run.package.folder != run.folder:
            yield from _folder_without_manifest(made, run.folder, run.engine, run.entries, run.at, run.package)


def _package(made: Project, package: Package) -> Iterator[Fact]:
    view, folder = made.view, package.folder
    first = view.evidence(package.path, package.file.line("name"))
    typed = _typed_evidence(made, package)
    language = "typescript" if typed is not None else "javascript"
    held = view.evidence(package.path, 1) if typed is None else view.evidence(*typed)
    yield module(folder, "language", language, held, confidence="certain" if _is_code(made, package) else "medium")
    yield module(folder, "runtime", _runtime(made, package), first)
    yield module(folder, "name", package.name, first)
    yield module(folder, "manifest", package.path, first)
    root = made.workspace.root_of(folder)
    if root is not None:
        yield module(folder, "member_of", root, first)
    if not of_package(view, package) and folder in made.workspace.depended:
        yield module(folder, "library", True, first)
    yield from _manager(made, folder)
    yield from _engines(made, package)
    for name, version in package.libraries.items():
        at = view.evidence(package.path, package.library_line(name) or 1)
        yield library(folder, name, version, at, development=name not in package.runtime_libraries)
    for name, command in package.scripts.items():
        yield script(folder, name, command, view.evidence(package.path, package.script_line(name)))


def _is_code(made: Project, package: Package) -> bool:
    """Tell whether the folder is more than the front-end tooling of another language's application."""
    return bool(of_package(made.view, package)) or bool(made.files_of(package))


def _typed_evidence(made: Project, package: Package) -> tuple[str, int] | None:
    """Return a line that shows TypeScript: the program's entry, else most files, else tsconfig with TypeScript files."""
    entries = [path for p in of_package(made.view, package) for path in p.run.entries]
    if entries:
        return (entries[0], 1) if entries[0].endswith(TYPED) else _typed_tree(made, entries[0])
    files = made.files_of(package)
    typed = [f for f in files if f.endswith(TYPED)]
    return (typed[0], 1) if typed and len(typed) * 2 >= len(files) else None


def _typed_tree(made: Project, entry_path: str) -> tuple[str, int] | None:
    """Return a TypeScript file where a small JavaScript starter loads mostly TypeScript."""
    reached = made.reached(entry_path)
    typed = [f for f in reached if f.endswith(TYPED)]
    return (typed[0], 1) if len(typed) > len(reached) / 2 else None


def _runtime(made: Project, package: Package) -> str:
    if package.flavour == "deno":
        return "deno"
    engines = [p.run.engine for p in of_package(made.view, package) if not p.run.development]
    return engines[0] if engines else engine_of(made, package)


def _manager(made: Project, folder: str) -> Iterator[Fact]:
    view = made.view
    found = managers_at(made, folder)
    if not found:
        return
    best = found[0]
    yield module(folder, "package_manager", best.name, view.evidence(best.at.path, best.at.line))
    for name, manager in sorted(LOCKS.items()):
        if manager == best.name and view.exists(path := join(folder, name)):
            yield module(folder, "lock_file", path, view.evidence(path, 1))
    versioned = next((m for m in found if m.name == best.name and m.version), None)
    if versioned is not None and versioned.version is not None:
        yield module(folder, "package_manager_version", versioned.version, view.evidence(versioned.at.path, versioned.at.line))
    clash = clashing(found)
    if clash:
        yield entry("conflict", folder, Conflict(subject=f"package_manager:{folder}", values=tuple(_value(view, m) for m in clash)))


def _value(view: View, manager: Manager) -> ConflictValue:
    """Cite the statement; of a lock file, its first line that names the manager, where one near its top does."""
    path, number = manager.at.path, manager.at.line
    if manager.lock:
        near = (n for n, text in enumerate(view.lines(path)[:NEAR], 1) if manager.name in text.lower())
        number = next(near, number)
    return ConflictValue(value=manager.name, evidence=(view.evidence(path, number),))


def _engines(made: Project, package: Package) -> Iterator[Fact]:
    """Yield the engine versions that a manifest or npm's settings declare."""
    view, folder, file = made.view, package.folder, package.file
    runtimes = {p.run.engine for p in of_package(view, package)} or {_runtime(made, package)}
    for engine in ENGINES:
        for table in ("volta", "engines"):
            version = file.text(table, engine)
            if version is not None and engine in runtimes:
                yield runtime_version(
                    folder, engine, "manifest", version, view.evidence(package.path, file.line(table, engine)), f"{table}.{engine}"
                )
    listed = file.get("devEngines", "runtime")
    for index, item in enumerate(listed if isinstance(listed, list) else [listed]):
        if isinstance(item, dict) and item.get("name") in runtimes and isinstance(item.get("version"), str):
            line = (
                file.line("devEngines", "runtime", "version")
                if not isinstance(listed, list)
                else file.item_line(index, "devEngines", "runtime")
            )
            at = view.find(package.path, item["version"], start=line) or line
            yield runtime_version(folder, item["name"], "manifest", item["version"], view.evidence(package.path, at), "devEngines.runtime")
    npmrc = join(folder, ".npmrc")
    for number, text in enumerate(view.lines(npmrc), 1):
        key, _, value = text.partition("=")
        if key.strip() == "use-node-version" and value.strip() and "node" in runtimes:
            yield runtime_version(folder, "node", "version-file", value.strip(), view.evidence(npmrc, number), "use-node-version")


def _folder_without_manifest(
    made: Project, folder: str, engine: str, entries: tuple[str, ...], at: Place, owner: Package | None
) -> Iterator[Fact]:
    """Yield what holds for a program whose folder has no manifest of its own: an Nx or Nest application, a bare Deno file."""
    view = made.view
    typed = (bool(entries) and entries[0].endswith(TYPED)) or (not entries and any(f.endswith(TYPED) for f in made.inside(folder)))
    where = view.evidence(entries[0], 1) if entries else view.evidence(at.path, at.line)
    yield module(folder, "language", "typescript" if typed else "javascript", where)
    yield module(folder, "runtime", engine, where)
    if owner is not None:
        yield module(folder, "member_of", owner.folder, view.evidence(owner.path, owner.file.line("name")))
        yield module(folder, "manifest", owner.path, view.evidence(owner.path, owner.file.line("name")))
