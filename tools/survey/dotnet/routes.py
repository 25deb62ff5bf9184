"""Find the HTTP routes of ASP.NET Core applications: minimal APIs with their groups, controllers, hubs, health checks, FastEndpoints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from ..parsers.csharp import Attribute, Call, CsFile, Node, call_of, chain, declared_name, owner_type
from ..parsers.grammar import words
from ..view import View
from .applications import Application
from .sources import code, matching
from .values import Values, values_of

Place = tuple[str, int]
_MAPS = {
    "MapGet": "GET", "MapPost": "POST", "MapPut": "PUT", "MapDelete": "DELETE", "MapPatch": "PATCH", "Map": "ANY", "MapHub": "ANY",
    "MapHealthChecks": "GET", "MapMethods": "ANY", "UseHealthChecks": "GET",
}  # fmt: skip
_ROUTED = re2.compile(  # what a file with routes holds
    r"[.]Map(?:Get|Post|Put|Delete|Patch|Hub|HealthChecks|Methods)?\s*[<(]"
    r"|\[(?:[A-Za-z., ]+)?(?:Http|Route|AcceptVerbs)|UseHealthChecks|Endpoint<|EndpointWithoutRequest"
)
_HTTP = {
    "HttpGet": "GET",
    "HttpPost": "POST",
    "HttpPut": "PUT",
    "HttpDelete": "DELETE",
    "HttpPatch": "PATCH",
    "HttpHead": "HEAD",
    "AcceptVerbs": "ANY",
}
_ENDPOINTS = {"Get": "GET", "Post": "POST", "Put": "PUT", "Delete": "DELETE", "Patch": "PATCH"}
_CONSTRAINT = re2.compile(r"\{(\*{0,2})([A-Za-z_][A-Za-z0-9_]*)(?::[^{}]*|=[^{}]*)?\??\}")
_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Found:
    """Be one route."""

    method: str
    path: str
    at: Place
    protected: bool | None = None


def routes(view: View, app: Application) -> Iterator[Found]:
    """Yield the routes in the order of files and lines."""
    values = values_of(view, app.project)
    for path, file in matching(view, app.project, _ROUTED):
        for one in (*_mapped(values, path, file), *_controllers(values, path, file), *_endpoints(values, path, file)):
            yield Found(one.method, spelled(one.path), one.at, one.protected)


def _mapped(values: Values, path: str, file: CsFile) -> Iterator[Found]:
    for call in file.calls:
        method = _MAPS.get(call.name)
        if method is None or call.receiver is None:
            continue
        own = values.of(path, file, call.argument(0)).text
        if own is None or " " in own:
            continue
        for prefix in _prefixes(values, path, file, call.receiver):
            yield Found(method, _joined(prefix, own), (path, call.line), True if _guarded(file, call) else None)


def _guarded(file: CsFile, call: Call) -> bool:
    """Say whether `.RequireAuthorization()` is chained upon a mapping."""
    node = call.node.parent
    for _ in range(20):
        if node is None or node.type not in ("member_access_expression", "invocation_expression"):
            return False
        if node.type == "member_access_expression" and words(node).endswith(".RequireAuthorization"):
            return True
        node = node.parent
    return False


def _prefixes(values: Values, path: str, file: CsFile, node: Node, depth: int = 0) -> list[str]:
    """Return the prefix of an expression that routes are mapped on: the groups it was made from."""
    if depth > _DEPTH:
        return [""]
    if node.type == "invocation_expression":
        call = call_of(node)
        for one in chain(call) if call is not None else ():
            if one.name == "MapGroup":
                own = values.of(path, file, one.argument(0)).text or ""
                above = _prefixes(values, path, file, one.receiver, depth + 1) if one.receiver is not None else [""]
                return [_joined(p, own) for p in above]
            if one.receiver is not None and one.receiver.type == "identifier":
                return _prefixes(values, path, file, one.receiver, depth + 1)
        return [""]
    if node.type != "identifier":
        return [""]
    known = [v for v in file.variables.get(words(node), []) if v.start_byte < node.start_byte]
    if known:
        return _prefixes(values, path, file, known[-1], depth + 1) if known[-1].type == "invocation_expression" else [""]
    return _handed(values, node, depth)


def _handed(values: Values, node: Node, depth: int) -> list[str]:
    """Return the prefixes under which callers call the extension method that a parameter belongs to."""
    method = node.parent
    while method is not None and method.type != "method_declaration":
        method = method.parent
    inside = method.child_by_field_name("parameters") if method is not None else None
    if method is None or inside is None or not inside.named_children or not words(inside.named_children[0]).startswith("this "):
        return [""]
    name = declared_name(method)
    found: list[str] = []
    for where, other in code(values.view, values.project, f".{name}("):
        for call in other.calls:
            if call.name == name and call.receiver is not None:
                found.extend(_prefixes(values, where, other, call.receiver, depth + 1))
    return list(dict.fromkeys(found)) or [""]


def _controllers(values: Values, path: str, file: CsFile) -> Iterator[Found]:
    above: dict[int, list[str]] = {}
    guarded: set[int] = set()
    for one in file.attributes:
        if one.name == "Route" and one.on.type == "class_declaration":
            above.setdefault(one.on.id, []).extend(_texts(values, path, file, one))
        if one.name == "Authorize":
            guarded.add(one.on.id)
    for one in file.attributes:
        method = _HTTP.get(one.name)
        if method is None or one.on.type != "method_declaration":
            continue
        owner = owner_type(one.on)
        if owner is None:
            continue
        own = _texts(values, path, file, one) or _beside(values, path, file, one)
        prefixes = above.get(owner.id, [""])
        protected = True if owner.id in guarded or one.on.id in guarded else None
        for prefix in prefixes:
            for text in own or [""]:
                whole = text if text.startswith(("/", "~/")) else _joined(prefix, text)
                named = _tokens(whole.removeprefix("~"), declared_name(owner), declared_name(one.on))
                if named:
                    yield Found(method, named, (path, one.line), protected)


def _beside(values: Values, path: str, file: CsFile, one: Attribute) -> list[str]:
    return [t for a in file.attributes if a.name == "Route" and a.on.id == one.on.id for t in _texts(values, path, file, a)]


def _texts(values: Values, path: str, file: CsFile, one: Attribute) -> list[str]:
    return [t for n in one.arguments[:1] if (t := values.of(path, file, n).text) is not None]


def _tokens(path: str, controller: str, action: str) -> str:
    return path.replace("[controller]", controller.removesuffix("Controller")).replace("[action]", action.removesuffix("Async"))


def _endpoints(values: Values, path: str, file: CsFile) -> Iterator[Found]:
    """Yield the routes of FastEndpoints: `Get("/x")` inside `Configure`."""
    if "FastEndpoints" not in file.text and "Endpoint<" not in file.text and "EndpointWithoutRequest" not in file.text:
        return
    for call in file.calls:
        method = _ENDPOINTS.get(call.name)
        text = values.of(path, file, call.argument(0)).text if method is not None and call.receiver is None else None
        if method is not None and text is not None and text.startswith("/"):
            yield Found(method, text, (path, call.line))


def _joined(left: str, right: str) -> str:
    if not left or not right.strip("/"):
        return left or right
    return f"{left.rstrip('/')}/{right.lstrip('/')}"


def spelled(path: str) -> str:
    """Return a route as clients spell it: parameters in braces without constraints, one slash in front."""
    text = str(_CONSTRAINT.sub(r"{\2}", path))
    return text if text.startswith("/") else "/" + text
