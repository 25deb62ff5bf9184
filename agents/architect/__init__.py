"""Design the blueprint: every decision that two sections share, taken once before the planners start."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.base import slug
from ...core.blueprint import Blueprint, Component
from ...core.facts import Survey
from ...core.target import Assumption, Target
from ...tools.catalog import load
from ._draft import Draft
from .backup import choose_backup
from .environment import bind_environment
from .migration import choose_migration
from .monitoring import choose_monitoring
from .objectives import choose_objectives, size_host
from .processes import choose_processes
from .proxy import choose_proxy, need_domain
from .smoke import choose_smoke
from .state import choose_state
from .stores import choose_stores, open_unguarded

RELEASE_LENGTH = 12
"""Characters of the commit that name a release: git's own abbreviation grows past this only in repositories of millions of objects."""


def design(survey: Survey, target: Target, assumptions: Sequence[Assumption] = ()) -> Blueprint:
    """Return the blueprint for a survey and a target: the same for the same two and the same catalogue."""
    release = survey.commit[:RELEASE_LENGTH] if survey.commit else "unversioned"
    draft = Draft(survey=survey, target=target, catalog=load(), app=slug(survey.project, 30), release=release)
    for given in assumptions:
        draft.assumptions.setdefault(given.id, given)
    choose_objectives(draft)
    choose_stores(draft)
    choose_processes(draft, release)
    choose_state(draft)
    web = _main_web(draft)
    bind_environment(draft)
    open_unguarded(draft)
    migration = choose_migration(draft)
    service = next((s for s in survey.services if web is not None and s.name == web.service), None)
    smoke = choose_smoke(draft, service, migration)
    if web is not None:
        choose_proxy(draft, web)
    elif public := tuple(
        dict.fromkeys(c for b in draft.env if "${DOMAIN}" in (b.value or "") or b.value == "DOMAIN" for c in b.components)
    ):
        need_domain(draft, public)  # nothing is served here, but a worker writes the public address into mails and links
    choose_backup(draft)
    choose_monitoring(draft)
    return _finish(draft, release, web, migration=migration, smoke=smoke)


def _main_web(draft: Draft) -> Component | None:
    """Return the web component that answers `/`: the one with the most routes, then the first declared."""
    webs = [c for c in draft.components if c.kind == "app" and c.port is not None]
    routes = {s.name: len(s.routes) for s in draft.survey.services}
    return max(webs, key=lambda c: routes.get(c.service or "", 0), default=None)


def _finish(draft: Draft, release: str, web: Component | None, **rest: object) -> Blueprint:
    components = tuple(draft.components)
    volumes = sorted({m.source for c in components for m in c.mounts if m.kind == "volume"})
    tools = _tools(draft)
    draft.decide(
        "tools",
        tools,
        "what the commands of this plan start on the host, as section 2 installs it",
        ("the newest of each: what is asserted must be what is installed",),
    )
    return Blueprint.model_validate(
        {
            "app": draft.app,
            "title": draft.survey.project,
            "target": draft.target,
            "release": release,
            "components": components,
            "stores": tuple(draft.stores),
            "state": tuple(draft.state),
            "env": tuple(draft.env),
            "inputs": tuple(draft.inputs[k] for k in sorted(draft.inputs)),
            "objectives": tuple(draft.objectives),
            "host": size_host(draft),
            "main_web": web.name if web else None,
            "upstreams": {"/": web.name} if web else {},
            "networks": ("data", "edge"),
            "volumes": tuple(volumes),
            "decisions": draft.decisions,
            "assumptions": tuple(draft.assumptions[k] for k in sorted(draft.assumptions)),
            "unverified": tuple(draft.unverified[k] for k in sorted(draft.unverified)),
            "tools": tools,
            "out_of_scope": tuple(f"{o.name} (`{o.path}`): {o.why}" for o in draft.survey.out_of_scope),
            **rest,
        }
    )


def _tools(draft: Draft) -> dict[str, str]:
    """Return the host tools with the exact Debian package versions that section 2 installs."""
    names = {"docker": "docker.io", "docker compose": "docker-compose", "git": "git", "curl": "curl", "openssl": "openssl"}
    found = {tool: draft.catalog.apt(package, "trixie").version for tool, package in names.items()}
    return found | {"ssh": draft.catalog.apt("openssh-server", "trixie").version, "trivy": draft.catalog.tool("trivy").version}
