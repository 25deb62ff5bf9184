"""Check that no two services of a compose file publish the same port of the host.

What:
    Of the services that start together (none or a shared profile), each published port belongs to one only, on every address or on the
    same one, and leads to one port inside.

Why it matters in production:
    The second container stops with "port is already allocated", and `docker compose up` ends half-way through a deployment.

Example:
    web: {image: "shop:1.4.0", ports: ["8080:80"]}
    admin: {image: "shop-admin:1.4.0", ports: ["8080:3000"]}

Instead:
    admin: {image: "shop-admin:1.4.0", ports: ["8081:3000"]}

When to ignore:
    When the services are alternatives of which only one is ever started: give each a profile.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import ComposeFile, PlanView, Service
from ._view.compose import Port
from ._view.interpolation import by_default

TWICE = Rule("NUM010", "host-port-twice", "error", "Two services of a compose file publish the same port of the host.")
RULES = (TWICE,)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield ports that are published twice."""
    for artifact, file in view.compose:
        taken: list[tuple[Service, Port, str, str]] = []
        for service in _started(file):
            for port in service.ports:
                number, host = by_default(port.published or ""), by_default(port.host)
                if not number.isdigit() or "$" in host:
                    continue
                other = next((t for t in taken if t[2] == number and _meet(t[3], host) and t[1].protocol == port.protocol), None)
                same = other is not None and other[0] is service and other[1].target == port.target
                named = other is not None and other[0].text("container_name") not in (None, "") and _one_name(other[0], service)
                if other is not None and not same and not named and _together(other[0], service):
                    claims = sum(1 for s in _started(file) for p in s.ports if by_default(p.published or "") == number)
                    yield TWICE.at(
                        artifact,
                        f"{service.name} publishes port {number}, which {other[0].name} (line {other[1].line}) publishes already.",
                        line=port.line,
                        quote=number,
                        hint="Publish one of them elsewhere, or not at all.",
                        severity="warning" if view.foreign and claims > 2 else None,  # of so many, one at a time is started
                    )
                    break
                taken.append((service, port, number, host))


def _started(file: ComposeFile) -> list[Service]:
    return [service for service in file.services.values() if service.deployed("replicas") != 0 and service.raw.get("scale") != 0]


def _one_name(one: Service, other: Service) -> bool:
    """Say whether two services are one container by name: alternatives, of which one is started."""
    return one is not other and one.text("container_name") == other.text("container_name")


def _meet(one: str, other: str) -> bool:
    every = ("", "0.0.0.0", "[::]", "::")
    return one == other or one in every or other in every


def _together(one: Service, other: Service) -> bool:
    """Say whether two services start together: neither has a profile, or they share one."""
    first, second = {n for n, _ in one.names("profiles")}, {n for n, _ in other.names("profiles")}
    return first == second or bool(first & second) or not first or not second
