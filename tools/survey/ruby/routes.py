"""Follow the route files of Rails applications: `resources`, `namespace`, `scope`, `member` and `collection` put together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import re2

from ..parsers.ruby import Call, Node, call_of, text_of, texts
from ..view import View
from .rails import parsed_routes

Place = tuple[str, int]
_VERBS = ("get", "post", "put", "patch", "delete", "options")
_ACTIONS = {
    "index": ("GET", ""), "create": ("POST", ""), "new": ("GET", "/new"), "edit": ("GET", "/{id}/edit"), "show": ("GET", "/{id}"),
    "update": ("PATCH", "/{id}"), "destroy": ("DELETE", "/{id}"),
}  # fmt: skip
_SINGLE = {"create": ("POST", ""), "new": ("GET", "/new"), "edit": ("GET", "/edit"), "show": ("GET", ""), "update": ("PATCH", ""),
           "destroy": ("DELETE", "")}  # fmt: skip
_PARAMETER = re2.compile(r"[:*]([A-Za-z_]\w*)")
_GUARDS = ("authenticate", "authenticated")
_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Where:
    """Be what the blocks around a route say: the path so far, that of a resource's collection, and whether a login is demanded."""

    prefix: str = ""
    collection: str = ""
    member: str = ""
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Be one route."""

    method: str
    path: str
    at: Place
    guarded: bool


def rails_routes(view: View, folder: str) -> Iterator[Found]:
    """Yield the routes of an application in order."""
    for path, parsed in parsed_routes(view, folder):
        for call in parsed.named("draw"):
            if call.block is not None:
                yield from _block(path, call.block, Where(), _DEPTH)
        if not any(parsed.named("draw")):
            yield from _children(path, parsed.root, Where(), _DEPTH)


def _block(path: str, block: Node, where: Where, depth: int) -> Iterator[Found]:
    body = block.child_by_field_name("body")
    if body is not None and depth:
        yield from _children(path, body, where, depth - 1)


def _children(path: str, body: Node, where: Where, depth: int) -> Iterator[Found]:
    for node in body.named_children:
        if node.type in ("if", "unless", "then", "else", "begin", "if_modifier", "unless_modifier") and depth:
            yield from _children(path, node, where, depth - 1)
        elif node.type == "call":
            yield from _call(path, call_of(node), where, depth)


def _call(path: str, call: Call, where: Where, depth: int) -> Iterator[Found]:
    if call.receiver:
        return
    if call.name in _VERBS or call.name == "match":
        yield from _verb(path, call, where)
    elif call.name == "root":
        yield Found("GET", where.prefix or "/", (path, call.line), where.guarded)
    elif call.name in ("resources", "resource"):
        yield from _resources(path, call, where, depth)
    elif call.name == "mount":
        target = text_of(call.get("at")) or next((text_of(v) for _, v in call.pairs if text_of(v)), None)
        if target:
            yield Found("ANY", _joined(where.prefix, target), (path, call.line), where.guarded)
    elif call.block is not None:
        yield from _block(path, call.block, _inside(call, where), depth)


def _inside(call: Call, where: Where) -> Where:
    """Return what holds inside a block: `namespace :admin`, `scope "/api"`, `member`, `collection`, `authenticate`."""
    if call.name == "namespace":
        name = text_of(call.get("path")) if call.get("path") is not None else call.first()
        return replace(where, prefix=_joined(where.prefix, name or ""))
    if call.name == "scope":
        name = text_of(call.get("path")) if call.get("path") is not None else call.first() if call.arguments else ""
        return replace(where, prefix=_joined(where.prefix, (name or "") if name != "module" else ""))
    if call.name == "member":
        return replace(where, prefix=where.member or where.prefix)
    if call.name == "collection":
        return replace(where, prefix=where.collection or where.prefix)
    return replace(where, guarded=where.guarded or call.name in _GUARDS)


def _verb(path: str, call: Call, where: Where) -> Iterator[Found]:
    methods = [m.upper() for m in texts(call.get("via"))] if call.name == "match" else [call.name.upper()]
    on = text_of(call.get("on"))
    base = where.member if on == "member" else where.collection if on == "collection" else where.prefix
    targets = [t for a in call.arguments if (t := text_of(a)) is not None]
    if not targets and call.node.child_by_field_name("arguments") is not None:
        given = call.node.child_by_field_name("arguments")
        first = next((c for c in given.named_children if c.type == "pair"), None) if given is not None else None
        key = text_of(first.child_by_field_name("key")) if first is not None else None
        targets = [key] if key else []
    for target in targets:
        for method in methods or ["ANY"]:
            yield Found("ANY" if method == "ALL" else method, _joined(base, target), (path, call.line), where.guarded)


def _resources(path: str, call: Call, where: Where, depth: int) -> Iterator[Found]:
    single = call.name == "resource"
    table = _SINGLE if single else _ACTIONS
    only, without = texts(call.get("only")), texts(call.get("except"))
    chosen = [a for a in table if (a in only if call.get("only") is not None else a not in without)]
    key = text_of(call.get("param")) or "id"
    for name in (t for a in call.arguments if (t := text_of(a)) is not None):
        base = _joined(where.prefix, text_of(call.get("path")) or name)
        for action in chosen:
            method, tail = table[action]
            yield Found(method, base + tail.replace("{id}", f"{{{key}}}"), (path, call.line), where.guarded)
        if call.block is not None:
            member = base if single else f"{base}/{{{key}}}"
            nested = base if single else f"{base}/{{{_singular(name)}_{key}}}"
            yield from _block(path, call.block, replace(where, prefix=nested, collection=base, member=member), depth)


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return name[:-3] + "y"
    if name.endswith(("sses", "xes", "ches", "shes")):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def _joined(prefix: str, tail: str) -> str:
    """Return a path with `:name` and `*name` segments in braces and optional parts left out."""
    clean = _PARAMETER.sub(r"{\1}", tail.partition("(")[0].strip("/"))
    parts = [p for p in clean.split("/") if p]
    return (prefix.rstrip("/") + "/" + "/".join(parts)).rstrip("/") or "/"
