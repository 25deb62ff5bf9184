"""Decide what the smoke test proves, each check with its own way to fail."""

from __future__ import annotations

from ...core.blueprint import MigrationPlan, SmokeCheck
from ...core.facts import Evidence, Route, Service
from ._draft import Draft

ABSENT = "/no-such-path-deploybook-smoke"
NOT_PROBES = set(
    "callback csv download events export feed graphql logout metrics pdf signout socket socket.io sse stream subscribe webhook webhooks "
    "websocket ws".split()
)
"""Words in a path that make a GET costly, endless or not idempotent, or that answer an upgrade only."""
HEALTH_WORDS = set("health healthcheck healthz live livez ping ready readyz status up".split())
"""Last words of a path that is made to be asked."""


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
    """Return the checks in the order they run: TLS and HTTP from outside, then stores, the schema head and processes, else jobs."""
    checks = list(_http(web, bool(draft.survey.auth))) if web is not None else []
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
    return tuple(checks or _jobs(draft))


def _jobs(draft: Draft) -> list[SmokeCheck]:
    """Return the checks of a repository of which nothing stays up: what each job is started with."""
    return [
        SmokeCheck(
            id=f"job-{c.name}",
            title=f"`{c.name}` can be started: its settings are complete and its image is here",
            kind="job",
            component=c.name,
            reason="nothing of this plan stays up that could be asked; the job's own exit status is what its step looks at",
        )
        for c in draft.components
        if c.kind == "job"
    ]


def _head_pattern(migration: MigrationPlan) -> str | None:
    """Return what the tool's status output must match: Alembic marks the applied head, the others speak through their exit status."""
    if migration.tool in ("alembic", "flask-migrate"):
        return r"\(head\)"
    return None


def _http(web: Service, guarded: bool) -> list[SmokeCheck]:
    """Return the checks from outside; `guarded`: the application knows users, so that a page may send a stranger to its login."""
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
                statuses=_statuses(route, guarded),
                reason="a real route of the application" + (", not only its health page" if web.health_path else ""),
                evidence=route.evidence[:1],
            )
        )
    return [*checks, _ABSENT]


def _statuses(route: Route, guarded: bool) -> tuple[int, ...]:
    """Return what a GET of the route may answer: the surer its method and its openness are, the less.

    A page outside of an API may send a stranger to the login; what redirects everything still fails at the unknown path.
    """
    if route.protected is False or HEALTH_WORDS & set(_words(route.path)[-1:]):
        return (200, 204)
    if route.method == "GET" and guarded and not {"api", "graphql", "rest"} & set(_words(route.path)):
        return (200, 204, 302, 303, 401, 403)
    return (200, 204, 401, 403) if route.method == "GET" else (200, 204, 301, 302, 401, 403, 405)


def best_route(web: Service) -> Route | None:
    """Return the route that serves best as a read check: no parameters, no login, the shortest under an API prefix first.

    Where the repository declares no health path, one that is named like one comes first; a route for any method counts where no other does.
    """
    good = [
        r
        for r in web.routes
        if r.method in ("GET", "ANY")
        and not any(sign in r.path for sign in "{:*<(")
        and r.protected is not True
        and not NOT_PROBES & {part for word in _words(r.path) for part in (word, *word.replace("_", "-").split("-"))}
        and r.path not in ("", web.health_path)
    ]
    return min(good, key=lambda r: _rank(r, web.health_path is None), default=None)


def _rank(r: Route, asked: bool) -> tuple[object, ...]:
    healthy = asked and bool(HEALTH_WORDS & set(_words(r.path)[-1:]))
    return not healthy, r.method != "GET", r.protected is not False, r.path == "/", not r.path.startswith("/api"), len(r.path), r.path


def _words(path: str) -> list[str]:
    return [word for word in path.lower().split("/") if word]


def _at(web: Service, path: str) -> tuple[Evidence, ...]:
    return next((r.evidence[:1] for r in web.routes if r.path == path), web.evidence[:1])
