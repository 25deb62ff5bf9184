"""Detect the routes of hapi servers: `server.route({ method, path, options: { auth } })`, single, in arrays and in plugins."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from ....core.facts import Fact, Route
from ..detector import View, entry
from ..node.evaluate import Evaluator
from ..node.owning import backend_files, owners
from ..node.project import project
from ..node.touching import store_use
from ..node.values import Code, settled
from ..node.wiring import spelled
from ..parsers.javascript import Script
from ..parsers.javascript.nodes import arguments, callee, elements, line, literal, strip
from ..parsers.javascript.nodes import entry as value_of


def detect(view: View) -> Iterator[Fact]:
    """Yield every route object of files that belong to a hapi program."""
    made = project(view)
    uses = any(library in package.libraries for package in made.packages for library in ("@hapi/hapi", "hapi"))
    if not uses:
        return
    scripts = list(made.sources.scripts(backend_files(view), ".route(", "path:", "@hapi"))
    default = any(callee(call)[-2:] == ("auth", "default") for script in scripts for call in script.calls)
    for script in scripts:
        for call in script.calls:
            if callee(call)[-1:] != ("route",) or not arguments(call):
                continue
            for owner, node in _objects(made.values, script, arguments(call)[0]):
                for route in _routes(view, made.values, owner, node, default):
                    for folder in owners(view, owner.path):
                        yield entry("route", folder, route)


def _objects(ev: Evaluator, script: Script, node: Node, depth: int = 4) -> list[tuple[Script, Node]]:
    inner = strip(node)
    if inner.type == "object":
        return [(script, inner)]
    if inner.type == "array" and depth > 0:
        return [found for item in elements(inner) for found in _objects(ev, script, item, depth - 1)]
    if inner.type == "spread_element" and depth > 0:
        return _objects(ev, script, inner.named_children[0], depth - 1)
    value = ev.whole(ev.value(script, inner)) if inner.type in ("identifier", "member_expression", "call_expression") else None
    if isinstance(value, Code) and value.node.type in ("object", "array") and depth > 0:
        return _objects(ev, value.script, value.node, depth - 1)
    return []


def _routes(view: View, ev: Evaluator, script: Script, node: Node, default: bool) -> Iterator[Route]:
    path, method = settled(ev.value(script, value_of(node, "path"))), value_of(node, "method")
    if path is None or not isinstance(path.value, str) or method is None:
        return
    listed = elements(method) if strip(method).type == "array" else [method]
    options = value_of(node, "options") or value_of(node, "config")
    handler = value_of(node, "handler") or (value_of(options, "handler") if options is not None else None)
    auth = value_of(options, "auth") if options is not None else None
    protected = default if auth is None else literal(auth) is not False and literal(value_of(auth, "mode")) not in ("try", "optional")
    where = value_of(node, "path")
    evidence = [view.evidence(script.path, line(where) if where is not None else line(node))]
    use = store_use(ev, script, handler) if handler is not None else None
    if use is not None:
        evidence.append(view.evidence(use.path, use.line, "datastore"))
    for item in listed:
        name = literal(item)
        if isinstance(name, str):
            yield Route(
                method="ANY" if name == "*" else name.upper(), path=spelled(path.value), protected=protected, evidence=tuple(evidence)
            )
