"""Detect the routes of AdonisJS: `router.get(…)`, resources, groups with prefix and middleware."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from ....core.facts import Fact, Route
from ..detector import View, entry
from ..node.owning import backend_files, owners
from ..node.project import project
from ..node.registering import METHODS
from ..node.wiring import spelled
from ..parsers.javascript import Script
from ..parsers.javascript.nodes import FUNCTIONS, arguments, callee, line, receiver, string, text

RESOURCE = (("GET", ""), ("POST", ""), ("GET", "/:id"), ("PUT", "/:id"), ("PATCH", "/:id"), ("DELETE", "/:id"))
SERVICES = ("@adonisjs/core/services/router", "@ioc:Adonis/Core/Route", "@adonisjs/core/services/http_router")


def detect(view: View) -> Iterator[Fact]:
    """Yield every route of the router service, groups followed outwards."""
    made = project(view)
    for script in made.sources.scripts(backend_files(view), *SERVICES):
        names = set(script.locals_of(*SERVICES))
        for call in script.calls:
            called, given = callee(call), arguments(call)
            if len(called) != 2 or called[0] not in names or not given:
                continue
            path = string(given[0])
            if path is None:
                continue
            pairs = [(METHODS[called[1]], "")] if called[1] in METHODS else list(RESOURCE) if called[1] == "resource" else []
            prefix, guarded = _around(call)
            evidence = (view.evidence(script.path, line(given[0])),)
            for method, rest in pairs:
                for folder in owners(view, script.path):
                    yield entry(
                        "route", folder, Route(method=method, path=spelled(*prefix, path, rest), protected=guarded, evidence=evidence)
                    )


def _around(call: Node) -> tuple[tuple[str, ...], bool]:
    """Return (prefixes from outside in, whether an auth middleware stands before) of the route's own chain and of the groups around it."""
    prefixes: list[str] = []
    guarded = False
    current: Node | None = call
    while current is not None:
        outer = current
        while outer.parent is not None and outer.parent.type in ("member_expression", "call_expression") and not _is_argument(outer):
            outer = outer.parent
            if outer.type == "call_expression":
                name, given = callee(outer)[-1:], arguments(outer)
                if name == ("prefix",) and given and current is not call:
                    prefixes.insert(0, string(given[0]) or "")
                if name in (("use",), ("middleware",)) and any(
                    "auth" in text(a).lower() and "silent" not in text(a).lower() for a in given
                ):
                    guarded = True
        current = _group(outer)
    return tuple(prefixes), guarded


def _is_argument(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "arguments"


def _group(node: Node) -> Node | None:
    """Return the `router.group(() => …)` call around a node."""
    current = node.parent
    while current is not None:
        if current.type in FUNCTIONS and current.parent is not None and current.parent.type == "arguments":
            call = current.parent.parent
            if call is not None and callee(call)[-1:] == ("group",):
                return call
        current = current.parent
    return None


__all__ = ["Script", "detect", "receiver"]
