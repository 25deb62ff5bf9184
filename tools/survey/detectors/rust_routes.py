"""Detect HTTP routes of Rust servers: axum, actix-web, Rocket, poem, tide."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Route
from ..detector import View, entry
from ..rust.programs import programs
from ..rust.routes import routes
from ..rust.sources import built_from


def detect(view: View) -> Iterator[Fact]:
    """Yield every route of the programs that serve."""
    for program in programs(view):
        if program.framework is None:
            continue
        for one in routes(view, built_from(view, program.package, program.binary)):
            yield entry("route", program.package.folder, Route(method=one.method, path=one.path, evidence=(view.evidence(*one.at),)))
