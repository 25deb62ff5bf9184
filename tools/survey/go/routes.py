"""Find the HTTP routes that a Go program registers, prefixes of groups, sub-routers and mounts put in front."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from ..parsers.golang import GoFile, Node, arguments, descend, enclosing, literal, parameters, receiver
from ..parsers.grammar import line_of, words
from ..view import View
from .packages import go_file, imports_of
from .serving import framework_of
from .values import Place, Values

_VERBS = {v: v for v in ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")} | {"Any": "ANY", "All": "ANY", "ANY": "ANY"}
_VERBS |= {v.capitalize(): v for v in ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")}
_PLAIN = ("HandleFunc", "Handle", "Handler", "HandlerFunc")
_GROUPS = ("Group", "Route", "Party", "Mount", "Namespace")
_COLON = re2.compile(r"[:*]([A-Za-z_][A-Za-z0-9_]*)\??")
_BRACE = re2.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)(?::[^{}]*(?:\{[^{}]*\}[^{}]*)?|\.\.\.)?\}")
_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Found:
    """Be one registered route."""

    method: str
    path: str
    at: Place


def routes(values: Values, files: tuple[str, ...]) -> Iterator[Found]:
    """Yield the routes in the order of files and lines."""
    finder = _Finder(values)
    for path in files:
        file = go_file(values.view, path) if _about_http(values.view, path) else None
        if file is not None:
            for call in file.calls:
                yield from finder.registered(path, file, call)


def _about_http(view: View, path: str) -> bool:
    return any(i.path == "net/http" or framework_of(i.path) is not None for i in imports_of(view, path))


class _Finder:
    """Follow routers through variables, groups, function literals and parameters."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def registered(self, path: str, file: GoFile, call: Node) -> Iterator[Found]:
        """Yield the routes that a call registers."""
        owner, name = file.callee(call)
        given = arguments(call)
        if owner == "net/http" and name in ("HandleFunc", "Handle") and len(given) == 2:
            yield from self._made(path, file, call, given[0], "ANY", [""])
            return
        if name == "Heartbeat" and owner.endswith("/middleware") and given:  # of chi: answers before any router
            yield from self._made(path, file, call, given[0], "GET", [""])
            return
        if owner != "." or len(given) < 2 or not (name in _VERBS or name in _PLAIN):
            return
        target = given[0]
        method = _VERBS.get(name, "ANY")
        if name in _PLAIN and len(given) == 3:  # httprouter: Handler(method, path, handler)
            first = self._values.of(path, file, given[0]).text
            method, target = (first or "ANY").upper(), given[1]
        if name in _PLAIN:
            method = _methods(call) or method
        yield from self._made(path, file, call, target, method, self.prefixes(path, file, receiver(call)))

    def _made(self, path: str, file: GoFile, call: Node, target: Node, method: str, prefixes: list[str]) -> Iterator[Found]:
        value = self._values.of(path, file, target)
        text = value.text
        if text is None and value.env and target.type == "binary_expression":  # a base path that is empty unless set
            text = self._values.of(path, file, target.child_by_field_name("right")).text
        if text is None:
            return
        verb, space, rest = text.partition(" ")
        if space and verb.isupper():
            method, text = verb, rest.strip()
        if text and not text.startswith("/"):
            return
        for prefix in prefixes:
            yield Found(method, spelled(prefix + text), (path, line_of(call)))

    def prefixes(self, path: str, file: GoFile, node: Node | None, depth: int = 0) -> list[str]:
        """Return the prefixes under which a router expression stands: one, or one per caller that hands it in."""
        if node is None or depth > _DEPTH:
            return [""]
        if node.type == "call_expression":
            return self._called(path, file, node, depth)
        if node.type != "identifier":
            return [""]
        name = words(node)
        literal_function = enclosing(node, "func_literal", "function_declaration", "method_declaration")
        while literal_function is not None:
            if name in [n for n, _ in parameters(literal_function)]:
                return self._handed(path, file, literal_function, name, depth)
            assigned = _assigned(literal_function, name, node)
            if assigned is not None:
                return self.prefixes(path, file, assigned, depth + 1) if assigned.type == "call_expression" else [""]
            literal_function = enclosing(literal_function, "func_literal", "function_declaration", "method_declaration")
        return [""]

    def _called(self, path: str, file: GoFile, call: Node, depth: int) -> list[str]:
        owner, name = file.callee(call)
        given = arguments(call)
        if owner != ".":
            return [""]
        above = self.prefixes(path, file, receiver(call), depth + 1)
        if name in _GROUPS or name == "PathPrefix":
            own = self._values.of(path, file, given[0]).text if given else None
            return [p + own for p in above] if own is not None and (own.startswith("/") or own == "") else above
        return above

    def _handed(self, path: str, file: GoFile, function: Node, name: str, depth: int) -> list[str]:
        """Return the prefixes of a parameter: of the call around a function literal, else of every call of the function."""
        if function.type == "func_literal":
            outer = enclosing(function, "call_expression")
            return self._called(path, file, outer, depth + 1) if outer is not None and file.callee(outer)[1] in _GROUPS else [""]
        index = [n for n, _ in parameters(function)].index(name)
        found: list[str] = []
        for where, caller, call in self._values.callers(path, function):
            given = arguments(call)
            if index < len(given):
                found.extend(self.prefixes(where, caller, given[index], depth + 1))
        return list(dict.fromkeys(found)) or [""]


def _assigned(function: Node, name: str, before: Node) -> Node | None:
    """Return the last expression assigned to a variable in a function before a node."""
    found = None
    for one in descend(function.child_by_field_name("body"), "short_var_declaration", "assignment_statement", "var_spec"):
        left = one.child_by_field_name("left") or one.child_by_field_name("name")
        right = one.child_by_field_name("right") or one.child_by_field_name("value")
        if left is not None and right is not None and one.start_byte < before.start_byte and words(left) == name and right.named_children:
            found = right.named_children[0]
    return found


def _methods(call: Node) -> str | None:
    """Return the method of gorilla's `HandleFunc(…).Methods("GET", …)`, the first of several."""
    selector = call.parent
    outer = selector.parent if selector is not None and selector.type == "selector_expression" else None
    if outer is not None and outer.type == "call_expression" and selector is not None and words(selector).endswith(".Methods"):
        first = next((a for a in arguments(outer)), None)
        text = literal(first) or (words(first).removeprefix("http.Method").upper() if first is not None else "")
        return text or None
    return None


def spelled(path: str) -> str:
    """Return a route as clients spell it: parameters in braces, one slash between parts."""
    text = str(_BRACE.sub(r"{\1}", _COLON.sub(r"{\1}", path) if "{" not in path else path))
    while "//" in text:
        text = text.replace("//", "/")
    text = text.removesuffix("{$}")
    return text if text.startswith("/") else "/" + text
