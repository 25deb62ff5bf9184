"""Detect HTTP routes of Phoenix and Plug routers."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Route
from ..detector import View, entry
from ..elixir.mix import programs
from ..elixir.routes import routes


def detect(view: View) -> Iterator[Fact]:
    """Yield every route; whether it is open is only said where some pipeline demands a login."""
    for project in programs(view):
        found = list(routes(view, project))
        telling = any(r.guarded for r in found)
        for one in found:
            protected = True if one.guarded else False if telling else None
            value = Route(method=one.method, path=one.path, protected=protected, evidence=(view.evidence(*one.at),))
            yield entry("route", project.folder, value)
