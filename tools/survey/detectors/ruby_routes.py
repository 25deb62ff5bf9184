"""Detect HTTP routes of Ruby applications: the route files of Rails, the verbs of Sinatra, Padrino and Grape."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Evidence, Fact, Route
from ..detector import View, entry
from ..health import is_health
from ..parsers.ruby import RubyFile, call_of, enclosing, text_of
from ..ruby.bundle import bundles
from ..ruby.rails import application
from ..ruby.routes import Found, rails_routes
from ..ruby.sources import matching

_VERBS = ("get", "post", "put", "patch", "delete", "options", "head")
_MARKS = ("Sinatra", "sinatra", "Grape::API", "Padrino", "Cuba", "Hanami::Routes")


def detect(view: View) -> Iterator[Fact]:
    """Yield every route that can be followed from an application."""
    for folder in bundles(view):
        if application(view, folder) is not None:
            found = list(rails_routes(view, folder))
            telling = any(r.guarded for r in found)
            for one in found:
                protected = True if one.guarded else False if telling else None
                value = Route(method=one.method, path=one.path, protected=protected, evidence=_lines(view, one))
                yield entry("route", folder, value)
            continue
        for path, parsed in matching(view, folder, *_MARKS):
            for method, target, line in _written(parsed):
                yield entry("route", folder, Route(method=method, path=target, evidence=(view.evidence(path, line),)))


def _lines(view: View, one: Found) -> tuple[Evidence, ...]:
    """Return the line of a route; for a health check also the line that spells its whole path (Rails writes one above `get "up"`)."""
    own = view.evidence(*one.at)
    spelled = view.find(one.at[0], one.path) if is_health(one.path) and one.path not in own.quote else None
    return (own, view.evidence(one.at[0], spelled)) if spelled else (own,)


def _written(parsed: RubyFile) -> Iterator[tuple[str, str, int]]:
    """Yield the routes of one file: a verb with a block or a target, below the `namespace`, `resource` and `prefix` around it."""
    start = next((f"/{text.strip('/')}" for c in parsed.named("prefix") if (text := c.first())), "")
    for call in parsed.named(*_VERBS):
        if call.receiver or (call.block is None and call.get("to") is None):
            continue
        target = call.first()
        if target is None and call.arguments:
            continue
        around, node = [], enclosing(call.node, "call")
        while node is not None:
            outer = call_of(node)
            if outer.name in ("namespace", "resource", "resources", "group", "route_param", "scope", "slice") and outer.arguments:
                name = (text_of(outer.get("at")) or text_of(outer.arguments[0]) or "").strip("/")
                around.append("{" + name + "}" if outer.name == "route_param" else name)
            node = enclosing(node, "call")
        parts = [*reversed(around), *(target or "").strip("/").split("/")]
        path = "/".join("{" + p[1:] + "}" if p[:1] == ":" else p for p in parts if p)
        yield call.name.upper(), f"{start}/{path}", call.line
