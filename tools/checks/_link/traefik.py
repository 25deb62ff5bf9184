"""Read Traefik's labels and rules: key and value of each label, the matchers of a rule, the hosts that are served."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...yaml12 import Map, strings
from .._view import PlanView, Service
from .._view.items import ArtifactView

MATCHER = re2.compile(r"\b([A-Z][A-Za-z]+)\(((?:[^()`\"]|`[^`]*`|\"[^\"]*\")*)\)")


def labels(service: Service) -> Iterator[tuple[str, str, int]]:
    """Yield (key, value, line) of a service's labels, those under `deploy` too."""
    for raw, line in ((service.raw.get("labels"), service.at("labels")), (service.deployed("labels"), service.at("deploy"))):
        if isinstance(raw, Map):
            yield from ((k, str(v), raw.line_of(k)) for k, v in raw.items())
        elif isinstance(raw, list):
            for item, at in zip(raw, getattr(raw, "lines", [line] * len(raw)), strict=False):
                key, _, value = str(item).partition("=")
                yield key, value, at


def quoted(inside: str) -> list[str]:
    """Return the quoted values of a matcher's arguments."""
    found, at = [], 0
    while at < len(inside):
        if inside[at] in "`\"'":
            end = inside.find(inside[at], at + 1)
            if end < 0:
                break
            found.append(inside[at : end + 1])
            at = end + 1
        else:
            at += 1
    return found


def routed_hosts(view: PlanView) -> Iterator[tuple[ArtifactView, str, int]]:
    """Yield (file, host, line) of each literal host name that a router serves."""
    for artifact, file in view.compose:
        for service in file.services.values():
            for key, value, line in labels(service):
                if key.endswith(".rule"):
                    yield from ((artifact, host, line) for host in _hosts(value))
    for artifact in view.of_kind("yaml"):
        for text, line in strings(artifact.root):
            if "Host(" in text:
                yield from ((artifact, host, line) for host in _hosts(text))


def _hosts(rule: str) -> list[str]:
    return [v[1:-1] for m in MATCHER.finditer(rule) if m.group(1) == "Host" for v in quoted(str(m.group(2)))]
