"""Read Nest applications: controllers, prefixes, versions, guards and the middleware that protects routes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from tree_sitter import Node

from ...redaction.keys import split_words
from ..parsers.javascript import Script
from ..parsers.javascript.nodes import (
    CLASSES,
    arguments,
    callee,
    chain,
    decorators,
    elements,
    entry,
    line,
    literal,
    receiver,
    string,
    strip,
    text,
)
from .evaluate import Evaluator
from .guarding import SOFT, TOKEN_STRATEGIES, refuses
from .values import Code, Foreign, Known, Place, settled
from .wiring import spelled

VERBS = {
    "Get": "GET", "Post": "POST", "Put": "PUT", "Patch": "PATCH", "Delete": "DELETE", "Head": "HEAD", "Options": "OPTIONS", "All": "ANY",
    "Sse": "GET",
}  # fmt: skip
LOGINS = frozenset(
    {"local", "google", "facebook", "github", "twitter", "oauth", "oauth2", "oidc", "saml", "discord", "apple", "refresh", "throttler"}
)
OPEN = frozenset({"public", "ispublic", "skipauth", "allowanonymous", "noauth", "unauthenticated", "unprotected", "nojwt", "anonymous"})


@dataclass
class Application:
    """Hold what a Nest program sets for all its controllers."""

    prefix: str = ""
    excluded: tuple[str, ...] = ()
    versioned: bool = False
    version_prefix: str = "v"
    default_version: str | None = None
    guarded: bool = False
    middleware: list[tuple[str, str]] = field(default_factory=list)  # (method or ANY, path) that an auth middleware stands before


@dataclass(frozen=True)
class Endpoint:
    """Be one route of a controller."""

    method: str
    path: str
    protected: bool | None
    script: Script
    at: Place
    handler: Node


def application(ev: Evaluator, scripts: Iterable[Script]) -> Application:
    """Return what the files of one program set for all routes."""
    found = Application()
    for script in scripts:
        for call in script.calls:
            _setting(ev, script, call, found)
        if "APP_GUARD" in script.source:
            found.guarded = found.guarded or _app_guard(ev, script)
    return found


def _setting(ev: Evaluator, script: Script, call: Node, found: Application) -> None:
    names, given = callee(call), arguments(call)
    last = names[-1] if names else ""
    if last == "setGlobalPrefix" and given:
        known = settled(ev.value(script, given[0]))
        if known is not None and isinstance(known.value, str):
            found.prefix = known.value
        listed = elements(entry(strip(given[1]), "exclude")) if len(given) > 1 else []
        found.excluded = tuple(p for item in listed for p in [string(item) or string(entry(strip(item), "path"))] if p is not None)
    elif last == "enableVersioning":
        options = strip(given[0]) if given else None
        kind = text(entry(options, "type")) if options is not None and entry(options, "type") is not None else "URI"
        found.versioned = kind.endswith("URI")
        default = literal(entry(options, "defaultVersion")) if options is not None else None
        found.default_version = default if isinstance(default, str) else found.default_version
        prefix = literal(entry(options, "prefix")) if options is not None and entry(options, "prefix") is not None else "v"
        found.version_prefix = prefix if isinstance(prefix, str) else ""
    elif last == "useGlobalGuards":
        found.guarded = found.guarded or any(_guard(ev, script, g) is True for g in given)
    elif last == "forRoutes":
        owner = receiver(call)
        applied = arguments(owner) if owner is not None and callee(owner)[-1:] in (("apply",), ("exclude",)) else []
        if any(_is_auth_middleware(ev, script, a) for a in applied):
            found.middleware += [pair for g in given if (pair := _route_info(g)) is not None]


def _route_info(node: Node) -> tuple[str, str] | None:
    inner = strip(node)
    path = string(inner) or string(entry(inner, "path"))
    method = entry(inner, "method")
    return (text(method).rpartition(".")[2].upper() if method is not None else "ANY", path) if path is not None else None


def _is_auth_middleware(ev: Evaluator, script: Script, node: Node) -> bool:
    value = ev.value(script, node)
    return isinstance(value, Code) and (refuses(value.node) and "auth" in text(node).lower())


def _app_guard(ev: Evaluator, script: Script) -> bool:
    """Tell whether a provider of APP_GUARD demands a login."""
    for node in (n for call in script.calls for n in arguments(call)):
        for item in elements(entry(strip(node), "providers")):
            inner = strip(item)
            if text(entry(inner, "provide")) == "APP_GUARD":
                used = entry(inner, "useClass") or entry(inner, "useExisting")
                if used is not None and _guard(ev, script, used) is True:
                    return True
    return False


def _guard(ev: Evaluator, script: Script, node: Node) -> bool | None:
    """Judge a guard of `@UseGuards(…)`: a class, an instance, `AuthGuard('jwt')`."""
    inner = strip(node)
    names = callee(inner) if inner.type in ("call_expression", "new_expression") else chain(inner)
    if names[-1:] == ("AuthGuard",) and inner.type == "call_expression":
        given = arguments(inner)
        strategies = [string(a) for a in (elements(given[0]) or given)] if given else []
        return any(s is None or any(w in s.lower() for w in TOKEN_STRATEGIES) for s in strategies) or not strategies
    words = set(split_words(names[-1])) if names else set()
    if words & SOFT or words & LOGINS:
        return False
    if words & {
        "auth",
        "jwt",
        "authentication",
        "authenticated",
        "roles",
        "role",
        "permissions",
        "permission",
        "admin",
        "logged",
        "session",
        "token",
        "bearer",
        "access",
        "policies",
        "policy",
        "api",
        "owner",
    }:
        return True
    value = ev.value(script, inner if inner.type != "new_expression" else inner.child_by_field_name("constructor"))
    if isinstance(value, Code) and value.node.type in CLASSES:
        return refuses(value.node)
    return False if isinstance(value, Foreign) else None


def endpoints(ev: Evaluator, script: Script, settings: Application) -> Iterator[Endpoint]:
    """Yield the routes of every controller in one file."""
    for around in script.classes:
        mark = next((d for d in decorators(around) if d.type == "call_expression" and callee(d)[-1:] == ("Controller",)), None)
        body = around.child_by_field_name("body")
        if mark is None or body is None:
            continue
        bases, version = _controller(ev, script, mark)
        marks = decorators(around)
        own = _protected(ev, script, marks)
        local = replace(settings, guarded=False) if any(_is_open(m) for m in marks) else settings
        for item in body.named_children:
            if item.type == "method_definition":
                for base in bases:
                    yield from _methods(ev, script, item, base, version, own, local)


def _controller(ev: Evaluator, script: Script, mark: Node) -> tuple[list[str], str | None]:
    given = arguments(mark)
    if not given:
        return [""], None
    first = strip(given[0])
    options = first if first.type == "object" else None
    node = entry(options, "path") if options is not None else first
    version = literal(entry(options, "version")) if options is not None else None
    return _paths(ev, script, node), version if isinstance(version, str) else None


def _paths(ev: Evaluator, script: Script, node: Node | None) -> list[str]:
    if node is None:
        return [""]
    if strip(node).type == "array":
        return [p for item in elements(node) for p in _paths(ev, script, item)]
    known = settled(ev.value(script, node))
    return [known.value] if isinstance(known, Known) and isinstance(known.value, str) else []


def _methods(
    ev: Evaluator, script: Script, item: Node, base: str, version: str | None, own: bool | None, settings: Application
) -> Iterator[Endpoint]:
    marks = decorators(item)
    for mark in marks:
        verb = VERBS.get(callee(mark)[-1]) if mark.type == "call_expression" and callee(mark) else None
        if verb is None:
            continue
        method_version = next(
            (literal(arguments(m)[0]) for m in marks if m.type == "call_expression" and callee(m)[-1:] == ("Version",) and arguments(m)),
            None,
        )
        held = method_version if isinstance(method_version, str) else version or settings.default_version
        for path in _paths(ev, script, arguments(mark)[0]) if arguments(mark) else [""]:
            full = _full(settings, base, path, held)
            judged = _judged(ev, script, marks, own, settings, verb, spelled(base, path))
            yield Endpoint(verb, full, judged, script, Place(script.path, line(mark)), item)


def _full(settings: Application, base: str, path: str, version: str | None) -> str:
    plain = spelled(base, path)
    excluded = any(
        plain == spelled(e) or (plain.startswith(spelled(e.rstrip("*")).rstrip("/") + "/") and e.endswith("*")) for e in settings.excluded
    )
    parts = [settings.prefix if not excluded else ""]
    if settings.versioned and version:
        parts.append(f"{settings.version_prefix}{version}")
    return spelled(*parts, base, path)


def _judged(
    ev: Evaluator, script: Script, marks: list[Node], own: bool | None, settings: Application, verb: str, plain: str
) -> bool | None:
    if any(_is_open(m) for m in marks):
        return False
    here = _protected(ev, script, marks)
    if here is True or own is True or settings.guarded:
        return True
    if any(method in (verb, "ALL", "ANY") and spelled(path) == plain for method, path in settings.middleware):
        return True
    return None if here is None or own is None else False


def _is_open(mark: Node) -> bool:
    names = callee(mark) if mark.type == "call_expression" else chain(mark)
    return (bool(names) and names[-1].lower() in OPEN) or text(mark).endswith(("AuthType.None)", "Auth(false)"))


def _protected(ev: Evaluator, script: Script, marks: list[Node]) -> bool | None:
    """Return True where a decorator demands a login, None where one cannot be told, else False."""
    found: list[bool | None] = []
    for mark in marks:
        names = callee(mark) if mark.type == "call_expression" else chain(mark)
        if names[-1:] == ("UseGuards",):
            found += [_guard(ev, script, g) for g in arguments(mark)]
        elif names and script.imported(names[0]) != ("@nestjs/common", names[0]):
            value = ev.called(script, mark) if mark.type == "call_expression" else ev.value(script, mark)
            if isinstance(value, Code) and "UseGuards(" in text(value.node):
                found.append(not set(split_words(names[-1])) & SOFT)
    return True if True in found else None if None in found else False
