"""Detect HTTP routes of Python applications, prefixes of routers, blueprints, mounts and URL configurations put together."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Route
from ..detector import View, entry
from ..python.django import django_of
from ..python.handlers import declared_routes
from ..python.projects import projects
from ..python.routing import Found, routes
from ..python.urlconf import django_routes


def detect(view: View) -> Iterator[Fact]:
    """Yield every route that can be followed from an application; whether it is open is only said where some routes demand a login."""
    for folder in projects(view):
        found: list[Found] = [*routes(view, folder), *declared_routes(view, folder)]
        if django_of(view, folder) is not None:
            found.extend(django_routes(view, folder))
        telling = any(r.protected for r in found)
        for one in found:
            protected = True if one.protected else (False if telling else None)
            value = Route(method=one.method, path=one.path, protected=protected, evidence=(view.evidence(one.file, one.line),))
            yield entry("route", folder, value)
