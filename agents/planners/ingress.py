"""Plan section 7: proxy, DNS, certificates, limits, headers, ports."""

from __future__ import annotations

from ...core.blueprint import Blueprint
from ...core.facts import Survey
from ...core.plan import SectionDraft
from ...tools.catalog import load
from ._revision import Revision
from ._section import drafted

SOCKET_LIBRARIES = (
    "websockets",
    "socket.io",
    "ws",
    "channels",
    "flask-socketio",
    "@nestjs/websockets",
    "python-socketio",
    "@fastify/websocket",
)
CORS_LIBRARIES = ("cors", "flask-cors", "django-cors-headers", "@fastify/cors", "@koa/cors")


def plan(survey: Survey, blueprint: Blueprint, revision: Revision) -> SectionDraft:
    """Return the draft of section 7."""
    libraries = survey.dependency_names()
    proxy = next(iter(blueprint.of_kind("proxy")), None)
    return drafted(
        "ingress",
        survey,
        blueprint,
        revision,
        proxy=proxy,
        cors=_cors(blueprint, libraries),
        websockets=bool(libraries & set(SOCKET_LIBRARIES)),
        certbot=load().apt("certbot", "trixie").version,
    )


def _cors(blueprint: Blueprint, libraries: frozenset[str]) -> str:
    bound = [e.name for e in blueprint.env if "CORS" in e.name or "ORIGIN" in e.name]
    if bound:
        return f"{', '.join(f'`{b}`' for b in bound)} names the origins that browsers may call from (table in 4.3)."
    found = sorted(libraries & set(CORS_LIBRARIES))
    if found:
        return f"the code uses `{found[0]}`; read how it is called, since its default lets every origin in."
    return "the survey found no CORS handling, so browsers on other origins cannot call the API."
