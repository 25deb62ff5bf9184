"""Put together what runs in a repository of the Node world and what each program does: one list, shared by all detectors."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ....core.facts import Role
from ..view import View
from .built import entry_lasts, is_front
from .classes import FULL_STACK
from .features import Features, features_of
from .listening import Listen, listens_in
from .manifest import Package
from .orchestrated import Application, nest_applications, nx_applications
from .programs import SERVERS
from .project import Project, project
from .runs import DEFAULT_MAINS, DENO_MAINS, Run, is_side, package_runs
from .sources import is_aside, is_test, join, within
from .values import Place

LONG_NAMES = ("worker", "queue", "consumer", "processor", "listener", "subscriber")
TIMED_NAMES = ("scheduler", "cron")
DENO_MARKS = ("https://deno.land/", "jsr:", "npm:", "Deno.")


@dataclass(frozen=True)
class Program:
    """Be one program with what its code does."""

    run: Run
    features: Features
    files: tuple[str, ...]

    @property
    def role(self) -> Role | None:
        """Return what the program is for; None where neither code nor name tells."""
        if self.run.rendering is not None and self.run.rendering.serves:
            return "web"
        if self.features.listens or self.run.starter in SERVERS.values():
            return "web"
        if self.features.web is not None and not self.features.consumes:
            return "web"
        name = (self.run.name or "").lower()
        if self.features.consumes or any(w in name for w in LONG_NAMES):
            return "worker"
        if self.features.timed or any(w in name for w in TIMED_NAMES):
            return "scheduler"
        return "job" if self.run.entries else None

    @property
    def listens(self) -> bool | None:
        """Return whether the program listens; None where its code could not be read."""
        if self.features.listens or (self.run.rendering is not None and self.run.rendering.serves) or self.run.starter in SERVERS.values():
            return True
        return False if self.run.entries else None

    @property
    def listen(self) -> Listen | None:
        """Return the place that decides the port: one with a port that the environment moves, one with a port, the first."""
        found = self.features.listens if self.run.rendering is None and self.run.starter not in FULL_STACK else []
        http = [one for one in found if one.how in ("http", "grpc", "tcp")] or found
        ranked = sorted(http, key=lambda one: (one.port is None, one.env is None, one.how == "tcp"))
        return ranked[0] if ranked else None

    @property
    def framework(self) -> tuple[str, Place] | None:
        """Return what serves the requests or runs the tasks, with the line that brings it; None for the standard library alone."""
        if self.run.rendering is not None and self.run.rendering.serves:
            return self.run.rendering.framework, self.run.rendering.at
        if self.run.starter is not None:
            return self.run.starter, self.run.at
        web = self.features.web
        if self.role not in ("worker", "scheduler"):
            return web
        return self.features.tasks or (web if web is not None and web[0] == "nestjs" and self.features.consumes else None)


def programs(view: View) -> list[Program]:
    """Return every program of the tree, made once; in order of folders."""
    return view.kept("node.programs", lambda: _programs(project(view)))


def _programs(made: Project) -> list[Program]:
    runs: list[Run] = []
    applications = nx_applications(made) + nest_applications(made)
    for package in made.packages:
        if is_side(made, package):
            continue
        inside = [a for a in applications if within(a.folder, package.folder)]
        own = [_of_built(r, inside) for r in package_runs(made, package) if not _is_preparation(made, package, r)]
        runs += [r for r in own if r.origin == "manifest" or not any(r.entries == (a.entry,) for a in inside)]
    runs += [_of_application(made, a) for a in applications if not _is_known(a, runs)]
    runs += _without_manifest(made)
    kept: dict[tuple[str, tuple[str, ...], str | None, bool], Run] = {}
    for run in sorted(runs, key=lambda r: (r.folder, r.origin != "manifest", r.name or "")):
        kept.setdefault((run.folder, run.entries or (run.command or "",), run.starter, run.development), run)
    found = [_program(made, run) for run in kept.values()]
    main = {(p.run.folder, p.role) for p in found if p.run.origin == "manifest" and not p.run.development}
    return [p for p in found if p.run.origin != "script" or (p.run.folder, p.role) not in main]  # one service per folder and role


def _is_preparation(made: Project, package: Package, run: Run) -> bool:
    """Tell whether a run only prepares what a browser package or a desktop shell starts: `node locales.js && ng serve`, `electron .`."""
    if run.development or run.starter is not None or run.rendering is not None:
        return False
    shell = any(name == "electron" for name in package.libraries) and "electron" in " ".join(package.scripts.values())
    return shell or (bool(run.entries) and is_front(made, package) and not entry_lasts(made, run.entries[0]))


def _of_built(run: Run, applications: list[Application]) -> Run:
    """Put in the source of a script's target that only the workspace's tool says how to build."""
    target = (run.target or "").removeprefix("./").removesuffix(".js")
    known = next((a for a in applications if a.entry and (a.target or "").removesuffix(".js") == target), None)
    return replace(run, entries=(known.entry,)) if known is not None and known.entry and not run.entries and target else run


def _is_known(application: Application, runs: list[Run]) -> bool:
    return any(
        application.entry is not None and run.entries == (application.entry,) and not run.development and run.origin == "manifest"
        for run in runs
    )


def _of_application(made: Project, application: Application) -> Run:
    package = made.workspace.nearest(application.folder + "/x")
    entries = (application.entry,) if application.entry is not None else ()
    if application.framework is not None:
        return Run(
            application.folder,
            package,
            "framework",
            FULL_STACK[application.framework][0],
            application.at,
            "node",
            (),
            None,
            application.framework,
        )
    command = f"node {application.target}" if application.target is not None else None
    return Run(application.folder, package, "framework", command, application.at, "node", entries, application.target)


def _without_manifest(made: Project) -> list[Run]:
    """Return the programs of folders without any manifest: code written for Deno, or a plain Node server."""
    found: list[Run] = []
    for folder in sorted(made.sources.folders, key=lambda f: (f != ".", f.count("/"), f)):
        if made.workspace.nearest(join(folder, "x")) is not None or any(within(folder, run.folder) for run in found):
            continue
        if is_aside(join(folder, "x")) or is_test(join(folder, "x")):
            continue
        run = _bare_deno(made, folder) or _bare_node(made, folder)
        if run is not None:
            found.append(run)
    return found


def _bare_deno(made: Project, folder: str) -> Run | None:
    for stem in DENO_MAINS:
        path = made.resolver.file(join(folder, stem))
        source = made.sources.text(path) if path is not None else None
        if path is not None and source is not None and any(mark in source for mark in DENO_MARKS):
            number = next(i for i, text in enumerate(source.split("\n"), 1) if any(mark in text for mark in DENO_MARKS))
            inside = path if folder == "." else path[len(folder) + 1 :]
            return Run(folder, None, "framework", f"deno run --allow-all {inside}", Place(path, number), "deno", (path,), inside)
    return None


def _bare_node(made: Project, folder: str) -> Run | None:
    for stem in DEFAULT_MAINS:
        path = made.resolver.file(join(folder, stem))
        script = made.sources.script(path) if path is not None and path.endswith((".js", ".mjs", ".cjs")) else None
        hits = listens_in(made.values, script) if script is not None else []
        if path is not None and hits:
            inside = path if folder == "." else path[len(folder) + 1 :]
            return Run(folder, None, "framework", f"node {inside}", hits[0].at, "node", (path,), inside)
    return None


def _program(made: Project, run: Run) -> Program:
    if run.entries:
        files = made.reached(*run.entries)
    elif run.package is not None:
        files = tuple(f for f in made.files_of(run.package) if within(f, run.folder))
    else:
        files = ()
    features = features_of(made, files)
    foreign = set(made.sources.code) - set(files) if run.entries else set()
    features.listens = [_without_foreign(one, foreign) for one in features.listens]
    return Program(run, features, files)


def _without_foreign(one: Listen, foreign: set[str]) -> Listen:
    """Drop a port that only code outside the program hands to the function that listens."""
    port = one.port if one.port is not None and one.port.at.path not in foreign else None
    env = one.env if one.env is not None and one.env.at.path not in foreign else None
    return replace(one, port=port, env=env)


def of_package(view: View, package: Package) -> list[Program]:
    """Return the programs whose code base is a package."""
    return [p for p in programs(view) if p.run.folder == package.folder]
