"""Follow the routes of Phoenix routers (`scope`, `resources`, `live`, `forward`) and of `Plug.Router`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import re2

from ..parsers.elixir import Call, Node, call_of, descend, text_of
from ..view import View
from .mix import Project, matching

Place = tuple[str, int]
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_ACTIONS = {
    "index": ("GET", ""), "edit": ("GET", "/{id}/edit"), "new": ("GET", "/new"), "show": ("GET", "/{id}"), "create": ("POST", ""),
    "update": ("PATCH", "/{id}"), "delete": ("DELETE", "/{id}"),
}  # fmt: skip
_GUARDS = ("auth", "require_authenticated_user", "authenticated", "require_login", "ensure_auth", "jwt_authenticated", "protected")
_PARAMETER = re2.compile(r"[:*]([A-Za-z_]\w*)")
_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Where:
    """Be what stands around a route: the path so far, and whether a pipeline demands a login."""

    prefix: str = ""
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Be one route."""

    method: str
    path: str
    at: Place
    guarded: bool


def routes(view: View, project: Project) -> Iterator[Found]:
    """Yield the routes of every router module."""
    for path, parsed in matching(view, project, ":router", "Phoenix.Router", "Plug.Router"):
        for call in parsed.named("defmodule"):
            if call.block is not None and any(_is_router(c) for c in (call_of(n) for n in call.block.named_children if n.type == "call")):
                yield from _block(path, call.block, Where(), _DEPTH)


def _is_router(call: Call) -> bool:
    return call.name == "use" and (call.text(0) in ("Phoenix.Router", "Plug.Router") or call.text(1) == "router")


def _block(path: str, block: Node, where: Where, depth: int) -> Iterator[Found]:
    here = where
    for node in block.named_children if depth else ():
        if node.type != "call":
            continue
        call = call_of(node)
        if call.name == "pipe_through" and call.arguments:
            names = [t for a in descend(call.arguments[0], "atom") if (t := text_of(a))]
            here = replace(here, guarded=here.guarded or any(n in _GUARDS or ("authenticated" in n and "redirect" not in n) for n in names))
        else:
            yield from _call(path, call, here, depth)


def _call(path: str, call: Call, where: Where, depth: int) -> Iterator[Found]:
    target = call.text(0) if call.arguments and call.arguments[0].type == "string" else None
    at = (path, call.line)
    if call.name == "scope" and call.block is not None:
        prefix = target if target is not None else text_of(call.get("path")) or ""
        yield from _block(path, call.block, replace(where, prefix=_joined(where.prefix, prefix)), depth - 1)
    elif call.name in ("live_session", "if", "unless") and call.block is not None:
        yield from _block(path, call.block, where, depth - 1)
    elif target is None:
        return
    elif call.name in _VERBS:
        yield Found(call.name.upper(), _joined(where.prefix, target), at, where.guarded)
    elif call.name in ("live", "live_dashboard"):
        yield Found("GET", _joined(where.prefix, target), at, where.guarded)
    elif call.name == "forward" or call.name == "match":
        yield Found("ANY", _joined(where.prefix, target), at, where.guarded)
    elif call.name == "resources":
        yield from _resources(path, call, where, target, depth)


def _resources(path: str, call: Call, where: Where, target: str, depth: int) -> Iterator[Found]:
    only, without = _atoms(call.get("only")), _atoms(call.get("except"))
    key = text_of(call.get("param")) or "id"
    base = _joined(where.prefix, target)
    for action, (method, tail) in _ACTIONS.items():
        if (action in only) if only else action not in without:
            yield Found(method, base + tail.replace("{id}", f"{{{key}}}"), (path, call.line), where.guarded)
    if call.block is not None:
        name = target.strip("/").rpartition("/")[2].removesuffix("s")
        yield from _block(path, call.block, replace(where, prefix=f"{base}/{{{name}_{key}}}"), depth - 1)


def _atoms(node: Node | None) -> list[str]:
    return [t for a in descend(node, "atom") if (t := text_of(a))] if node is not None else []


def _joined(prefix: str, tail: str) -> str:
    clean = _PARAMETER.sub(r"{\1}", tail.strip("/"))
    return (prefix.rstrip("/") + "/" + clean).rstrip("/") or "/"
