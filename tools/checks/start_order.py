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
from ..yaml12 import as_map
from ._link.addresses import addresses
from ._link.composed import files_of
from ._link.images import built_images, forms, split_reference
from ._rule import Rule
from ._view import ComposeFile, PlanView, ScriptView, Service

LATER = Rule("LNK037", "host-starts-later", "error", "A service connects to a host that only a later step starts.", confidence="medium")
UNPROBED = Rule("LNK040", "waits-for-health-unprobed", "error", "A service waits for the health of a container that has no health check.")
RULES = (LATER, UNPROBED)

# official images that state no health check of their own
_SILENT = frozenset(
    "postgres mysql mariadb mongo redis valkey memcached rabbitmq nginx httpd caddy traefik node python ruby golang alpine debian".split()
)

_STARTING = ("compose up", "compose run", "compose start", "compose create")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield hosts that are not up yet."""
    yield from _unprobed(view)
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


def _unprobed(view: PlanView) -> Iterator[Finding]:
    """A dependency on `service_healthy` fails at once where the container has no health check: compose refuses to wait."""
    for artifact, file in view.compose:
        for service in file.services.values():
            for name, how in as_map(service.raw.get("depends_on")).items():
                awaited = file.services.get(str(name))
                if awaited is None or as_map(how).get("condition") != "service_healthy" or "healthcheck" in awaited.raw:
                    continue
                if "extends" not in awaited.raw and _silent(view, awaited):
                    yield UNPROBED.at(
                        artifact,
                        f"{service.name} waits until {name} is healthy, and {name} has no health check.",
                        line=as_map(how).line_of("condition"),
                        quote=str(name),
                        hint=f"Give {name} a health check that asks the process itself.",
                    )


def _silent(view: PlanView, service: Service) -> bool:
    """Say whether the service's image is known to bring no health check."""
    name, tag = split_reference(service.image or "")
    if service.build is None and name.removeprefix("docker.io/").removeprefix("library/") in _SILENT:
        return True
    made = service.build is not None or (not view.foreign and bool(forms(tag) & built_images(view).get(name, frozenset())))
    files = view.of_kind("dockerfile")
    return made and bool(files) and not any("HEALTHCHECK" in a.text for a in files) and not view.foreign


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
            files = files_of(view, script, docker)
            for word in docker.names if view.foreign and not files and not docker.files else ():
                found.setdefault(word.template, (step.index, step.step))  # of a file that is not told; what it names, it starts
            for file in files or ():
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
