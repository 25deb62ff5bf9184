"""Read Traefik's routing: rules in the syntax of the pinned major version, middlewares that exist and belong to nobody else.

What:
    With Traefik v3 each matcher takes one value (`PathPrefix` with a list was v2), `HostRegexp` takes a Go expression, `Headers` is
    `Header`. Each middleware that a router names is defined, and not on the labels of another service.

Why it matters in production:
    A rule that does not parse drops its router, and Traefik says so once at debug level. The path that should be blocked is open. A
    middleware on another service's labels goes away with that service, and takes this router with it.

Example:
    traefik.http.routers.block.rule: PathPrefix(`/metrics`, `/admin`)

Instead:
    traefik.http.routers.block.rule: PathPrefix(`/metrics`) || PathPrefix(`/admin`)

When to ignore:
    VAL016 when the file says `ruleSyntax: v2` and Traefik is older than 3.4: name both.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ..validators._model import numbers
from ..yaml12 import as_map
from ._link.traefik import MATCHER, labels, quoted
from ._rule import Rule
from ._view import PlanView, Service
from ._view.items import ArtifactView

SYNTAX = Rule("VAL016", "traefik-rule-syntax", "error", "A Traefik rule is written in the syntax of another major version.")
FOREIGN = Rule("LNK038", "middleware-of-another-service", "error", "A router uses a middleware that stands on another service's labels.")
UNKNOWN = Rule("LNK039", "middleware-unknown", "error", "A router uses a middleware that nothing defines.")
RULES = (SYNTAX, FOREIGN, UNKNOWN)

_TWO = frozenset({"Header", "HeaderRegexp", "Query", "QueryRegexp"})
_GONE = {"Headers": "Header", "HeadersRegexp": "HeaderRegexp", "HostHeader": "Host"}
_DEFINES = re2.compile(r"^traefik\.http\.middlewares\.([^.]+)\.")
_ROUTES = re2.compile(r"^traefik\.http\.routers\.([^.]+)\.(rule|middlewares)$")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield rules of the wrong version and middlewares that are not there."""
    major = _major(view)
    defined = _defined(view)
    for artifact, file in view.compose:
        for service in file.services.values():
            for key, value, line in labels(service):
                match = _ROUTES.match(key)
                if match is None:
                    continue
                if match.group(2) == "rule" and major != 2:
                    yield from _rule(artifact, service.name, value, line)
                elif match.group(2) == "middlewares":
                    yield from _middlewares(view, artifact, service, value, line, defined)
    if major != 2:
        for artifact in view.of_kind("yaml"):
            routers = as_map(as_map(artifact.root.get("http")).get("routers"))
            for name, router in routers.items():
                rule = as_map(router).get("rule")
                if isinstance(rule, str):
                    yield from _rule(artifact, name, rule, as_map(router).line_of("rule"))


def _major(view: PlanView) -> int | None:
    """Return the major version of the Traefik image; null when the plan names none."""
    for _, service in view.services.values():
        name, _, tag = (service.image or "").partition("@")[0].rpartition("/")[2].partition(":")
        if name == "traefik":
            found = numbers(tag) or (int(tag.lstrip("v")[:1]),) if tag.lstrip("v")[:1].isdigit() else ()
            return found[0] if found else None
    return None


def _rule(artifact: ArtifactView, owner: str, rule: str, line: int) -> Iterator[Finding]:
    for match in MATCHER.finditer(rule):
        name, inside = str(match.group(1)), str(match.group(2))
        values = quoted(inside)
        problem = ""
        if name in _GONE:
            problem = f"{name} is called {_GONE[name]} in Traefik v3"
        elif len(values) > 1 and name not in _TWO:
            problem = f"{name} takes one value in Traefik v3, this one has {len(values)}"
        elif name == "HostRegexp" and "{" in inside and ":" in inside:
            problem = "HostRegexp takes a Go regular expression in Traefik v3, `{name:pattern}` was v2"
        if problem:
            yield SYNTAX.at(
                artifact,
                f"The rule of {owner} does not parse: {problem}. The router is dropped.",
                line=line,
                quote=str(match.group(0)),
                hint=f"Write {' || '.join(f'{name}({v})' for v in values)}."
                if len(values) > 1 and name not in _GONE
                else "See the v3 syntax.",
            )


def _defined(view: PlanView) -> dict[str, set[str]]:
    """Return who defines each middleware: service names, or `file` for a dynamic configuration."""
    found: dict[str, set[str]] = {}
    for _, file in view.compose:
        for service in file.services.values():
            for key, _, _ in labels(service):
                match = _DEFINES.match(key)
                if match is not None:
                    found.setdefault(str(match.group(1)), set()).add(service.name)
    for artifact in view.of_kind("yaml"):
        for name in as_map(as_map(artifact.root.get("http")).get("middlewares")):
            found.setdefault(name, set()).add("file")
    return found


def _proxy_elsewhere(view: PlanView, artifact: ArtifactView) -> bool:
    """Say whether a compose file joins a network of another project, and no service of the folder is the proxy."""
    joins = any(network.get("external") for network in artifact.compose.declared("networks").values())
    return joins and not any("traefik" in (s.image or "") for _, s in view.services.values())


def _middlewares(
    view: PlanView, artifact: ArtifactView, service: Service, value: str, line: int, defined: dict[str, set[str]]
) -> Iterator[Finding]:
    for word in value.split(","):
        name, _, provider = word.strip().partition("@")
        owners = defined.get(name)
        if owners is None and view.foreign and _proxy_elsewhere(view, artifact):
            continue  # the proxy is another project, which defines what all of its routers share
        told = any("file" in found for found in defined.values())  # a dynamic configuration is at hand
        if not name or "$" in name or provider not in (("", "docker", "swarm", "file") if told else ("", "docker", "swarm")):
            continue
        if owners is None:
            yield UNKNOWN.at(
                artifact,
                f"The router of {service.name} names the middleware {name}, which no label defines.",
                line=line,
                quote=name,
                hint="Define it on this service's labels or in the dynamic configuration.",
            )
        elif service.name not in owners and "file" not in owners and not any("traefik" in o or "proxy" in o for o in owners):
            yield FOREIGN.at(
                artifact,
                f"The router of {service.name} uses the middleware {name}, which stands on the labels of {', '.join(sorted(owners))}:"
                " taking that service out breaks this one.",
                line=line,
                quote=name,
                hint="Define it on the proxy's own labels or in the dynamic configuration file.",
            )
