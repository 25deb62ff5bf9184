"""Check that every host name and port that a file connects to exists, and can be reached from there.

What:
    Plain host names in connection strings, `*_HOST` variables, nginx upstreams, scrape targets and data sources are services of the plan,
    share a network with who connects, and are asked on a port they listen on.

Why it matters in production:
    `STATSD_HOST=statsd-exporter` names a container of another stack: the client resolves it at import, and the migration and every start
    of the application crash. A scrape target on the wrong port is a job that is down from the first day, with alerts that never fire.

Example:
    scrape_configs:
      - job_name: postgres
        static_configs: [{targets: ["postgres_exporter:9187"]}]      # the service is called postgres-exporter

Instead:
        static_configs: [{targets: ["postgres-exporter:9187"]}]

When to ignore:
    LNK034 for a host that something outside the plan provides (an entry in /etc/hosts, another project's network): say which.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ..yaml12 import Map, as_map
from ._link.addresses import Address, addresses
from ._rule import Rule
from ._view import ComposeFile, PlanView, Service

UNKNOWN = Rule("LNK034", "host-unknown", "error", "A host name is no service of the plan.", foreign="warning")
PORT = Rule("LNK035", "port-mismatch", "error", "A service is asked on a port it does not listen on.")
APART = Rule("LNK036", "no-shared-network", "error", "Two services that must talk share no network.")
RULES = (UNKNOWN, PORT, APART)

# image name -> ports the image listens on by default
_PORTS: dict[str, frozenset[str]] = {
    "postgres": frozenset({"5432"}),
    "postgis": frozenset({"5432"}),
    "mysql": frozenset({"3306", "33060"}),
    "mariadb": frozenset({"3306"}),
    "redis": frozenset({"6379"}),
    "valkey": frozenset({"6379"}),
    "rabbitmq": frozenset({"5672", "15672", "15692", "5671", "4369", "25672"}),
    "memcached": frozenset({"11211"}),
    "mongo": frozenset({"27017"}),
    "prometheus": frozenset({"9090"}),
    "alertmanager": frozenset({"9093", "9094"}),
    "grafana": frozenset({"3000"}),
    "node-exporter": frozenset({"9100"}),
    "postgres-exporter": frozenset({"9187"}),
    "redis_exporter": frozenset({"9121"}),
    "mysqld-exporter": frozenset({"9104"}),
    "cadvisor": frozenset({"8080"}),
    "blackbox-exporter": frozenset({"9115"}),
    "nginx-prometheus-exporter": frozenset({"9113"}),
    "statsd-exporter": frozenset({"9102", "9125", "8125"}),
    "mongodb_exporter": frozenset({"9216"}),
    "memcached-exporter": frozenset({"9150"}),
    "loki": frozenset({"3100"}),
    "json-exporter": frozenset({"7979"}),
    "pushgateway": frozenset({"9091"}),
    "elasticsearch": frozenset({"9200", "9300"}),
    "opensearch": frozenset({"9200", "9300", "9600"}),
    "kibana": frozenset({"5601"}),
    "zookeeper": frozenset({"2181", "2888", "3888", "8080"}),
    "nats": frozenset({"4222", "6222", "8222"}),
    "mailhog": frozenset({"1025", "8025"}),
    "mailpit": frozenset({"1025", "8025"}),
    "influxdb": frozenset({"8086"}),
    "meilisearch": frozenset({"7700"}),
    "qdrant": frozenset({"6333", "6334"}),
    "neo4j": frozenset({"7474", "7473", "7687"}),
    "cassandra": frozenset({"9042", "7000", "9160"}),
}


def check(view: PlanView) -> Iterator[Finding]:
    """Yield addresses that lead nowhere."""
    if not view.compose:
        return
    users: dict[str, list[tuple[ComposeFile, Service]]] = {}
    for _, file in view.compose:
        for name, service in file.services.items():
            users.setdefault(name, []).append((file, service))
    known = _by_alias(view)
    for address in addresses(view):
        everywhere = known.get(address.host, [])
        own = [(f, s) for f, s in everywhere if f.path == address.artifact.installed]
        places = own or everywhere
        if not places:
            if _plausible(address, view):
                yield _at(
                    UNKNOWN,
                    address,
                    f"{_who(address)} connects to {address.host} ({address.why}), and no service of the plan has that name.",
                    "Use the name of a service.",
                )
            continue
        file, service = places[0]
        listening = [_listens(view, s) for _, s in places]  # of several files that declare it, one may be the one meant
        if address.port is not None and all(ports and address.port not in ports for ports in listening):
            listed = ", ".join(sorted(listening[0], key=int))
            yield _at(
                PORT,
                address,
                f"{_who(address)} asks {address.host} on port {address.port} ({address.why}); it listens on {listed}.",
                "Use the port it listens on.",
            )
        if (
            address.user
            and not (view.foreign and _alternatives(view, address, bool(own)))
            and address.user != service.name
            and not any(_reachable(users.get(address.user, []), *place) for place in users.get(service.name, [(file, service)]))
        ):
            yield _at(
                APART,
                address,
                f"{address.user} connects to {address.host} ({address.why}), and the two share no network.",
                "Put both into one network.",
            )


def _alternatives(view: PlanView, address: Address, own: bool) -> bool:
    """Say whether the two may be of different projects: a page shows several beside each other, other compose files are others."""
    return address.artifact.model.path in view.origins or (not own and address.artifact.kind == "compose")


def _by_alias(view: PlanView) -> dict[str, list[tuple[ComposeFile, Service]]]:
    """Return the services by each name under which others reach them."""
    known: dict[str, list[tuple[ComposeFile, Service]]] = {}
    for _, file in view.compose:
        for service in file.services.values():
            for alias in service.aliases:
                known.setdefault(alias, []).append((file, service))
    return known


def _at(rule: Rule, address: Address, message: str, hint: str) -> Finding:
    host = f"{address.host}:{address.port}" if address.port else address.host
    return rule.at(address.artifact, message, line=address.line, quote=host, hint=hint)


def _who(address: Address) -> str:
    return address.user or address.artifact.model.path


def _plausible(address: Address, view: PlanView) -> bool:
    """Leave out what only looks like an address: names of the operator's own network when the plan is somebody else's."""
    return address.host != "host-gateway" and not (view.foreign and address.port is None and "://" not in address.why and not address.user)


def _listens(view: PlanView, service: Service) -> frozenset[str]:
    """Return the ports a service is known to listen on; none when that cannot be told."""
    found = {str(p) for p in (service.raw.get("expose") or []) if str(p).isdigit()} | {
        p.target for p in service.ports if p.target.isdigit()
    }
    if view.blueprint is not None:
        for component in view.blueprint.components:
            if component.name == service.name and component.port is not None:
                found.add(str(component.port))
        found |= {str(s.port) for s in view.blueprint.stores if s.component == service.name}
    elif not view.foreign:
        found |= _stated(service)
    image = (service.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0]
    default = _PORTS.get(image, frozenset())
    if default and view.foreign and _says_more(service):
        return frozenset()
    if default:
        moved = any(str(p) in service.command_text for p in ("port", "listen", "--web.")) and not (
            default & set(service.command_text.replace(":", " ").split())
        )
        return frozenset(found | default) if not moved else frozenset()
    if not view.foreign and found and image not in ("nginx", "traefik", "caddy", "haproxy"):
        return frozenset(found)
    return frozenset()


_MORE = re2.compile(r"(?i)javaagent|jmx|metrics|exporter|extra_?(?:args|opts)|_port\b")


def _says_more(service: Service) -> bool:
    """Say whether a service of somebody else's file may listen elsewhere too: an agent, an exporter, a port of its own."""
    return any(_MORE.search(f"{name}={value}") for name, (value, _) in service.environment.items()) or bool(service.env_files)


_OWN_ADDRESS = re2.compile(r"(?:127\.0\.0\.1|localhost|0\.0\.0\.0)['\"]?[:, ]+(\d{2,5})\b")
_PORT_OPTION = re2.compile(r"(?:--port[= ,']+|--listen[= ,']+|-p[ ,']+)(\d{2,5})\b")


def _stated(service: Service) -> set[str]:
    """Return the ports that a service's own command, health check and PORT name; empty when none of them does."""
    health = str(as_map(service.raw.get("healthcheck")).get("test") or "")
    own = f"{service.raw.get('entrypoint') or ''} {service.raw.get('command') or ''}"
    found = {str(m.group(1)) for text in (health, own) for m in _OWN_ADDRESS.finditer(text)}
    found |= {str(m.group(1)) for m in _PORT_OPTION.finditer(own.replace("', '", " ").replace("'", ""))}
    port = service.environment.get("PORT", ("", 0))[0] or ""
    return found | ({port} if port.isdigit() else set())


def _networks(file: ComposeFile, service: Service) -> set[str]:
    """Return the networks of a service under the names by which other projects know them."""
    project = file.project or ""
    names = [name for name, _ in service.names("networks")] or ["default"]
    found = set()
    for name in names:
        declared = as_map(file.raw.get("networks")).get(name)
        given = declared.get("name") if isinstance(declared, Map) else None
        external = isinstance(declared, Map) and declared.get("external")
        found.add(str(given) if given else name if external else f"{project}_{name}")
    return found


def _external(network: Map) -> bool:
    return bool(network.get("external"))


def _reachable(users: list[tuple[ComposeFile, Service]], file: ComposeFile, service: Service) -> bool:
    if not users or any(u.text("network_mode") for _, u in users) or service.text("network_mode"):
        return True
    if any(f is not file and any(map(_external, f.declared("networks").values())) for f, u in users):
        return True  # what another project calls it is not told here
    if any(name != "default" and name not in f.declared("networks") for f, u in users for name, _ in u.names("networks")):
        return True  # a network of another file, which is not told here
    return any(_networks(f, u) & _networks(file, service) for f, u in users)
