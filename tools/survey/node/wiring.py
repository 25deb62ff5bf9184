"""Walk from applications through their mounts to every route, with the full path and whether a login is demanded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tree_sitter import Node

from ..parsers.javascript import Script
from .evaluate import Evaluator
from .guarding import demands_login
from .registering import Registrar
from .routers import Event, Router
from .touching import may_refuse

DEPTH = 14
MAX_ROUTES = 5_000
ENTRIES = ("login", "signin", "sign-in", "token", "refresh", "auth", "session", "sessions", "oauth")


@dataclass(frozen=True)
class Wired:
    """Be one route as the client reaches it."""

    method: str
    path: str
    protected: bool | None
    script: Script
    node: Node
    handler: tuple[Script, Node] | None


def spelled(*parts: str) -> str:
    """Join path parts and spell parameters in braces: `/api`, `/users/:id` give `/api/users/{id}`."""
    whole = "/".join(p.strip("/") for p in parts if p.strip("/"))
    return "/" + "/".join(_segment(s) for s in whole.split("/") if s)


def _segment(segment: str) -> str:
    if segment.startswith(":"):
        name = segment[1:].rstrip("?+*")
        cut = next((i for i, c in enumerate(name) if not (c.isalnum() or c == "_")), len(name))
        return "{" + name[:cut] + "}" + ("" if "(" in name or cut == len(name) else name[cut:])
    if segment.startswith("{") and segment.endswith("}"):
        return segment
    return segment


def wired(ev: Evaluator, scripts: Iterable[Script]) -> list[Wired]:
    """Return every route that an application of these files serves, in order of discovery, each method and path once."""
    registrar = Registrar(ev)
    for script in scripts:
        registrar.read(script)
    found: dict[tuple[str, str], Wired] = {}
    roots = [r for r in registrar.routers.made.values() if r.root and r.callers == 0]
    for root in roots:
        for route in _walk(ev, root, (root.prefix,), False, 0):
            found.setdefault((route.method, route.path), route)
            if len(found) >= MAX_ROUTES:
                return list(found.values())
    return list(found.values())


def _walk(ev: Evaluator, router: Router, prefix: tuple[str, ...], inherited: bool | None, depth: int) -> Iterator[Wired]:
    if depth > DEPTH:
        return
    current = inherited
    partial: list[tuple[str, bool | None]] = []
    for event in sorted(router.events, key=lambda e: (e.script.path, e.node.end_byte)):
        own = _combined([demands_login(ev, s, n) for s, n in event.middlewares])
        if event.kind == "guard":
            for path in event.paths:
                if path in ("", "/", "*"):
                    current = _combined([current, own])
                else:
                    partial.append((spelled(*prefix, path), own))
        elif event.kind == "mount" and event.target is not None:
            for path in event.paths:
                below = _combined([current, own, *_matching(partial, spelled(*prefix, path))])
                yield from _walk(ev, event.target, (*prefix, path, event.target.prefix), below, depth + 1)
        elif event.kind == "route":
            yield from _routes(ev, event, prefix, _combined([current, own]), partial)


def _matching(partial: list[tuple[str, bool | None]], path: str) -> list[bool | None]:
    return [own for start, own in partial if path == start or path.startswith(start.rstrip("*").rstrip("/") + "/")]


def _routes(
    ev: Evaluator, event: Event, prefix: tuple[str, ...], protected: bool | None, partial: list[tuple[str, bool | None]]
) -> Iterator[Wired]:
    for method in event.methods:
        for path in event.paths:
            full = spelled(*prefix, path)
            held = _combined([protected, *_matching(partial, full)])
            if held is False and event.handler is not None and may_refuse(ev, *event.handler) and not _is_entry(full):
                held = None
            yield Wired(method, full, held, event.script, event.node, event.handler)


def _is_entry(path: str) -> bool:
    """Tell whether a path is where one logs in: its handler answers 401 to wrong credentials, not to strangers."""
    return any(part in ENTRIES for part in path.lower().split("/"))


def _combined(judged: list[bool | None]) -> bool | None:
    """Return True when one demands a login, None when one cannot be told, else False."""
    return True if True in judged else None if None in judged else False
