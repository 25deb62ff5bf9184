"""Look at every back-end file once, while its tree is at hand, and keep plain results: reads, jobs, hazards, stores, queues."""

from __future__ import annotations

from dataclasses import dataclass

import re2

from ..parsers.javascript import Script
from ..parsers.javascript.nodes import entry, line, text
from ..view import View
from .capabilities import BROKERS, TRANSPORTS
from .dialects import Named, dialects_in
from .hazards import Hazard, hazards_in
from .jobs import Found, jobs_in
from .owning import backend_files
from .project import Project, project
from .reaching import is_optional, made_at, places
from .reads import Read, reads_in
from .resolve import naming
from .stores import BUILT_IN, DRIVERS, DRIZZLE, ORMS
from .values import Place

WORDS = (
    "env", "Env", "ENV", "onfig", "client", "dialect", "type:", "equelize", "cron", "Cron", "schedule", "Worker(", ".process(",
    ".define(", ".every(", "repeat", "@Process", "@Interval", ".work(", "Bree", "Pattern(", "synchronize", ".sync(", "dropSchema", "cors",
    "Cors", "CORS", "Access-Control", "sign(", "secret", "dest:", "diskStorage", "rejectUnauthorized", "playground", "session(", "listen(",
    "updateSchema", "transport", "validat",
)  # fmt: skip

SETTING = re2.compile(r"""["'`][A-Z][A-Z0-9]+(?:_[A-Z0-9]+)*["'`]""")  # a name that a helper may read from the environment
_LIBRARIES = {*DRIVERS, *ORMS, *BROKERS, *BUILT_IN, "@nestjs/microservices"}
_TELLING = "|".join((*map(re2.escape, WORDS), SETTING.pattern))
_TOLD = re2.compile(_TELLING)
# What a file must hold to have a result: one of the words, a setting's name, or a library's name as a module or an address spells it.
_RELEVANT = re2.compile(f"{_TELLING}|{naming(_LIBRARIES)}")


@dataclass(frozen=True, slots=True)
class Use:
    """Be one use of a data store or broker in a file: by which library, where, and whether only a setting switches it on."""

    kind: str
    library: str
    places: tuple[Place, ...]
    optional: bool
    made: bool  # a client is made here, not merely loaded


@dataclass(frozen=True, slots=True)
class Swept:
    """Hold the plain results of one file."""

    path: str
    reads: tuple[Read, ...] = ()
    jobs: tuple[Found, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    dialects: tuple[Named, ...] = ()
    stores: tuple[Use, ...] = ()
    queues: tuple[Use, ...] = ()
    orms: tuple[tuple[str, Place], ...] = ()


def sweep(view: View) -> list[Swept]:
    """Return the results of all back-end files, in order of paths, worked out once for the tree."""
    return view.kept("node.sweep", lambda: [swept for path in backend_files(view) if (swept := _file(project(view), path)) is not None])


def _file(made: Project, path: str) -> Swept | None:
    if not made.resolver.maps_names and not made.view.matches(path, _RELEVANT):
        return None  # no need to parse it for its imports
    loaded = made.loaded(path)
    reaches = any(n in DRIVERS or n in ORMS or n in BROKERS or n == "@nestjs/microservices" for n in loaded)
    reaches = reaches or any(i.module in BUILT_IN for i in made.imports(path))
    if not reaches and not made.view.matches(path, _TOLD):
        return None
    script = made.sources.script(path)
    if script is None:
        return None
    return Swept(
        path,
        tuple(reads_in(made.values, script)),
        tuple(jobs_in(made.values, script)),
        tuple(hazards_in(made.values, script)),
        tuple(dialects_in(made.values, script)),
        tuple(_stores(made, script)) if reaches else (),
        tuple(_queues(made, script)) if reaches else (),
        tuple((ORMS[n], Place(path, uses[0][1])) for n, uses in loaded.items() if n in ORMS),
    )


def _stores(made: Project, script: Script) -> list[Use]:
    loaded = dict(made.loaded(script.path))
    for item in script.imports:
        if item.module in BUILT_IN and not item.types_only:
            loaded[item.module] = [(item.module, item.line)]
    found = []
    for library, uses in loaded.items():
        kinds = [DRIVERS.get(library) or BUILT_IN.get(library)]
        if library == "drizzle-orm":
            kinds = [DRIZZLE.get(m.split("/")[1]) if "/" in m else None for m, _ in uses]
        found += [_use(made, script, kind, library, uses) for kind in kinds if kind is not None]
    return found


def _use(made: Project, script: Script, kind: str, library: str, uses: list[tuple[str, int]]) -> Use:
    clients = [n for module, _ in uses for n in made_at(script, module)]
    optional = bool(clients) and all(is_optional(made.values, script, n) for n in clients)
    return Use(kind, library, (Place(script.path, uses[0][1]), *places(script, clients)[:2]), optional, bool(clients))


def _queues(made: Project, script: Script) -> list[Use]:
    loaded = made.loaded(script.path)
    found = [_use(made, script, BROKERS[n][0], n, uses) for n, uses in loaded.items() if n in BROKERS and BROKERS[n][0] != "moleculer"]
    if "transport" in script.source and "@nestjs/microservices" in loaded:
        for node in script.of_type("object"):
            transport = entry(node, "transport")
            kind = TRANSPORTS.get(text(transport).rpartition(".")[2]) if transport is not None else None
            if kind is not None and transport is not None:
                found.append(Use(kind, "@nestjs/microservices", (Place(script.path, line(transport)),), False, True))
    return found
