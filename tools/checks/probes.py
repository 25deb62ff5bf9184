"""Check that a health check asks the process it stands for.

What:
    The check of a compose service asks its own container, not another service. A probe of a pod names a port by a name that its container
    declares, and one of the container's own processes.

Why it matters in production:
    A worker whose check asks the web server is healthy as long as the web server is: the worker can be dead for a week. A probe on a port
    name that does not exist keeps every new pod from becoming ready, and the rollout stands still.

Example:
    worker: {command: celery -A shop worker, healthcheck: {test: [CMD, curl, -f, "http://web:8000/health"]}}

Instead:
    worker: {command: celery -A shop worker, healthcheck: {test: [CMD-SHELL, "celery -A shop inspect ping -d celery@$$HOSTNAME"]}}

When to ignore:
    When the service is only a gate that tells of the other one: say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import re2

from ...core.findings import Finding
from ..yaml12 import as_list, as_map
from ._rule import Rule
from ._view import PlanView

OTHER = Rule("NET025", "probe-of-another-process", "error", "A health check asks another process than the one it stands for.")
RULES = (OTHER,)

_HOST = re2.compile(r"(?:https?|tcp)://([A-Za-z0-9_.-]+)|\b(?:nc|ncat)\s+(?:-[a-z0-9]+\s+)*([A-Za-z][A-Za-z0-9_.-]*)\s+[0-9]+")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield checks that ask somebody else."""
    yield from _compose(view)
    yield from _pods(view)


def _compose(view: PlanView) -> Iterator[Finding]:
    for artifact, file in view.compose:
        for service in file.services.values():
            test = as_map(service.raw.get("healthcheck")).get("test")
            text = " ".join(map(str, test)) if isinstance(test, list) else str(test or "")
            for match in _HOST.finditer(text):
                host = str(match.group(1) or match.group(2)).partition(":")[0]
                if host in file.services and host != service.name and host not in service.aliases and host != _joined(service.raw):
                    yield OTHER.at(
                        artifact,
                        f"The health check of {service.name} asks {host}: {service.name} can be dead while {host} answers.",
                        line=as_map(service.raw.get("healthcheck")).line_of("test"),
                        quote=text,
                        hint=f"Ask a process of {service.name}.",
                    )
                    break


def _joined(raw: Mapping[str, Any]) -> str:
    """Return the service whose network this one shares."""
    return str(raw.get("network_mode") or "").removeprefix("service:")


def _pods(view: PlanView) -> Iterator[Finding]:
    for made in view.objects:
        for container in made.containers("containers"):
            names = {str(as_map(p).get("name")) for p in as_list(container.get("ports")) if as_map(p).get("name")}
            for kind in _PROBES:
                probe = as_map(container.get(kind))
                port = as_map(probe.get("httpGet") or probe.get("tcpSocket")).get("port")
                if isinstance(port, str) and not port.isdigit() and "$" not in port and "{" not in port and port not in names:
                    yield OTHER.at(
                        made.spot,
                        f"The {kind} of {made.kind} {made.name} asks the port {port}, which its container does not declare.",
                        line=container.line_of(kind) + made.shift,
                        quote=port,
                        hint=f"It declares {', '.join(sorted(names)) or 'no port by name'}.",
                    )
