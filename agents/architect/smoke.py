"""Decide what the smoke test proves, each check with its own way to fail."""

from __future__ import annotations

from ...core.blueprint import MigrationPlan, SmokeCheck
from ...core.facts import Evidence, Route, Service
from ._draft import Draft

ABSENT = "/no-such-path-deploybook-smoke"
NOT_PROBES = ("logout", "signout", "download", "export", "stream", "events", "callback", "webhook", "metrics", "sse", "websocket")
"""Words in a path that make a GET costly, endless or not idempotent."""


_REDIRECT = SmokeCheck(
    id="redirect",
    title="plain HTTP is redirected to HTTPS",
    kind="tls",
    path="/",
    statuses=(301, 308),
    reason="tokens must not travel in clear text",
)
_ROOT = SmokeCheck(
    id="root",
    title="the application answers through the proxy",
    kind="http",
    path="/",
    statuses=(200, 204, 301, 302, 307, 308, 401, 403, 404),
    reason="no health path and no readable route was found: the application itself, not the proxy, must answer",
)
_ABSENT = SmokeCheck(
    id="absent",
    title="an unknown path is refused",
    kind="http-absent",
    path=ABSENT,
    statuses=(400, 401, 403, 404, 405),
    reason="a server that says 200 to everything (a maintenance page) must not pass",
)


def choose_smoke(draft: Draft, web: Service | None, migration: MigrationPlan | None) -> tuple[SmokeCheck, ...]:
    """Return the checks in the order they run: TLS and HTTP from outside, then every store, the schema head and every process."""
    checks = list(_http(web)) if web is not None else []
    checks += [
        SmokeCheck(
            id=f"store-{s.component}",
            title=f"{s.component} answers an authenticated query",
            kind="store",
            component=s.component,
            reason="a health page that does not touch this store stays green while it is down",
        )
        for s in draft.stores
    ]
    if migration is not None and migration.status:
        checks.append(
            SmokeCheck(
                id="schema-head",
                title=f"no {migration.tool} migration is pending",
                kind="migration",
                component="migrate",
                body_pattern=_head_pattern(migration),
                reason="code and schema belong together",
                evidence=migration.facts.evidence[:1],
            )
        )
    checks += [
        SmokeCheck(
            id=f"process-{c.name}",
            title=f"`{c.name}` runs, is healthy and has not restarted",
            kind="process",
            component=c.name,
            reason="a crash loop can look healthy between two restarts",
        )
        for c in draft.components
        if c.kind == "app"
    ]
    return tuple(checks)


def _head_pattern(migration: MigrationPlan) -> str | None:
    """Return what the tool's status output must match: Alembic marks the applied head, the others speak through their exit status."""
    if migration.tool in ("alembic", "flask-migrate"):
        return r"\(head\)"
    return None


def _http(web: Service) -> list[SmokeCheck]:
    checks = [_REDIRECT]
    if web.health_path:
        checks.append(
            SmokeCheck(
                id="health",
                title=f"{web.health_path} answers through the proxy",
                kind="http",
                path=web.health_path,
                statuses=(200, 204),
                reason="the health path that the repository declares",
                evidence=_at(web, web.health_path),
            )
        )
    route = best_route(web)
    if route is None and not web.health_path:
        return [*checks, _ROOT]
    if route is not None and route.path != web.health_path:
        checks.append(
            SmokeCheck(
                id="read",
                title=f"GET {route.path} answers through the proxy",
                kind="http",
                path=route.path,
                statuses=(200, 204) if route.protected is False else (200, 204, 401, 403),
                reason="a real route of the application, not only its health page",
                evidence=route.evidence[:1],
            )
        )
    return [*checks, _ABSENT]


def best_route(web: Service) -> Route | None:
    """Return the GET route that serves best as a read check: no parameters, no login, the shortest under an API prefix first."""
    good = [
        r
        for r in web.routes
        if r.method == "GET"
        and "{" not in r.path
        and ":" not in r.path
        and "*" not in r.path
        and r.protected is not True
        and not any(word in r.path.lower() for word in NOT_PROBES)
        and r.path not in ("", web.health_path)
    ]
    return min(
        good, key=lambda r: (r.protected is not False, r.path == "/", not r.path.startswith("/api"), len(r.path), r.path), default=None
    )


def _at(web: Service, path: str) -> tuple[Evidence, ...]:
    return next((r.evidence[:1] for r in web.routes if r.path == path), web.evidence[:1])
