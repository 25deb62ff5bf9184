"""Find the programs of Rust packages that are deployed: what each serves or does, and which Dockerfiles pack it."""

from __future__ import annotations

from dataclasses import dataclass

from ..containers import is_dockerfile
from ..knowledge.rustlibs import FRAMEWORKS, Framework
from ..view import View
from .cargo import Binary, Package, packages
from .sources import built_from, local

Place = tuple[str, int]
_TOOLS = (
    "xtask",
    "migration",
    "migrate",
    "migrations",
    "cli",
    "generate-",
    "gen-",
    "codegen",
    "build-",
    "bench",
    "e2e",
    "seed",
    "fuzz",
    "tools",
)
_WORKERS = ("worker", "consumer", "scheduler", "processor", "indexer", "cron")
_BROWSER = ("yew", "leptos", "dioxus", "dioxus-web", "seed", "sycamore", "perseus", "percy-dom")


@dataclass(frozen=True, slots=True)
class Program:
    """Be one program: its binary, the framework it serves with, the Dockerfiles that pack it; `named` among several of a folder."""

    package: Package
    binary: Binary
    framework: Framework | None
    at: Place
    role: str | None
    named: bool
    dockerfiles: tuple[str, ...] = ()


def programs(view: View) -> list[Program]:
    """Return every program that is deployed; made once per tree."""
    return view.kept("rust_programs", lambda: _programs(view))


def is_browser(view: View, package: Package) -> Place | None:
    """Return what makes a package browser code: a WebAssembly framework without a server of its own."""
    crate = package.crate(*_BROWSER)
    if crate is None or any(serving(view, package, b)[0] for b in package.binaries):
        return None
    return crate.at


def _programs(view: View) -> list[Program]:
    found: list[Program] = []
    for package in packages(view).values():
        if is_browser(view, package) or package.crate("lambda_http", "lambda_runtime", "tauri", "worker"):
            continue
        found += _of(view, package)
    packed = _packed(view, found)
    chosen = [p for p in found if p.framework or p.role == "worker" or p.binary.name in packed]
    kept = chosen or [p for p in found if not _is_tool(p)] or found
    return [
        Program(p.package, p.binary, p.framework, p.at, p.role, _siblings(kept, p) > 1, tuple(packed.get(p.binary.name, ()))) for p in kept
    ]


def _siblings(kept: list[Program], one: Program) -> int:
    return sum(p.package.folder == one.package.folder for p in kept)


def _of(view: View, package: Package) -> list[Program]:
    """Return the programs of one package: those that serve, else its main one."""
    made = []
    for binary in package.binaries:
        framework, at = serving(view, package, binary)
        role = "web" if framework else "worker" if any(w in binary.name.lower() for w in _WORKERS) else None
        made.append(Program(package, binary, framework, at or binary.at, role, False))
    if len(made) < 2:
        return made
    direct = [p for p in made if p.framework and view.holds(p.binary.file, *p.framework.marks)]
    own = package.default_run or package.name
    served = direct or [p for p in made if p.framework and p.binary.name == own]
    if served:
        return served + [p for p in made if p.role == "worker"]
    main = [p for p in made if p.binary.name == own]
    return [*(main or made[:1]), *(p for p in made if p.role == "worker" and p not in main)]


def serving(view: View, package: Package, binary: Binary) -> tuple[Framework | None, Place | None]:
    """Return the framework that a program serves with and the line that loads it; (None, None) for a program that serves nothing."""
    crates = {c.name for one in local(view, package) for c in one.crates if not c.development}
    paths = built_from(view, package, binary)
    ordered = [binary.file, *(p for p in paths if p != binary.file)]
    for framework in FRAMEWORKS:
        if not crates & set(framework.crates):
            continue
        for mark in framework.marks:
            path = next((p for p in ordered if view.holds(p, mark) and (framework.name != "hyper" or view.holds(p, "hyper"))), None)
            if path is not None:
                return framework, (path, view.proof(path, mark).line)
    return None, None


def _is_tool(program: Program) -> bool:
    return program.binary.name.lower().startswith(_TOOLS) or program.package.folder.rpartition("/")[2].lower().startswith(_TOOLS)


def _packed(view: View, found: list[Program]) -> dict[str, list[str]]:
    """Return {program: Dockerfiles} of the programs that the images of the tree start or copy."""
    names = {p.binary.name for p in found}
    packed: dict[str, list[str]] = {}
    for path in view.paths:
        parsed = view.dockerfile(path) if is_dockerfile(path) and view.holds(path, *names) else None
        if parsed is None:
            continue
        started = parsed.last(parsed.final, "ENTRYPOINT", "CMD")
        said = {w.strip("\"'").rpartition("/")[2] for i in parsed.final.instructions for w in i.words}
        said |= {w.rpartition("/")[2] for s in parsed.stages for i in s.all("RUN") for w in i.text.split()}
        direct = {w.rpartition("/")[2] for w in started.words} if started is not None else set()
        for name in sorted(names & direct) or sorted(names & said):
            packed.setdefault(name, []).append(path)
    return packed
