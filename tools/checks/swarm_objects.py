"""Find what Swarm refuses on the second day: secrets and configs in use, and data stores that start beside themselves.

What:
    A secret that a service holds is exchanged under a new name, not removed. A config made from a file of the stack carries a name that
    changes with the file. A data store on a volume is stopped before it is started anew.

Why it matters in production:
    `docker secret rm db_password` fails while a service uses it, so the rotation stops at its first line, with the new password already
    generated or set. A changed prometheus.yml makes the whole `docker stack deploy` fail: configs cannot be changed. With `start-first` two
    servers write into one data directory.

Example:
    docker secret rm db_password
    openssl rand -hex 24 | docker secret create db_password -

Instead:
    openssl rand -hex 24 | docker secret create db_password_2 -
    docker service update --secret-rm db_password --secret-add source=db_password_2,target=db_password shop_db

When to ignore:
    LIF031 when the deploying script removes the stack first: say what that interrupts.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ..yaml12 import as_map
from ._rule import Rule
from ._view import PlanView, Service

HELD = Rule("LIF030", "swarm-secret-in-use", "error", "A Swarm secret or config is removed while a service holds it.")
FIXED = Rule("LIF031", "swarm-config-immutable", "warning", "A config of a stack keeps its name when its file changes.", profile="review")
DOUBLE = Rule("LIF032", "store-started-twice", "error", "A data store is started anew before the old one has stopped.")
RULES = (HELD, FIXED, DOUBLE)

_STORES = frozenset(
    "postgres postgis mysql mariadb mongo redis valkey rabbitmq elasticsearch opensearch influxdb neo4j timescaledb".split()
)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield what the second deployment or the rotation trips over."""
    stacks = any(c.docker is not None and c.docker.verb == "stack deploy" for s in view.scripts for c in s.calls)
    if not stacks:
        return
    held = {name for _, (_, service) in view.services.items() for key in ("secrets", "configs") for name, _ in service.names(key)}
    for script in view.scripts:
        loosed = "--secret-rm" in script.text or "--config-rm" in script.text or "stack rm" in script.text or "service rm" in script.text
        for call in script.calls:
            if call.docker is None or call.docker.verb not in ("secret rm", "config rm") or loosed:
                continue
            for word in call.docker.names:
                if word.template in held:
                    yield HELD.at(
                        script,
                        f"{word.template} is held by a service: Swarm does not remove it.",
                        line=call.line,
                        quote=" ".join(call.texts),
                        hint="Create it under a new name, and exchange it with docker service update --secret-rm … --secret-add ….",
                    )
    for artifact, file in view.compose:
        for name, raw in file.declared("configs").items():
            if isinstance(raw.get("file"), str) and "$" not in str(raw.get("name", "")) and "name" not in raw:
                yield FIXED.at(
                    artifact,
                    f"The config {name} keeps its name when {raw.get('file')} changes: Swarm then refuses the stack.",
                    line=raw.line_of("file"),
                    quote=name,
                    hint=f"Give it a name that changes: name: {name}_${{CONFIG_VERSION}}.",
                )
        for service in file.services.values():
            if _store(service) and as_map(service.deployed("update_config")).get("order") == "start-first" and service.mounts:
                yield DOUBLE.at(
                    artifact,
                    f"{service.name} is started anew before the old one has stopped: two servers on one data directory.",
                    line=as_map(service.deployed("update_config")).line_of("order"),
                    quote="order: start-first",
                    hint="Use stop-first, the default.",
                )


def _store(service: Service) -> bool:
    return (service.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0] in _STORES
