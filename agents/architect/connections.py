"""Work out the value of a variable that addresses a data store: a whole URL or one part of it."""

from __future__ import annotations

from ...core.blueprint import Store
from ...core.facts import EnvVar
from ._draft import Draft

PREFIXES = {
    "postgresql": ("POSTGRES", "POSTGRESQL", "PG", "DB", "DATABASE", "SQL", "SQLALCHEMY_DATABASE"),
    "mysql": ("MYSQL", "DB", "DATABASE", "SQL", "SQLALCHEMY_DATABASE"),
    "mariadb": ("MARIADB", "MYSQL", "DB", "DATABASE", "SQL", "SQLALCHEMY_DATABASE"),
    "mongodb": ("MONGO", "MONGODB", "DB", "DATABASE"),
    "redis": ("REDIS", "CACHE", "CELERY_BROKER", "CELERY_RESULT", "RESULT_BACKEND", "BROKER", "QUEUE_REDIS", "BULL_REDIS", "BULL", "KV"),
    "valkey": ("VALKEY", "REDIS", "CACHE", "CELERY_BROKER", "CELERY_RESULT", "RESULT_BACKEND", "BROKER", "KV"),
    "rabbitmq": ("RABBITMQ", "RABBIT", "AMQP", "CELERY_BROKER", "BROKER", "CLOUDAMQP"),
    "memcached": ("MEMCACHED", "MEMCACHE", "CACHE"),
}
"""Prefixes under which settings of a store are named; the first store of the plan whose prefix fits gets the variable."""
URL_ENDINGS = (
    "URL",
    "URI",
    "DSN",
    "CONNECTION_STRING",
    "CONNECTION_URL",
    "CONNECTION_URI",
    "ENDPOINT_URI",
    "ENDPOINT_URL",
    "BACKEND",
    "CONNECTION",
    "CONN",
)
PARTS = {
    "host": ("HOST", "HOSTNAME", "SERVER", "ADDR", "ENDPOINT"),
    "port": ("PORT",),
    "user": ("USER", "USERNAME", "LOGIN"),
    "password": ("PASSWORD", "PASS", "PWD", "PASSWD"),
    "database": ("NAME", "DB", "DATABASE", "DBNAME", "DATABASE_NAME", "VHOST", "DB_NAME"),
}
SCHEMES = {
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "mysql": "mysql",
    "mariadb": "mariadb",
    "redis": "redis",
    "rediss": "redis",
    "amqp": "rabbitmq",
    "amqps": "rabbitmq",
    "pyamqp": "rabbitmq",
    "mongodb": "mongodb",
    "mongodb+srv": "mongodb",
}


def connection_value(draft: Draft, variable: EnvVar, components: tuple[str, ...]) -> tuple[str, Store, bool] | None:
    """Return (value, store, holds a secret) for a variable that addresses a store of the plan, null for any other.

    The value is a template over inputs in `${NAME}` form. A scheme in the variable's own default decides the store before its name does.
    """
    if variable.default and "://" in variable.default:
        scheme = variable.default.split("://")[0].split("+")[0].lower()
        store = next((s for s in draft.stores if s.kind == SCHEMES.get(scheme) or (s.kind == "mariadb" and scheme == "mysql")), None)
        if store is not None and _part(variable.name, store) in ("url", None) and _fits(variable.name, store, loose=True):
            return _url(draft, variable, store), store, draft.kinds[store.kind].password is not None
    for store in draft.stores:
        part = _part(variable.name, store)
        if part == "url":
            return _url(draft, variable, store), store, draft.kinds[store.kind].password is not None
        if part is not None:
            value = _value_of(store, part)
            if value is not None:
                return value, store, part == "password"
    return None


def _fits(name: str, store: Store, loose: bool) -> bool:
    return loose or any(name.startswith(p) for p in PREFIXES.get(store.kind, ()))


def _part(name: str, store: Store) -> str | None:
    """Return which part of the store's address a name stands for: url, host, port, user, password, database, or null."""
    for prefix in sorted(PREFIXES.get(store.kind, ()), key=len, reverse=True):
        rest = _after(name, prefix)
        if rest is None:
            continue
        if rest in URL_ENDINGS or (rest == "" and prefix == "RESULT_BACKEND"):
            return "url"
        for part, endings in PARTS.items():
            if rest in endings:
                return part
    return None


def _after(name: str, prefix: str) -> str | None:
    """Return what follows the prefix in a name, wherever the prefix starts a word (`APP_DB_HOST` and `DB_HOST` alike)."""
    if name == prefix:
        return ""
    if name.startswith(prefix + "_"):
        return name[len(prefix) + 1 :]
    if prefix == "PG" and name.startswith("PG"):
        return name[2:]
    _, found, rest = name.partition(f"_{prefix}_")
    return rest if found else None


def _url(draft: Draft, variable: EnvVar, store: Store) -> str:
    kind = draft.kinds[store.kind]
    scheme = _scheme(draft, variable, store)
    rest = kind.url.replace("{user}", store.user or "").replace("{host}", store.component).replace("{port}", str(store.port))
    rest = rest.replace("{database}", _database(variable, store))
    return f"{scheme}://{rest}" if scheme else rest


def _database(variable: EnvVar, store: Store) -> str:
    """Return the database of a URL; the number of a Redis default is kept, since the code may use several."""
    if store.kind in ("redis", "valkey") and variable.default:
        last = variable.default.rsplit("/", 1)[-1]
        return last if last.isdigit() else "0"
    return store.database or ""


def _scheme(draft: Draft, variable: EnvVar, store: Store) -> str:
    """Return the URL scheme: the one of the variable's own default, else the one that the installed client library needs."""
    kind = draft.kinds[store.kind]
    if variable.default and "://" in variable.default and not variable.default.startswith("["):
        return variable.default.split("://")[0]
    libraries = {name.split("[")[0].lower() for s in draft.survey.services for name in s.libraries}
    libraries |= {d.lower() for store_fact in draft.survey.datastores for d in store_fact.drivers}
    if "sqlalchemy" in libraries or "sqlmodel" in libraries or store.kind not in ("postgresql", "mysql", "mariadb"):
        for driver, scheme in kind.schemes.items():
            if driver in libraries and not (driver == "psycopg" and "psycopg2" in libraries):
                return scheme
    return kind.scheme


def _value_of(store: Store, part: str) -> str | None:
    if part == "host":
        return store.component
    if part == "port":
        return str(store.port)
    if part == "user":
        return store.user or None
    if part == "password":
        return f"${{{store.password_input}}}" if store.password_input else None
    return store.database or None
