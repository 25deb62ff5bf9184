"""Detect the routes that Next, Nuxt, SvelteKit, Astro and Fresh derive from files: route handlers and API files, never pages."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Route
from ..detector import View, entry
from ..node.fileroutes import file_routes
from ..node.project import project
from ..node.rendering import full_stack
from ..node.running import programs
from ..node.sources import join
from ..node.touching import may_refuse, store_use

GATES = (
    "middleware.ts",
    "middleware.js",
    "proxy.ts",
    "hooks.server.ts",
    "hooks.server.js",
    "middleware",
)  # they may turn a request away first


def detect(view: View) -> Iterator[Fact]:
    """Yield the routes of every program that serves a file-routed framework; a handler that may answer 401 has no known protection."""
    made = project(view)
    seen: set[str] = set()
    for program in programs(view):
        folder = program.run.folder
        rendering = program.run.rendering or (full_stack(made, program.run.package) if program.run.package is not None else None)
        framework = (
            rendering.framework if rendering is not None and rendering.serves else program.framework[0] if program.framework else None
        )
        if framework is None or folder in seen:
            continue
        seen.add(folder)
        gated = any(view.exists(join(folder, f"{home}{name}")) for home in ("", "src/", "server/") for name in GATES)
        for route in file_routes(made, folder, framework):
            evidence = [view.evidence(route.at.path, route.at.line)]
            use = store_use(made.values, route.script, route.handler)
            if use is not None:
                evidence.append(view.evidence(use.path, use.line, "datastore"))
            open_to_all = route.handler is not None and not gated and not may_refuse(made.values, route.script, route.handler)
            yield entry(
                "route",
                folder,
                Route(method=route.method, path=route.path, protected=False if open_to_all else None, evidence=tuple(evidence)),
            )
