"""Detect HTTP routes registered on routers: Express, Fastify, Koa, Hono, Oak and their kin, mounts followed across files."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Route
from ..detector import View, entry
from ..node.owning import backend_files, owners
from ..node.project import project
from ..node.touching import store_use
from ..node.wiring import Wired, wired
from ..parsers.javascript.nodes import arguments, line

WORDS = (
    ".get(",
    ".post(",
    ".put(",
    ".patch(",
    ".delete(",
    ".use(",
    ".route(",
    ".register(",
    ".all(",
    "router",
    "Router",
    ".del(",
    "app",
    "fastify",
)


def detect(view: View) -> Iterator[Fact]:
    """Yield every route that an application reaches, with the line that registers it and, marked `datastore`, one where it uses a store."""
    made = project(view)
    scripts = made.sources.scripts(backend_files(view), *WORDS)
    for route in wired(made.values, scripts):
        evidence = [view.evidence(route.script.path, _line(route))]
        use = store_use(made.values, *route.handler) if route.handler is not None else None
        if use is not None:
            evidence.append(view.evidence(use.path, use.line, "datastore"))
        for folder in owners(view, route.script.path):
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
