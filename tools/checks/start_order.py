"""Replay when each container starts: what a service connects to is up by then.

What:
    The `docker compose up` and `run` commands are followed in the order of the steps. A host that a service's environment (or its nginx
    configuration) names is started in the same command, by `depends_on`, or by an earlier step; not by a later one.

Why it matters in production:
    `STATSD_HOST=statsd-exporter` names a container of the monitoring stack, which comes last. The client resolves it when it is imported:
    the migration crashes on the first day, and every restart of the application depends on the monitoring from then on.

Example:
    step 6: docker compose -f compose.yaml up -d web             # web: STATSD_HOST=statsd
    step 9: docker compose -f monitoring.yaml up -d statsd

Instead:
    start monitoring.yaml before step 6, or leave STATSD_HOST empty until it runs

When to ignore:
    When the program is known to start without that host and to try again later: name the line of code.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._link.addresses import addresses
from ._link.composed import files_of
from ._rule import Rule
from ._view import ComposeFile, PlanView, ScriptView

LATER = Rule("LNK037", "host-starts-later", "error", "A service connects to a host that only a later step starts.", confidence="medium")
RULES = (LATER,)

_STARTING = ("compose up", "compose run", "compose start", "compose create")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield hosts that are not up yet."""
    first = _first_starts(view)
    names = {alias: service.name for _, (_, service) in view.services.items() for alias in service.aliases}
    reported: set[tuple[str, str]] = set()
    for address in addresses(view):
        host = names.get(address.host)
        user = address.user
        if host is None or user not in first or host not in first or host == user or address.artifact.kind == "prometheus":
            continue
        (at, step), (later, starter) = first[user], first[host]
        if later > at and (user, host) not in reported and view.in_order(step, starter):
            reported.add((user, host))
            yield LATER.at(
                address.artifact,
                f"{user} starts in step {step} and connects to {address.host} ({address.why}), which only step {starter} starts.",
                line=address.line,
                quote=address.host,
                hint=f"Start {host} first, or let {user} do without it.",
            )


def _first_starts(view: PlanView) -> dict[str, tuple[int, str]]:
    """Return for each service the first step that starts it, with that step's place."""
    found: dict[str, tuple[int, str]] = {}
    for step in view.steps:
        if not step.shell:
            continue
        script = ScriptView(step, "run", step.model.run, step.base)
        for call in step.calls:
            docker = call.docker
            if docker is None or docker.verb not in _STARTING or call.where != "here":
                continue
            for file in files_of(view, script, docker) or ():
                named = [w.template for w in docker.names]
                alone = docker.arguments.has("--no-deps")
                for name in _started(file, named, alone):
                    found.setdefault(name, (step.index, step.step))
    return found


def _started(file: ComposeFile, named: list[str], alone: bool) -> set[str]:
    """Return the services that a command starts: those it names and what they depend on, all without a profile when it names none."""
    wanted = named or [n for n, s in file.services.items() if not s.names("profiles")]
    found: set[str] = set()
    stack = [n for n in wanted if n in file.services]
    while stack:
        name = stack.pop()
        if name not in found:
            found.add(name)
            stack.extend(d for d, _ in file.services[name].names("depends_on") if d in file.services and not alone)
    return found
