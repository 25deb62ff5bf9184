"""Check that a container asks the right host: not itself for a store of another container, and no name that is a slip.

What:
    `localhost` inside a container is that container. A connection string or `*_HOST` variable that names it for the port of a data store
    which runs in a container of its own leads nowhere. A host name that differs from a service's name only in its separators or by a
    letter is that service, misspelt.

Why it matters in production:
    The application starts, finds nothing on 127.0.0.1:5432 and stops, or serves errors; on the developer's machine, where the port was
    published, it worked. A scrape target `node-exporter` beside a service `nodeexporter` is down from the first day.

Example:
    api: {image: "shop:1.4.0", environment: {DATABASE_URL: "postgres://shop@localhost:5432/shop"}}
    db: {image: "postgres:17.6"}

Instead:
    api: {image: "shop:1.4.0", environment: {DATABASE_URL: "postgres://shop@db:5432/shop"}}

When to ignore:
    LNK045 when the store runs in the same container, or shares its network: say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

import re2

from ...core.findings import Finding
from ._link.addresses import addresses
from ._rule import Rule
from ._view import ComposeFile, PlanView, Service
from ._view.interpolation import by_default

MISSPELT = Rule("LNK044", "host-misspelt", "error", "A host name is that of a service, misspelt.")
ITSELF = Rule("LNK045", "store-asked-at-localhost", "error", "A container asks itself for a data store that another container runs.")
RULES = (MISSPELT, ITSELF)

# image (last part of its name) -> the store's family
_STORES = {
    **dict.fromkeys(("postgres", "postgis", "pgvector", "timescaledb"), "postgres"),
    **dict.fromkeys(("mysql", "mariadb", "percona"), "mysql"),
    **dict.fromkeys(("mongo", "mongodb"), "mongo"),
    **dict.fromkeys(("redis", "valkey", "redis-stack", "redis-stack-server", "keydb"), "redis"),
    **dict.fromkeys(("rabbitmq",), "rabbitmq"),
    **dict.fromkeys(("elasticsearch",), "elasticsearch"),
}
_SCHEMES = {"postgres": "postgres", "postgresql": "postgres", "mysql": "mysql", "mongodb": "mongo", "redis": "redis", "amqp": "rabbitmq"}
_URL = re2.compile(r"(?:jdbc:)?([a-z]+)[a-z0-9]*(?:\+[a-z0-9]+)?://(?:[^/@\s]*@)?(?:localhost|127\.0\.0\.1)(?::(\d+))?(?:[/?\"'\s]|$)")
_NAME = re2.compile(
    r"(?i)^(?:[A-Z0-9]+_)*?(POSTGRES(?:QL)?|PG|MYSQL|MARIADB|MONGO(?:DB)?|REDIS|RABBITMQ|ELASTICSEARCH|DB|DATABASE)_?(?:DB_)?(?:HOST|SERVER)$"
)
_FAMILY = {"pg": "postgres", "postgresql": "postgres", "mariadb": "mysql", "mongodb": "mongo", "db": "sql", "database": "sql"}
_STORE_PORTS = frozenset("5432 3306 27017 6379 5672 9200".split())
_LOCAL = ("localhost", "127.0.0.1")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield hosts that are not the one meant."""
    yield from _misspelt(view)
    for artifact, file in view.compose:
        stores = _stores(file)
        for service in file.services.values():
            if service.text("network_mode") or _family(service) is not None or any(p.target in _STORE_PORTS for p in service.ports):
                continue  # it shares a network, is a store, or has one inside
            for name, (value, line) in service.environment.items():
                family = _asks(name, by_default(value or ""))
                store = stores.get(family or "")
                if store is None or store == service.name:
                    continue
                yield ITSELF.at(
                    artifact,
                    f"{service.name} asks localhost for its data store ({name}): that is {service.name} itself, the store runs in {store}.",
                    line=line,
                    quote=name,
                    hint=f"Name the service: {store}.",
                )


def _family(service: Service) -> str | None:
    return _STORES.get(by_default(service.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0])


def _stores(file: ComposeFile) -> dict[str, str]:
    """Return the service that runs each family of data store, for those that share nobody's network."""
    found: dict[str, str] = {}
    for service in file.services.values():
        family = _family(service)
        if family is not None and not service.text("network_mode"):
            found.setdefault(family, service.name)
    relational = [name for family, name in found.items() if family in ("postgres", "mysql")]
    return found | ({"sql": relational[0]} if len(relational) == 1 else {})


def _asks(name: str, value: str) -> str | None:
    """Return the family of the store that a variable names at localhost, or null."""
    match = _URL.search(value)
    if match is not None:
        return next((family for scheme, family in _SCHEMES.items() if str(match.group(1)).startswith(scheme)), None)
    told = _NAME.match(name)
    if told is not None and value.partition(":")[0] in _LOCAL:
        family = str(told.group(1)).lower()
        return _FAMILY.get(family, family)
    return None


def _misspelt(view: PlanView) -> Iterator[Finding]:
    known = {alias for _, file in view.compose for service in file.services.values() for alias in service.aliases}
    reported: set[tuple[str, str]] = set()
    for address in addresses(view):
        if address.host in known or not address.user or (address.artifact.model.path, address.host) in reported or len(address.host) < 5:
            continue
        meant = _meant(address.host, known)
        if meant is not None:
            reported.add((address.artifact.model.path, address.host))
            yield MISSPELT.at(
                address.artifact,
                f"{address.user} connects to {address.host} ({address.why}); no service has that name, {meant} has nearly it.",
                line=address.line,
                quote=address.host,
                hint=f"Write {meant}.",
            )


def _meant(host: str, known: set[str]) -> str | None:
    plain = {_plain(name): name for name in sorted(known)}
    if _plain(host) in plain:
        return plain[_plain(host)]
    near = get_close_matches(host, sorted(known), n=1, cutoff=0.88)
    same_digits = bool(near) and [c for c in near[0] if c.isdigit()] == [c for c in host if c.isdigit()]
    return near[0] if near and same_digits else None


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")
