"""Detect HTTP routes of Clojure applications: Compojure, Reitit, Pedestal."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Route
from ..clojure.projects import projects
from ..clojure.routes import routes
from ..detector import View, entry


def detect(view: View) -> Iterator[Fact]:
    """Yield every route of every project."""
    for project in projects(view).values():
        for one in routes(view, project):
            yield entry("route", project.folder, Route(method=one.method, path=one.path, evidence=(view.evidence(*one.at),)))
