"""Detect HTTP routes registered on routers: Express, Fastify, Koa, Hono, Oak and their kin, mounts followed across files."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Route
from ..detector import View, entry
from ..node.owning import backend_files
from ..node.project import project
from ..node.running import programs
from ..node.touching import store_use
from ..node.wiring import Wired, wired
from ..parsers.javascript.nodes import arguments, line

WORDS = (".get(", ".post(", ".put(", ".patch(", ".delete(", ".use(", ".route(", ".register(", ".all(", ".del(")
HANDED = ("(app", "(router", "(fastify", "(server")


def detect(view: View) -> Iterator[Fact]:
    """Yield every route that an application reaches, with the line that registers it and, marked `datastore`, one where it uses a store."""
    made = project(view)
    seen: set[str] = set()
    inside = set(backend_files(view))
    for program in programs(view):
        folder = program.run.folder
        if program.role != "web" or folder in seen:
            continue
        seen.add(folder)
        beside = made.files_of(program.run.package) if program.run.package is not None else []
        files = dict.fromkeys([*program.files, *(f for f in beside if f in inside)])
        for route in wired(made.values, made.sources.scripts(files, *WORDS, *HANDED)):
            evidence = [view.evidence(route.script.path, _line(route))]
            use = store_use(made.values, *route.handler) if route.handler is not None else None
            if use is not None:
                evidence.append(view.evidence(use.path, use.line, "datastore"))
            yield entry("route", folder, Route(method=route.method, path=route.path, protected=route.protected, evidence=tuple(evidence)))


def _line(route: Wired) -> int:
    """Return the line of the path's argument, where the call is spread over several lines."""
    given = arguments(route.node)
    last = route.path.rstrip("/").rsplit("/", 1)[-1].strip("{}")
    for node in given[:1]:
        if last and last in (node.text or b"").decode("utf-8", "replace"):
            return line(node)
    function = route.node.child_by_field_name("function")
    name = function.child_by_field_name("property") if function is not None else None
    return line(name) if name is not None else line(route.node)
