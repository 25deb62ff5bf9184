"""Detect the routes of Nest controllers, with global prefix, versions, guards (global, class and method) and middleware before them."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Evidence, Fact, Route
from ..detector import View, entry
from ..node.nest import Application, application, endpoints
from ..node.owning import backend_files, owners
from ..node.project import Project, project
from ..node.running import programs
from ..node.touching import store_use
from ..node.values import Place
from ..parsers.javascript.nodes import arguments, callee

SETTINGS = ("setGlobalPrefix", "enableVersioning", "useGlobalGuards", "forRoutes", "APP_GUARD")


def detect(view: View) -> Iterator[Fact]:
    """Yield every route of every controller, once for each program that loads it."""
    made = project(view)
    settings = _settings(view, made)
    for script in made.sources.scripts(backend_files(view), "@Controller"):
        for folder in owners(view, script.path):
            for route in endpoints(made.values, script, settings.get(folder, Application())):
                evidence = [view.evidence(route.at.path, route.at.line)]
                use = store_use(made.values, script, route.handler)
                if use is not None:
                    evidence.append(_store(view, use))
                yield entry(
                    "route", folder, Route(method=route.method, path=route.path, protected=route.protected, evidence=tuple(evidence))
                )
    yield from _graphql(view, made)


def _settings(view: View, made: Project) -> dict[str, Application]:
    found: dict[str, Application] = {}
    for program in programs(view):
        if "@nestjs/core" in program.features.libraries and program.run.folder not in found:
            found[program.run.folder] = application(made.values, made.sources.scripts(program.files, *SETTINGS))
    return found


def _store(view: View, use: Place) -> Evidence:
    return view.evidence(use.path, use.line, "datastore")


def _graphql(view: View, made: Project) -> Iterator[Fact]:
    for script in made.sources.scripts(backend_files(view), "GraphQLModule"):
        for call in script.calls:
            if callee(call)[:1] == ("GraphQLModule",) and callee(call)[-1] in ("forRoot", "forRootAsync") and arguments(call):
                for folder in owners(view, script.path):
                    at = view.evidence(script.path, int(call.start_point[0]) + 1)
                    yield entry("route", folder, Route(method="POST", path="/graphql", protected=None, evidence=(at,)))
