"""Detect HTTP routes of PHP applications: Laravel, Lumen, Slim, Symfony."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Route
from ..detector import View, entry
from ..php.composer import projects
from ..php.frameworks import loaded
from ..php.routes import Found, application_routes, attribute_routes, laravel_routes

_APPLICATIONS = ("slim", "lumen", "mezzio", "leaf", "flight", "hyperf", "webman")


def detect(view: View) -> Iterator[Fact]:
    """Yield every route that can be read; whether it is open is only said where some routes demand a login."""
    for folder, project in projects(view).items():
        framework = loaded(view, project)
        name = framework.framework.name if framework else None
        found: list[Found] = []
        if name == "laravel":
            found = list(laravel_routes(view, project))
        elif name in _APPLICATIONS:
            found = list(application_routes(view, project))
        elif name in ("symfony", "api-platform"):
            found = list(attribute_routes(view, project))
        telling = any(r.guarded for r in found)
        for one in found:
            protected = True if one.guarded else False if telling else None
            value = Route(method=one.method, path=one.path, protected=protected, evidence=(view.evidence(*one.at),))
            yield entry("route", folder, value)
