"""Find compose keys that Swarm ignores or refuses in a file that `docker stack deploy` reads.

What:
    A stack file holds no `build`, `container_name`, `restart`, `depends_on` with conditions, `mem_limit`, `links`, `network_mode`,
    `cap_add`-like keys that Swarm drops, and what replaces them stands under `deploy`. Networks that are attached to are overlays.

Why it matters in production:
    `docker stack deploy` prints "Ignoring unsupported options" once, in a log that nobody keeps. The service has no memory limit, starts
    before its database, and restarts by another policy than the file says.

Example:
    docker stack deploy -c stack.yaml shop          # stack.yaml: depends_on: {db: {condition: service_healthy}}, mem_limit: 512m

Instead:
    deploy: {resources: {limits: {memory: 512M}}, restart_policy: {condition: on-failure}}, and a client that retries its connection

When to ignore:
    When the file also serves docker compose, and the key is meant for it alone: say which key serves Swarm.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ..yaml12 import Map, as_map
from ._link.paths import resolve
from ._rule import Rule
from ._view import ComposeFile, PlanView, Service
from ._view.items import ArtifactView

IGNORED = Rule("VAL015", "ignored-by-swarm", "error", "A stack file holds a key that Swarm ignores.")
RULES = (IGNORED,)

_KEYS = {
    "build": "Swarm builds nothing: the image must be in a registry",
    "container_name": "Swarm names its tasks itself",
    "restart": "Swarm reads deploy.restart_policy",
    "links": "Swarm has no links; services find each other by name",
    "external_links": "Swarm has no links",
    "network_mode": "Swarm attaches services to overlay networks only",
    "security_opt": "Swarm does not pass it on",
    "userns_mode": "Swarm does not pass it on",
    "cgroup_parent": "Swarm does not pass it on",
    "devices": "Swarm does not pass devices on",
    "mem_limit": "Swarm reads deploy.resources.limits.memory",
    "memswap_limit": "Swarm has no swap limit",
    "cpus": "Swarm reads deploy.resources.limits.cpus",
    "cpu_shares": "Swarm reads deploy.resources",
    "pids_limit": "Swarm reads deploy.resources.limits.pids",
    "profiles": "Swarm starts every service of the file",
    "privileged": "Swarm does not pass it on",
    "ipc": "Swarm does not pass it on",
    "pid": "Swarm does not pass it on",
}


def check(view: PlanView) -> Iterator[Finding]:
    """Yield keys without effect in stack files."""
    stacks = _stacks(view)
    for artifact, file in view.compose:
        if artifact.installed in stacks:
            yield from _services(view, artifact, file)
            yield from _networks(artifact, file)


def _stacks(view: PlanView) -> frozenset[str]:
    """Return the files that `docker stack deploy` is given, by path; by name where the path cannot be told."""
    found: set[str] = set()
    for script in view.scripts:
        for call in script.calls:
            docker = call.docker
            if docker is None or docker.verb not in ("stack deploy", "stack up"):
                continue
            for word in docker.arguments.values("-c", "--compose-file"):
                path = resolve(word, script.base, script.script.constants)
                name = word.template.rpartition("/")[2]
                known = {a.installed for a, _ in view.compose}
                found |= {path} if path in known else {a for a in known if a.rpartition("/")[2] == name}
    return frozenset(found)


def _services(view: PlanView, artifact: ArtifactView, file: ComposeFile) -> Iterator[Finding]:
    """Yield what is ignored, each key once; `build` beside `image` serves compose in a file of somebody else's."""
    services = list(file.services.values())
    for key, why in _KEYS.items():
        said = [s for s in services if key in s.raw and not (key == "build" and view.foreign and s.image)]
        if said:
            yield _at(artifact, said[0], key, f"{why}; so in {', '.join(s.name for s in said[1:])}" if said[1:] else why)
    for service in services:
        yield from _service(artifact, service)


def _service(artifact: ArtifactView, service: Service) -> Iterator[Finding]:
    depends = service.raw.get("depends_on")
    if isinstance(depends, Map) and any(as_map(d).get("condition") for d in depends.values()):
        yield _at(artifact, service, "depends_on", "Swarm starts all services at once and refuses conditions")
    update = as_map(as_map(service.raw.get("deploy")).get("update_config"))
    if update.get("order") == "start-first" and any(p.published and p.protocol == "tcp" for p in service.ports):
        modes = [as_map(p).get("mode") for p in service.raw.get("ports") or [] if isinstance(p, Map)]
        if "host" in modes:
            yield _at(artifact, service, "deploy", "order start-first cannot start a second task on a port published in host mode")


def _at(artifact: ArtifactView, service: Service, key: str, why: str) -> Finding:
    return IGNORED.at(
        artifact,
        f"{service.name}.{key} has no effect in a stack: {why}.",
        line=service.at(key),
        quote=key,
        hint="Take it out, and say it under `deploy` where Swarm has a word for it.",
    )


def _networks(artifact: ArtifactView, file: ComposeFile) -> Iterator[Finding]:
    for name, raw in file.declared("networks").items():
        if raw.get("driver") == "bridge":
            yield IGNORED.at(
                artifact,
                f"Network {name} has the driver bridge: Swarm services attach to overlay networks only.",
                line=raw.line_of("driver"),
                quote=name,
                hint="driver: overlay",
            )
