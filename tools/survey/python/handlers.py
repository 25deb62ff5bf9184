"""Find routes that aiohttp, Starlette and Tornado declare as values: `web.get(…)`, `Route(…)`, `(r"/path", Handler)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..parsers.python import PythonFile, argument, string
from ..view import View
from .routing import VERBS, Found
from .sources import meeting, seek

_WORDS = seek("aiohttp", "Route(", "Mount(", "tornado", "RequestHandler")


def declared_routes(view: View, folder: str) -> list[Found]:
    """Return the routes that are written as values, in path order."""
    found: list[Found] = []
    for path, parsed in meeting(view, folder, _WORDS):
        found.extend(_starlette(path, parsed))
        found.extend(_aiohttp(path, parsed))
        found.extend(_tornado(path, parsed))
    return sorted(set(found), key=lambda r: (r.path, r.method, r.file, r.line))


def _starlette(path: str, parsed: PythonFile) -> Iterator[Found]:
    inside: dict[int, str] = {}
    calls = [c for c in parsed.calls() if parsed.full_name(c.func).startswith("starlette.routing.")]
    for call in calls:
        if parsed.full_name(call.func).endswith("Mount"):
            prefix = string(argument(call, 0, "path")) or ""
            routes = argument(call, None, "routes")
            for inner in ast.walk(routes) if routes is not None else ():
                if isinstance(inner, ast.Call):
                    inside[id(inner)] = prefix + inside.get(id(call), "")
    for call in calls:
        rule = string(argument(call, 0, "path"))
        if rule is None or not parsed.full_name(call.func).endswith(".Route"):
            continue
        node = argument(call, None, "methods")
        methods = sorted(t.upper() for t in map(string, node.elts) if t) if isinstance(node, ast.List | ast.Tuple) else ["GET"]
        for method in methods:
            yield Found(method, inside.get(id(call), "") + rule, path, call.lineno, False)


def _aiohttp(path: str, parsed: PythonFile) -> Iterator[Found]:
    if not any(m.startswith("aiohttp") for m in parsed.modules):
        return
    for call in parsed.calls():
        name = parsed.full_name(call.func)
        last = name.rpartition(".")[2]
        if not last and isinstance(call.func, ast.Attribute):
            last = call.func.attr
        verb = last.removeprefix("add_")
        is_value = name.startswith("aiohttp.web.") and last in VERBS
        is_call = (
            last.startswith("add_") and verb in VERBS and isinstance(call.func, ast.Attribute) and "router" in ast.dump(call.func.value)
        )
        rule = string(argument(call, 0, "path"))
        if rule and rule.startswith("/") and (is_value or is_call):
            yield Found(verb.upper(), rule, path, call.lineno, False)


def _tornado(path: str, parsed: PythonFile) -> Iterator[Found]:
    if not any(m.startswith("tornado") for m in parsed.modules):
        return
    for call in parsed.calls():
        if not parsed.full_name(call.func).endswith(("Application", "RuleRouter")):
            continue
        for node in ast.walk(call):
            if isinstance(node, ast.Tuple) and len(node.elts) >= 2:
                rule = string(node.elts[0])
                if rule and rule.startswith("/") and "(" not in rule:
                    yield Found("ANY", rule, path, node.lineno, False)
