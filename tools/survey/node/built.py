"""Relate source files to what is built of them, and tell browser packages from programs."""

from __future__ import annotations

from ..parsers.shell import split
from .choosing import manager_of
from .classes import FRONT
from .listening import listens_in
from .manifest import Package
from .project import Project
from .sources import join, within
from .starting import starts


def is_front(project: Project, package: Package) -> bool:
    """Tell whether a package builds browser code: a script starts a browser tool, or the manifest names one."""
    known: dict[str, bool] = project.values.remembered.setdefault("front", {})
    if package.folder not in known:
        known[package.folder] = _is_front(project, package)
    return known[package.folder]


def _is_front(project: Project, package: Package) -> bool:
    started = [s for name in package.scripts for s in starts(project.workspace, package, name)]
    if any(s.front and (s.package is None or s.package.folder == package.folder) for s in started):
        return True  # what the root of a workspace starts in a member is the member's
    if any(join(package.folder, page) in project.sources.known for page in ("index.html", "public/index.html", "src/index.html")):
        return True
    return any(name in package.libraries for name, _ in FRONT if name not in ("next", "webpack", "parcel"))


def compiled(project: Project, folder: str, engine: str, entry: str, declared: str | None = None) -> str:
    """Return where a source file's compiled form stands, from the folder's tsconfig; the file itself where nothing is compiled."""
    inside = entry if folder == "." else entry[len(folder) + 1 :] if within(entry, folder) else entry
    if not inside.endswith((".ts", ".mts", ".cts", ".tsx")) or engine != "node":
        return inside
    out, root = None, ""
    for config in ("tsconfig.build.json", "tsconfig.json"):
        path = join(folder, config)
        if path in project.sources.known:
            document = project.view.document(path)
            options = document.table("compilerOptions") if document is not None else {}
            out = str(options.get("outDir") or out or "") or None
            root = str(options.get("rootDir") or root)
    if out is None and declared is not None and declared.endswith((".js", ".mjs", ".cjs")):
        return declared.removeprefix("./")
    stem = inside.rpartition(".")[0]
    base = root.strip("./") or ("src" if inside.startswith("src/") else "")
    stem = stem[len(base) + 1 :] if base and stem.startswith(base + "/") else stem
    return join(out or "dist", stem) + ".js"


def source_of_build(project: Project, package: Package, target: str) -> str | None:
    """Return the source file that the build script names, where the started file is its output: `esbuild src/x.ts --outfile=dist/y.js`."""
    for name in ("build", "build:server", "build:prod", "compile", "bundle", "build:api"):
        for part in split(package.scripts.get(name, "")):
            for word in part.words[1:]:
                if word.endswith((".ts", ".js", ".mjs", ".tsx")) and not word.startswith("-"):
                    found = project.resolver.file(join(package.folder, word))
                    if found is not None and found.rsplit(".", 1)[-1] != "json":
                        return found
    stem = target.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    for home in ("src", "server", "app", "."):
        found = project.resolver.file(join(package.folder, home, stem)) if stem else None
        if found is not None:
            return found
    return None


def engine_of(project: Project, package: Package) -> str:
    """Return bun where the lock file or `engines` says so, else node."""
    if "bun" in package.file.table("engines") and "node" not in package.file.table("engines"):
        return "bun"
    return "bun" if manager_of(project, package) == "bun" else "node"


def entry_listens(project: Project, entry: str) -> bool:
    """Tell whether a program that begins at a file listens."""
    scripts = [project.sources.script(path) for path in project.reached(entry)]
    return any(listens_in(project.values, script) for script in scripts if script is not None)


def entry_lasts(project: Project, entry: str) -> bool:
    """Tell whether a program that begins at a file keeps running: it listens, takes tasks or keeps a schedule."""
    from .features import consumers_in, timers_in

    if entry_listens(project, entry):
        return True
    scripts = [project.sources.script(path) for path in project.reached(entry)]
    return any(consumers_in(script) or timers_in(script) for script in scripts if script is not None)
