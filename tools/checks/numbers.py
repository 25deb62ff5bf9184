"""Add up the numbers of the plan: limits against the host, replicas and pools against connections, waits against probes.

What:
    The memory limits of all services fit the host. The time a step waits for a service is longer than that service's health check may
    take. The connections that all replicas may open fit the database. A threshold of an alert lies where it can be reached and above the
    normal load.

Why it matters in production:
    Limits that add up to more than the host are an outage by the kernel's choice. `--wait-timeout 60` over a check with a start period of
    60 s and six retries fails a healthy rollout. A pool of 20 in 6 processes against 100 connections fails under the first load.

Example:
    docker compose up -d --wait --wait-timeout 30 api        # its health check may take 40 + 6 x 10 s

Instead:
    docker compose up -d --wait --wait-timeout 180 api

When to ignore:
    NUM002 when the service is known to be ready much earlier than its check allows: give the measured time.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ..yaml12 import as_map
from ._link.composed import files_of
from ._link.connections import opener, replicas_of
from ._link.sizes import limit_of, reserved_of, seconds
from ._rule import Rule
from ._view import PlanView, ScriptView, Service
from ._view.items import ArtifactView, StepView

MEMORY = Rule("NUM001", "limits-exceed-host", "error", "The memory limits of the services add up to more than the host has.")
WAIT = Rule(
    "NUM002",
    "wait-shorter-than-probe",
    "error",
    "A step waits less than the health check of what it waits for may take.",
    confidence="medium",
)
POOL = Rule(
    "NUM003", "pools-exceed-connections", "error", "The connections that all processes may open are more than the database accepts."
)
RESERVED = Rule("NUM004", "reservation-above-limit", "error", "A service reserves more than its limit.")
TIMEOUT = Rule("NUM005", "step-stops-before-wait", "error", "A step's own time limit is shorter than what its command waits for.")
RULES = (MEMORY, WAIT, POOL, RESERVED, TIMEOUT)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield numbers that do not fit together."""
    yield from _memory(view)
    yield from _reserved(view)
    yield from _waits(view)
    yield from _pools(view)


def _memory(view: PlanView) -> Iterator[Finding]:
    host = view.blueprint.host.memory_mb if view.blueprint is not None else view.plan.target_details.hardware_memory_mb
    total, largest = 0.0, None
    for artifact, file in view.compose:
        for service in file.services.values():
            limit = limit_of(service)
            if limit is not None and not service.names("profiles"):
                total += limit * replicas_of(service)
                largest = largest or artifact
    if host and total > host:
        yield MEMORY.at(
            largest,
            f"The memory limits add up to {total:.0f} MiB, the host has {host} MiB.",
            hint="Lower limits, or size the host by their sum.",
        )


def _reserved(view: PlanView) -> Iterator[Finding]:
    for artifact, file in view.compose:
        for service in file.services.values():
            limit, reserved = limit_of(service), reserved_of(service)
            if limit is not None and reserved is not None and reserved > limit:
                yield RESERVED.at(
                    artifact,
                    f"{service.name} reserves {reserved:.0f} MiB and is limited to {limit:.0f} MiB.",
                    line=service.at("deploy" if "deploy" in service.raw else "mem_reservation"),
                    hint="Reserve less.",
                )


def probe_budget(service: Service) -> float | None:
    """Return how many seconds a service may take until its health check gives up, or null when it has none."""
    health = as_map(service.raw.get("healthcheck"))
    if not health or health.get("disable") is True:
        return None
    interval, timeout = seconds(health.get("interval")) or 30.0, seconds(health.get("timeout")) or 30.0
    retries = health.get("retries")
    return (seconds(health.get("start_period")) or 0.0) + (retries if isinstance(retries, int) else 3) * interval + timeout


def _waits(view: PlanView) -> Iterator[Finding]:
    for step in view.steps:
        for call in step.calls if step.shell else ():
            docker = call.docker
            if docker is None or docker.verb != "compose up":
                continue
            given = docker.arguments.values("--wait-timeout")
            limit = float(given[-1].template) if given and given[-1].template.isdigit() else None
            if limit is None or call.where != "here":
                continue
            files = files_of(view, ScriptView(step, "run", step.model.run, step.base), docker) or []
            named = {w.template for w in docker.names}
            services = {n: s for f in files for n, s in f.services.items() if (n in named if named else not s.names("profiles"))}
            slow = sorted(((b, n) for n, s in services.items() if (b := probe_budget(s)) is not None), reverse=True)
            if slow and slow[0][0] > limit:
                yield WAIT.at(
                    step,
                    f"Step {step.step} waits {limit:.0f} s, the health check of {slow[0][1]} may take {slow[0][0]:.0f} s.",
                    line=call.line,
                    quote=" ".join(call.texts),
                    hint="Wait longer than start_period + retries x interval + timeout.",
                )
            yield from _stopped(step, limit, call.line)


def _stopped(step: StepView, limit: float, line: int) -> Iterator[Finding]:
    if limit > step.model.timeout_s:
        yield TIMEOUT.at(
            step,
            f"Step {step.step} is stopped after {step.model.timeout_s} s, its command waits {limit:.0f} s.",
            line=line,
            hint="Raise timeout_s.",
        )


def _pools(view: PlanView) -> Iterator[Finding]:
    """Sum the connections that services may open to the one database whose limit is stated."""
    limits = {s.component: s.max_connections for s in view.blueprint.stores if s.max_connections} if view.blueprint is not None else {}
    for artifact, file in view.compose:
        for service in file.services.values():
            stated = _stated_connections(service)
            if stated is not None:
                limits[service.name] = stated
        for database, limit in sorted(limits.items()):
            yield from _against(artifact, list(file.services.values()), database, limit)


def _stated_connections(service: Service) -> int | None:
    text = service.command_text
    value = text.partition("max_connections=")[2].split(" ")[0] or text.partition("--max-connections=")[2].split(" ")[0]
    return int(value) if value.isdigit() else None


def _against(artifact: ArtifactView, services: list[Service], database: str, limit: int | None) -> Iterator[Finding]:
    total, parts = 0, []
    for service in services:
        values = {name: value for name, (value, _) in service.environment.items() if value is not None}
        found = opener(service.name, values, replicas_of(service))
        if found is None or not any(f"@{database}" in v or v == database or f"//{database}" in v for v in values.values()):
            continue
        total += found.total
        parts.append(str(found))
    if limit is not None and total > limit:
        yield POOL.at(
            artifact,
            f"The processes may open {total} connections to {database} ({', '.join(parts)}), it accepts {limit}.",
            hint="Smaller pools, or a pooler.",
        )
