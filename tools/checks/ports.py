"""Compare published ports with what the plan says is reachable: data stores and consoles stay inside, the rest is declared.

What:
    A data store, a broker or a monitoring console is not published on every address of the host. Every published port belongs to a
    component that the blueprint publishes. A port that the firewall step does not allow is not published: Docker's own rules go past ufw.

Why it matters in production:
    `ports: ["5432:5432"]` opens the database to the internet although ufw says deny: the engine writes its own rules before ufw's. Open
    databases are found by scanners within minutes.

Example:
    db:
      ports: ["5432:5432"]

Instead:
    db:
      # no ports: the application reaches it by its name on the shared network; an operator uses docker compose exec

When to ignore:
    SEC012 when the port is meant to be open and another firewall (a security group) limits who reaches it: name it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding, Fix
from ._fixes import in_artifact, with_line
from ._rule import Rule
from ._view import PlanView, Service
from ._view.compose import Port
from ._view.items import ArtifactView

INSIDE = Rule(
    "SEC011", "store-published", "error", "A data store, broker or console is published on every address of the host.", foreign="error"
)
UNDECLARED = Rule(
    "SEC012", "port-undeclared", "error", "A port is published that neither the blueprint nor the firewall step names.", foreign="warning"
)
RULES = (INSIDE, UNDECLARED)

_INTERNAL = frozenset(
    "postgres postgis mysql mariadb redis valkey mongo rabbitmq memcached elasticsearch opensearch cassandra clickhouse-server kafka"
    " zookeeper etcd nats prometheus alertmanager"
    " grafana node-exporter cadvisor postgres-exporter redis_exporter mysqld-exporter blackbox-exporter loki minio pgadmin4 adminer"
    " phpmyadmin mongo-express portainer"
    " influxdb vault consul neo4j statsd-exporter jaeger".split()
)
# ports that belong to one store alone, by which an image of one's own or a maker's odd name (`mssql/server`) shows what it is
_OWN_PORT = {
    "1433": "SQL Server",
    "1521": "Oracle",
    "3306": "MySQL",
    "5432": "PostgreSQL",
    "6379": "Redis",
    "9042": "Cassandra",
    "11211": "Memcached",
    "27017": "MongoDB",
}
# consoles for people, which ask for a login: whoever published one in a folder of his own meant to reach it
_LOGS_IN = frozenset({"grafana", "portainer", "pgadmin4", "vault"})
_BEFORE = ("proxy", "bouncer", "pgpool", "envoy", "traefik", "nginx", "router", "tunnel", "gateway", "forward")  # stands before a store


def check(view: PlanView) -> Iterator[Finding]:
    """Yield published ports that should not be."""
    allowed = _firewall(view)
    declared = (
        {p.partition("/")[0].rpartition(":")[0].rpartition(":")[2] for c in view.blueprint.components for p in c.published}
        if view.blueprint is not None
        else None
    )
    for artifact, file in view.compose:
        for service in file.services.values():
            internal, open_ports = _internal(service)
            if internal and open_ports:
                first = next((p for p in open_ports if p.published), open_ports[0])
                meant = view.foreign and (internal in _LOGS_IN or _serves_all(internal, open_ports))
                yield INSIDE.at(
                    artifact,
                    f"{service.name} ({internal}) is published on every address (port {', '.join(_shown(p) for p in open_ports)}).",
                    line=first.line,
                    quote=_shown(first),
                    severity="error" if first.published and not meant else "warning",
                    hint='Leave `ports` out, or bind to loopback: "127.0.0.1:…".',
                    fix=_loopback(artifact, open_ports),
                )
            for port in open_ports:
                if internal:
                    continue
                if port.published and not port.published.startswith("$"):
                    known = port.published in (declared or ()) or port.published in allowed
                    if not known and (declared is not None or allowed):
                        yield UNDECLARED.at(
                            artifact,
                            f"{service.name} publishes port {port.published}, which neither the blueprint nor the firewall step names.",
                            line=port.line,
                            quote=_shown(port),
                            hint="Declare it, or bind it to loopback.",
                        )


def _loopback(artifact: ArtifactView, ports: list[Port]) -> Fix | None:
    """Return the unsafe mend that binds published ports to loopback: who reaches them from elsewhere no longer does."""
    text = artifact.text
    for port in ports:
        short = f"{port.published}:{port.target}"
        changed = with_line(text, port.line, short, f"127.0.0.1:{short}") if port.published and not port.host else None
        if changed is None:
            return None
        text = changed
    return in_artifact(artifact.model.path, text, "Bind it to loopback.", safe=False)


def _serves_all(image: str, ports: list[Port]) -> bool:
    """Say whether what is published is an object store's own door, to which signed addresses send browsers and programs outside."""
    return image == "minio" and any(port.target == "9000" for port in ports)


def _internal(service: Service) -> tuple[str, list[Port]]:
    """Return what of a service should stay inside, and its open ports: by its image, else the one that belongs to a store alone."""
    image = (service.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0]
    open_ports = [p for p in service.ports if not p.local]
    if image in _INTERNAL:
        return image, open_ports
    own = [p for p in open_ports if p.target in _OWN_PORT]
    before = any(word in f"{image} {service.name}" for word in _BEFORE)
    return (_OWN_PORT[own[0].target], own) if own and not before else ("", open_ports)


def _shown(port: Port) -> str:
    return ":".join(p for p in (port.host, port.published or "", port.target) if p)


def _firewall(view: PlanView) -> frozenset[str]:
    """Return the ports that the plan's firewall commands allow."""
    found: set[str] = set()
    for script in view.scripts:
        for call in script.calls:
            if call.name == "ufw" and "allow" in call.texts:
                for text in call.texts[2:]:
                    for part in text.partition("/")[0].split(","):
                        found |= {part} if part.isdigit() else set()
            elif call.name in ("firewall-cmd", "iptables", "nft"):
                found |= {digits for text in call.texts for digits in [text.rpartition("=")[2].partition("/")[0]] if digits.isdigit()}
    return frozenset(found)
