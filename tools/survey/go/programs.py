"""Decide which main packages are processes to deploy, and what each of them does."""

from __future__ import annotations

from dataclasses import dataclass

from ....core.facts import Role
from ..knowledge.images import runtime_of
from ..parsers.golang import GoFile, descend, name_of
from ..parsers.grammar import line_of, words
from ..view import View, folder_of
from .builds import docker_builds, script_builds
from .listening import Listen, listens
from .modules import modules
from .packages import Package, go_file, mains, reach
from .serving import BY_MAKING, Framework, framework_of, tasks_of
from .values import Place, Values, values_of

_CONSUMERS = (
    "ReadMessage", "FetchMessage", "Consume", "ConsumeClaim", "Subscribe", "QueueSubscribe", "ReceiveMessage", "Receive", "BLPop", "BRPop",
    "PollFetches", "Poll",
)  # fmt: skip
_BROKERS = ("kafka", "amqp", "nats", "sqs", "pubsub", "redis", "sarama", "pulsar")
_LIBRARIES = {"shared", "common", "lib", "libs", "pkg", "internal", "utils", "core"}  # what ends by itself there is a sample or a test


@dataclass(slots=True)
class Program:
    """Be one main package that is deployed; `name` only where its code base has several."""

    package: Package
    files: tuple[str, ...]
    values: Values
    frameworks: list[tuple[Framework, Place]]
    tasks: list[tuple[Framework, Place]]
    doors: list[Listen]
    main: Place
    loops: bool
    name: str | None = None
    dockerfiles: tuple[str, ...] = ()
    handlers: Place | None = None

    @property
    def framework(self) -> tuple[Framework, Place] | None:
        """Return what serves the requests, or what runs the tasks of a program that serves none."""
        if self.role == "web":
            return self.frameworks[0] if self.frameworks else None
        return self.tasks[0] if self.tasks else None

    @property
    def door(self) -> Listen | None:
        """Return the place that decides the port: the framework's own door before others."""
        doors = [d for d in self.doors if not d.side]
        if self.frameworks and self.frameworks[0][0].name == "grpc":
            doors = sorted(doors, key=lambda d: d.kind == "http" and any(o.kind != "http" for o in doors))
        return doors[0] if doors else None

    @property
    def role(self) -> Role:
        """Return what the program is for."""
        if self.door is not None or (self.frameworks and self.handlers and not any(d.local for d in self.doors)):
            return "web"
        if self.tasks and self.tasks[0][0].name in ("robfig/cron", "gocron") and not self.loops:
            return "scheduler"
        return "worker" if self.tasks or self.loops or any(not d.local for d in self.doors) else "job"


def programs(view: View) -> list[Program]:
    """Return the programs to deploy, sorted by folder; made once per tree."""
    return view.kept("go_programs", lambda: _chosen(view))


def _chosen(view: View) -> list[Program]:
    by_base: dict[str, list[Package]] = {}
    for package in mains(view):
        by_base.setdefault(package.base, []).append(package)
    found: list[Program] = []
    for base, packages in sorted(by_base.items()):
        built = set(docker_builds(view).values())
        all_programs = [_program(view, p) for p in packages]
        kept = _services(view, base, all_programs, built)
        for program in kept:
            program.name = _own_name(view, program, base) if len(kept) > 1 else None
            program.dockerfiles = tuple(sorted(d for d, f in docker_builds(view).items() if f == program.package.folder))
            if not program.dockerfiles and len(kept) == 1:
                program.dockerfiles = tuple(p for p in view.named("Dockerfile") if folder_of(p) == base and _is_go(view, p))
        found.extend(kept)
    lasting = [p for p in found if p.role != "job" or not _is_tool(p, found)]
    return lasting or found


def _is_tool(job: Program, found: list[Program]) -> bool:
    """Say whether a job is no process of the system: in a folder of libraries, or of a module inside the one of a program that lasts."""
    base = job.package.base
    outer = (p.package.base for p in found if p.role != "job" and p.package.base != base)
    return base.rpartition("/")[2] in _LIBRARIES or (not job.dockerfiles and any(o == "." or base.startswith(o + "/") for o in outer))


def _services(view: View, base: str, found: list[Program], built: set[str]) -> list[Program]:
    """Return those programs of a code base that are deployed: what an image builds, else the root's, else what serves or works."""
    if len(found) == 1:
        return found
    shipped = [p for p in found if p.package.folder in built]
    if shipped:
        return shipped
    root = [p for p in found if p.package.folder == base]
    if root and root[0].role != "job":
        return root
    lasting = [p for p in found if p.role != "job"]
    if lasting:
        return lasting
    if root:
        return root
    scripted = [p for p in found if p.package.folder in script_builds(view)]
    named = [p for p in found if p.package.folder.rpartition("/")[2] == _binary(view, base)]
    return scripted[:1] or named[:1] or found[:1]


def _is_go(view: View, path: str) -> bool:
    parsed = view.dockerfile(path)
    return parsed is not None and any(runtime_of(s.base) == "go" for s in parsed.stages)


def _own_name(view: View, program: Program, base: str) -> str:
    folder = program.package.folder
    return _binary(view, base) if folder == base else folder.rpartition("/")[2]


def _binary(view: View, folder: str) -> str:
    """Return the name that `go build` gives a program: the last part of its import path."""
    module = modules(view).get(folder)
    if module is not None and module.name:
        parts = module.name.split("/")
        last = parts[-1]
        return parts[-2] if len(parts) > 1 and last[:1] == "v" and last[1:].isdigit() else last
    return view.repository.name if folder == "." else folder.rpartition("/")[2]


def binary_of(view: View, program: Program) -> str:
    """Return the file name of the program as `go build` names it."""
    return _binary(view, program.package.folder)


def _program(view: View, package: Package) -> Program:
    files = reach(view, package)
    values = values_of(view, files)
    loaded: dict[str, tuple[Framework, Place, bool]] = {}
    tasks: dict[str, tuple[Framework, Place]] = {}
    main, loops, handlers = (package.files[0], 1), False, None
    for path in files:
        traits = _traits(view, path)
        _take(traits, path, loaded, tasks)
        loops = loops or traits.lasting
        handlers = handlers or traits.handler
        if path in package.files and traits.main is not None:
            main = path, traits.main
    ranked = sorted(loaded.values(), key=lambda item: (item[0].name in BY_MAKING, not item[2], item[1]))
    doors = listens(values, files, {f.name for f, _, _ in ranked} | {""})
    timed = sorted(tasks.values(), key=lambda t: t[1])
    return Program(package, files, values, [(f, at) for f, at, _ in ranked], timed, doors, main, loops, handlers=handlers)


@dataclass(frozen=True, slots=True)
class _Traits:
    """Be what one file says of the programs that hold it: plain, so that its tree need not be kept for the next program."""

    frameworks: tuple[tuple[Framework, int, bool], ...] = ()  # with the line of the import, and whether a server is made
    tasks: tuple[tuple[Framework, int], ...] = ()
    lasting: bool = False
    handler: Place | None = None
    main: int | None = None  # line of the main function


def _traits(view: View, path: str) -> _Traits:
    known: dict[str, _Traits] = view.kept("go_traits", dict)
    if path not in known:
        file = go_file(view, path)
        known[path] = _Traits() if file is None else _traits_of(file, path)
    return known[path]


def _traits_of(file: GoFile, path: str) -> _Traits:
    frameworks, tasks = _frameworks(file)
    main = next((line_of(f) for f in file.functions if name_of(f) == "main"), None) if file.package == "main" else None
    return _Traits(tuple(frameworks), tuple(tasks), _lasting(file), _handler(file, path), main)


def _take(traits: _Traits, path: str, loaded: dict[str, tuple[Framework, Place, bool]], tasks: dict[str, tuple[Framework, Place]]) -> None:
    for framework, line, makes in traits.frameworks:
        known = loaded.get(framework.name)
        if known is None or (makes and not known[2]):
            loaded[framework.name] = (framework, (path, line), makes)
    for task, line in traits.tasks:
        tasks.setdefault(task.name, (task, (path, line)))


def _frameworks(file: GoFile) -> tuple[list[tuple[Framework, int, bool]], list[tuple[Framework, int]]]:
    """Return the frameworks of servers and of tasks that a file imports; those that clients import too count where a server is made."""
    known = [(one, framework_of(one.path), tasks_of(one.path)) for one in file.imports]
    made = {file.callee(c) for c in file.calls} if any(f or t for _, f, t in known) else set()
    frameworks, tasks = [], []
    for one, framework, task in known:
        if framework is not None and one.alias != "_":
            makes = any(owner == one.path and name in framework.makers for owner, name in made)
            if framework.name not in BY_MAKING or makes or (framework.name != "grpc" and _registers(made)):
                frameworks.append((framework, one.line, makes))
        if task is not None and any(owner == one.path and name in task.makers for owner, name in made):
            tasks.append((task, one.line))
    return frameworks, tasks


def _registers(made: set[tuple[str, str]]) -> bool:
    """Say whether a file calls a generated constructor of a server."""
    return any(name.startswith(("New", "Register")) and name.endswith(("Handler", "Server")) for _, name in made)


def _lasting(file: GoFile) -> bool:
    """Say whether a file consumes messages, waits for a signal or ticks: its program does not end by itself."""
    if not any(w in file.text for w in ("signal.Notify", "NewTicker", "time.Tick(", "for {", *_CONSUMERS)):
        return False
    for call in file.calls:
        owner, name = file.callee(call)
        if (owner, name) in (("os/signal", "Notify"), ("os/signal", "NotifyContext"), ("time", "NewTicker"), ("time", "Tick")):
            return True
        if owner == "." and name in _CONSUMERS and any(w in file.text for w in _BROKERS):
            return True
    if file.package == "main":
        for loop in descend(file.root, "for_statement"):
            if loop.named_children and loop.named_children[0].type == "block" and "time.Sleep" in words(loop):
                return True
    return False


def _handler(file: GoFile, path: str) -> Place | None:
    if "http.ResponseWriter" in file.text:
        for function in file.functions:
            if "http.ResponseWriter" in words(function)[:300]:
                return path, line_of(function)
    return None
