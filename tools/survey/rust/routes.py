"""Follow the routes of Rust servers: axum's and others' routers with `nest`, attributes of actix-web and Rocket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from ..parsers.grammar import line_of, words
from ..parsers.rust import Call, Node, RustFile, descend, enclosing, text_of
from ..view import View
from .sources import matching

Place = tuple[str, int]
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_ROUTED = ("route", "at", "route_service")
_ROCKET = re2.compile(r"<([^>]*?)\.*>")
_AXUM = re2.compile(r"/[:*](\w+)")


@dataclass(frozen=True, slots=True)
class Found:
    """Be one route."""

    method: str
    path: str
    at: Place


def routes(view: View, paths: list[str]) -> Iterator[Found]:
    """Yield the routes of a program's files, each under the prefixes of the routers it is nested in."""
    nested = _nested(view, paths)
    for path, parsed in matching(view, paths, ".route(", ".at(", ".resource(", "::resource("):
        for call in parsed.named(*_ROUTED):
            target = call.text(0)
            if target is not None and len(call.arguments) > 1:
                base = _prefix(parsed, call.node, nested)
                for method in _methods(call.arguments[1]) or ["ANY"]:
                    yield Found(method, _joined(base, target), (path, line_of(call.arguments[0])))
        yield from _resources(path, parsed, nested)
    yield from _attributes(view, paths)
    yield from _filters(view, paths)


def _methods(node: Node) -> list[str]:
    """Return the methods that an axum, poem or actix handler expression names (`get(list).post(create)`, `web::get().to(x)`)."""
    found = [words(n) for n in descend(node, "identifier", "field_identifier")]
    return list(dict.fromkeys(n.upper() for n in found if n in _VERBS))


def _prefix(parsed: RustFile, node: Node, nested: dict[str, str]) -> str:
    """Return the prefix of the function that a router is built in, where another one nests its result."""
    function = enclosing(node, "function_item")
    name = function.child_by_field_name("name") if function is not None else None
    outer = _scope(node)
    return nested.get(words(name), "") + outer if name is not None else outer


def _scope(node: Node) -> str:
    """Return the prefixes of `scope("/api")` calls (actix) and of a `nest("/x", Router::new()…)` around an expression."""
    parts, here = [], node.parent
    while here is not None and here.type != "function_item":
        if here.type == "call_expression":
            text = _scoped(here, node)
            if text:
                parts.append(text)
        here = here.parent
    return "".join("/" + p.strip("/") for p in reversed(parts) if p.strip("/"))


def _scoped(call: Node, inner: Node) -> str | None:
    function, given = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or given is None:
        return None
    name = words(function).rpartition("::")[2].rpartition(".")[2]
    if name == "nest" and given.named_children and given.start_byte <= inner.start_byte < given.end_byte:
        return text_of(given.named_children[0])
    if name in ("service", "route") and function.type == "field_expression" and given.start_byte <= inner.start_byte < given.end_byte:
        here = function.child_by_field_name("value")
        while here is not None and here.type == "call_expression":
            called = here.child_by_field_name("function")
            inside = here.child_by_field_name("arguments")
            if called is not None and words(called).endswith("scope") and inside is not None and inside.named_children:
                return text_of(inside.named_children[0])
            here = called.child_by_field_name("value") if called is not None and called.type == "field_expression" else None
    return None


def _nested(view: View, paths: list[str]) -> dict[str, str]:
    """Return {function: prefix} of what `nest("/x", function())` and `scope("/x").configure(function)` put below a prefix."""
    found: dict[str, str] = {}
    for _, parsed in matching(view, paths, "nest(", "configure("):
        for call in parsed.named("nest"):
            target = call.text(0)
            if target is not None and len(call.arguments) > 1:
                for name in (words(n) for n in descend(call.arguments[1], "identifier") if n.parent is not None):
                    found.setdefault(name, "/" + target.strip("/"))
        for call in parsed.named("configure"):
            base = _chained_scope(call)
            if base and call.arguments:
                found.setdefault(words(call.arguments[0]).rpartition("::")[2], "/" + base.strip("/"))
    return found


def _chained_scope(call: Call) -> str | None:
    here = call.receiver
    while here is not None and here.type == "call_expression":
        function, given = here.child_by_field_name("function"), here.child_by_field_name("arguments")
        if function is not None and words(function).endswith("scope") and given is not None and given.named_children:
            return text_of(given.named_children[0])
        here = function.child_by_field_name("value") if function is not None and function.type == "field_expression" else None
    return None


def _resources(path: str, parsed: RustFile, nested: dict[str, str]) -> Iterator[Found]:
    """Yield actix's `web::resource("/x").route(web::get().to(y))`."""
    for call in parsed.named("resource"):
        target = call.text(0)
        if target is None or "web" not in call.path:
            continue
        base, here, methods = _prefix(parsed, call.node, nested), call.node.parent, list[str]()
        while here is not None and here.type in ("field_expression", "call_expression"):
            given = here.child_by_field_name("arguments") if here.type == "call_expression" else None
            methods += _methods(given) if given is not None else []
            here = here.parent
        for method in dict.fromkeys(methods or ["ANY"]):
            yield Found(method, _joined(base, target), (path, call.line))


def _attributes(view: View, paths: list[str]) -> Iterator[Found]:
    """Yield `#[get("/x")]` of actix-web and Rocket, below the base that `mount("/api", routes![x])` gives the function."""
    mounted = _mounted(view, paths)
    for path, parsed in matching(view, paths, *(f"#[{v}(" for v in _VERBS), "#[route("):
        for one in parsed.attributes:
            target = next((v for k, v in one.options if k == "" and v is not None), None)
            if one.name in _VERBS and target is not None:
                function = one.node.next_named_sibling
                while function is not None and function.type == "attribute_item":
                    function = function.next_named_sibling
                name = function.child_by_field_name("name") if function is not None else None
                base = mounted.get(words(name), "") if name is not None else ""
                yield Found(one.name.upper(), _joined(base, _ROCKET.sub(r"{\1}", target.partition("?")[0])), (path, one.line))


def _filters(view: View, paths: list[str]) -> Iterator[Found]:
    """Yield warp's `warp::path!("x" / u32)` and `warp::path("x")` with the method that the filters chained behind it name."""
    for path, parsed in matching(view, paths, "warp::path"):
        for macro in parsed.macros:
            title = macro.child_by_field_name("macro")
            if title is not None and words(title) in ("warp::path", "path"):
                tokens = next((c for c in macro.named_children if c.type == "token_tree"), None)
                parts = [c for c in tokens.named_children if c.type != "type_arguments"] if tokens is not None else []
                target = "/".join(text_of(p) or ("{" + words(p).lower() + "}") for p in parts)
                yield Found(_filtered(macro), _joined("", target), (path, line_of(macro)))
        for call in parsed.named("path"):
            named = call.text(0) if call.path == "warp" else None
            if named:
                yield Found(_filtered(call.node), _joined("", named), (path, call.line))


def _filtered(node: Node) -> str:
    """Return the method of `.and(warp::get())` behind a filter, ANY without one."""
    here = node
    while here.parent is not None and here.parent.type in ("field_expression", "call_expression"):
        here = here.parent
    return next((v.upper() for v in _VERBS if f"warp::{v}()" in words(here)), "ANY")


def _mounted(view: View, paths: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for _, parsed in matching(view, paths, ".mount("):
        for call in parsed.named("mount"):
            base = call.text(0)
            for name in (words(n) for a in call.arguments[1:] for n in descend(a, "identifier")) if base is not None else ():
                found.setdefault(name, "/" + (base or "").strip("/"))
    return found


def _joined(base: str, target: str) -> str:
    clean = _AXUM.sub(r"/{\1}", "/" + target.strip("/"))
    return (base.rstrip("/") + clean).rstrip("/") or "/"
