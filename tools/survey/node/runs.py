"""Find the programs that a package starts: by its scripts, by its main file, by the framework's convention."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..parsers.shell import split
from .built import compiled, engine_of, entry_lasts, entry_listens, is_front, source_of_build
from .choosing import chosen_scripts, extra_scripts, manager_of
from .classes import FULL_STACK
from .functions import function_files
from .manifest import Package
from .orchestrated import pm2_applications
from .programs import SERVERS, Start
from .project import Project
from .rendering import FullStack, full_stack
from .sources import is_aside, is_test, join
from .starting import starts
from .values import Place

DEFAULT_MAINS = ("index", "server", "app", "main", "src/index", "src/server", "src/main", "src/app")
DENO_MAINS = ("main", "mod", "server", "src/main", "src/index", "index", "app", "src/mod", "src/server")
HOOKED = ("node", "bun", "deno")


@dataclass(frozen=True)
class Run:
    """Be one program: where its code base is, what starts it, from which source files; `at` is the line that declares it."""

    folder: str
    package: Package | None
    origin: str  # manifest | script | framework | unit
    command: str | None
    at: Place
    engine: str = "node"
    entries: tuple[str, ...] = ()
    target: str | None = None
    starter: str | None = None  # framework whose own command starts it
    development: bool = False
    name: str | None = None
    port: int | None = None
    script: str | None = None
    rendering: FullStack | None = field(default=None, compare=False)


def package_runs(project: Project, package: Package) -> list[Run]:
    """Return what one manifest starts; empty for a library, a tool or browser code."""
    rendering = full_stack(project, package)
    found: list[Run] = []
    for script, found_starts in chosen_scripts(project.workspace, package):
        found += [run for s in found_starts if (run := _of_start(project, package, script, s, rendering)) is not None]
    found = [r for r in _distinct(_kept(project, found)) if not _is_playground(project, r)]
    if any(r.development for r in found) and not any(not r.development for r in found):
        found += [run for r in found if (run := _inferred(project, r)) is not None]
    if not found:
        found = _opaque(project, package, rendering) or _conventional(project, package, rendering)
    main = {r.entries for r in found}
    for script, found_starts, named in extra_scripts(project.workspace, package):
        run = _of_start(project, package, script, found_starts[0], None)
        if run is None or not run.entries or run.entries in main or run.development:
            continue
        if named or entry_lasts(project, run.entries[0]):
            found.append(replace(run, origin="script", name=_worker_name(script)))
            main.add(run.entries)
    return _distinct(found)


def _kept(project: Project, found: list[Run]) -> list[Run]:
    """Replace a run of PM2's own file by the programs that the file lists."""
    kept: list[Run] = []
    for run in found:
        listed = [a for a in pm2_applications(project) if run.entries == (a.at.path,)]
        kept += [
            replace(run, entries=(a.entry,) if a.entry else (), target=a.target, name=a.name if len(listed) > 1 else None) for a in listed
        ] or [run]
    return kept


def _opaque(project: Project, package: Package, rendering: FullStack | None) -> list[Run]:
    """Return a run for a `start` script that starts something unknown: it is declared all the same."""
    text = package.scripts.get("start", "")
    words = [part.words[0].rpartition("/")[2] for part in split(text) if part.words]
    known = {"nx", "turbo", "lerna", "echo", "tsc", "npm", "yarn", "pnpm", "exit", "node", "expo", "moon"}
    if (
        not words
        or all(w in known for w in words)
        or starts(project.workspace, package, "start")
        or (rendering is not None and not rendering.serves)
    ):
        return []
    if is_front(project, package) or package.folder in project.workspace.depended:
        return []
    at = Place(package.path, package.script_line("start"))
    return [Run(package.folder, package, "manifest", _command(project, package, "start"), at, engine_of(project, package), script="start")]


def _worker_name(script: str) -> str:
    parts = [p for p in script.replace("-", ":").split(":") if p not in ("start", "run", "prod", "production", "serve")]
    return "-".join(parts) or script


def _distinct(runs: list[Run]) -> list[Run]:
    found: dict[tuple[str, tuple[str, ...], str | None, bool], Run] = {}
    for run in runs:
        found.setdefault((run.folder, run.entries or (run.command or "",), run.starter, run.development), run)
    return list(found.values())


def _of_start(project: Project, package: Package, script: str, start: Start, rendering: FullStack | None) -> Run | None:
    """Make a run of what a script starts; None for browser tools and static full-stack builds."""
    if start.front:
        return None
    owner = start.package or package
    own = rendering if owner.folder == package.folder else full_stack(project, owner)
    if start.server is None:
        return _of_file(project, owner, start.script or script, start, own)
    if own is not None and not own.serves and start.server in FULL_STACK:
        return None
    name = start.script or script
    folder = owner.folder if start.folder == owner.folder else project_folder(project, start.folder, owner)
    at = Place(owner.path, owner.script_line(name))
    run = Run(folder, owner, "manifest", _command(project, owner, name), at, starter=start.server, script=name, rendering=own)
    return replace(run, development=start.development, port=start.port)


def _of_file(project: Project, owner: Package, name: str, start: Start, rendering: FullStack | None) -> Run:
    """Make a run of a script that starts a file: the code base is the package that holds the file's source."""
    entry = project.resolver.built(start.folder, start.target or "")
    if entry is None and not start.development:
        entry = source_of_build(project, owner, start.target or "")
    home = project.workspace.nearest(entry) if entry is not None else owner
    home = home if home is not None and (home.folder == owner.folder or not _is_inner_library(project, home)) else owner
    at = Place(owner.path, owner.script_line(name))
    entries = (entry,) if entry is not None else ()
    run = Run(home.folder, home, "manifest", _command(project, owner, name), at, start.engine or "node", entries, start.target, script=name)
    return replace(run, development=start.development, port=start.port, rendering=rendering if entry is None else None)


def project_folder(project: Project, folder: str, owner: Package) -> str:
    """Return the package's folder in which a command runs, the owner's when there is none."""
    return folder if folder in project.workspace.packages else owner.folder


def _is_inner_library(project: Project, home: Package) -> bool:
    return home.folder in project.workspace.depended and home.published


def _is_playground(project: Project, run: Run) -> bool:
    """Tell whether a development start is how authors of a library of this workspace try it."""
    return run.development and run.package is not None and _is_inner_library(project, run.package)


def _command(project: Project, package: Package, script: str) -> str:
    """Return the command to start a script: its own text where it is one plain `node …`, else through the package manager."""
    text = package.scripts.get(script, "")
    parts = split(text)
    hooks = any(hook + script in package.scripts for hook in ("pre", "post"))
    plain = len(parts) == 1 and not parts[0].assignments and parts[0].words[:1] and parts[0].words[0] in HOOKED and not hooks
    if plain or package.flavour == "deno":
        return text
    return f"{manager_of(project, package)} run {script}"


def _inferred(project: Project, run: Run) -> Run | None:
    """Return the production form of a development start: `nodemon a.js` gives `node a.js`, `nest start` gives `node dist/main`."""
    if run.starter == "nestjs":
        entry = project.resolver.file(join(run.folder, "src/main")) or project.resolver.file(join(run.folder, "main"))
        return replace(
            run,
            origin="framework",
            command="node dist/main",
            entries=(entry,) if entry else (),
            target="dist/main.js",
            starter=None,
            development=False,
        )
    if run.starter is not None and run.rendering is not None and run.rendering.serves:
        return replace(run, origin="framework", command=run.rendering.command, development=False)
    if run.target is None or not run.entries:
        return None
    entry = run.entries[0]
    target = compiled(project, run.folder, run.engine, entry)
    started = "deno run --allow-all" if run.engine == "deno" else run.engine
    return replace(run, origin="framework", command=f"{started} {target}", target=target, development=False)


def _conventional(project: Project, package: Package, rendering: FullStack | None) -> list[Run]:
    """Return what the framework's or Node's own convention starts, where no script does."""
    if rendering is not None:
        if not rendering.serves:
            return []
        return [
            Run(
                package.folder,
                package,
                "framework",
                rendering.command,
                rendering.at,
                "node",
                (),
                None,
                rendering.framework,
                rendering=rendering,
            )
        ]
    if package.folder in project.workspace.depended or package.file.get("publishConfig") is not None or function_files(project, package):
        return []
    for key in ("main", "module", "source"):
        target = package.file.text(key)
        entry = project.resolver.built(package.folder, target) if target else None
        if (
            entry is not None
            and not entry.endswith(".json")
            and (not (is_front(project, package) or package.published) or entry_listens(project, entry))
        ):
            own = _bin_run(project, package)
            return own or _main_run(project, package, entry, Place(package.path, package.file.line(key)), target)
    if package.file.get("bin") is not None or package.file.get("exports") is not None:
        return []
    front = is_front(project, package)
    for stem in DENO_MAINS if package.flavour == "deno" else DEFAULT_MAINS:
        entry = project.resolver.file(join(package.folder, stem))
        if entry is not None and not is_test(entry, package.folder) and (not front or entry_listens(project, entry)):
            return _main_run(project, package, entry, Place(entry, 1))
    return []


def _bin_run(project: Project, package: Package) -> list[Run]:
    """Return what the package's own command starts, where it listens: beside it, `main` is what others import."""
    named = package.file.get("bin")
    keys = ("bin",) if isinstance(named, str) else ("bin", package.name.rpartition("/")[2])
    target = package.file.text(*keys)
    entry = project.resolver.built(package.folder, target) if target else None
    if entry is None or not entry_listens(project, entry):
        return []
    return _main_run(project, package, entry, Place(package.path, package.file.line(*keys)), target)


def _main_run(project: Project, package: Package, entry: str, at: Place, declared: str | None = None) -> list[Run]:
    engine = "deno" if package.flavour == "deno" else engine_of(project, package)
    run = Run(package.folder, package, "framework", None, at, engine, (entry,))
    target = compiled(project, run.folder, run.engine, entry, declared)
    command = f"deno run --allow-all {target}" if engine == "deno" else f"{engine} {target}"
    return [replace(run, command=command, target=target)]


def is_side(project: Project, package: Package) -> bool:
    """Tell whether a package is an example, a template or documentation beside others and no member of a workspace."""
    if not is_aside(package.folder + "/x") or project.workspace.root_of(package.folder) is not None:
        return False
    return any(not is_aside(p.folder + "/x") for p in project.packages)


__all__ = ["SERVERS", "Run", "package_runs", "starts"]
