"""Work out the value of a variable that addresses a data store: a whole URL or one part of it."""

from __future__ import annotations

import re2

from ...core.blueprint import Store
from ...core.facts import EnvVar
from ._draft import Draft
from .adonet import connection_string
from .naming import is_for_tests, part_of

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
STAND_INS = {"mariadb": ("mariadb", "mysql"), "valkey": ("redis",)}
"""Kinds that answer to the schemes of another."""
ASYNC_DRIVERS = ("asyncpg", "aiomysql", "asyncmy")
TRUE = {"True": "False", "1": "0", "yes": "no", "on": "off"}


def connection_value(draft: Draft, variable: EnvVar) -> tuple[str, Store, bool] | None:
    """Return (value, store, holds a secret) for a variable that addresses a store of the plan, null for any other.

    The value is a template over inputs in `${NAME}` form. A scheme in the variable's own default or example decides the store before its
    name does; a name with `BROKER` in it means a broker where the plan runs one.
    """
    named = connection_string(variable.name, draft.stores)
    if named is not None:
        return *named, True
    for text in written(variable):
        store = _by_scheme(draft, text)
        if store is not None and part_of(variable.name, store.kind) in ("url", None) and not is_for_tests(variable.name):
            return _addressed(draft, variable, store)
    brokers_first = "BROKER" in variable.name.split("_")
    for store in sorted(draft.stores, key=lambda s: not (brokers_first and draft.kind_of(s).role == "broker")):
        part = part_of(variable.name, store.kind)
        if any(_CLASS.fullmatch(text) for text in written(variable)):
            return None
        if part == "url":
            return _addressed(draft, variable, store)
        value = _value_of(draft, variable, store, part) if part else None
        if value is not None:
            return value, store, part == "password"
    if variable.name == "DIRECT_URL" and draft.stores and any(s.orm == "prisma" for s in draft.survey.services):
        return _addressed(draft, variable, draft.stores[0])
    return None


_CLASS = re2.compile(r"[a-z_]\w*(?:\.\w+)*\.[A-Z]\w+")  # `django.core.cache.backends.redis.RedisCache` chooses a library, not an address
_HOST_PORT = re2.compile(r"[\w.-]*:\d{2,5}")
_QUOTED = re2.compile(r"[a-z][a-z0-9+]*://[^\s\"'`,]+|[\w.-]+:\d{2,5}\b")


def written(variable: EnvVar) -> list[str]:
    """Return the values that the repository writes for a variable: default, example, and the addresses in the lines that name it.

    A line of the survey has its credentials taken out; what is left still tells a scheme, a host's form and options.
    """
    found = [text for text in (variable.default, variable.example) if text]
    for evidence in variable.evidence:
        _, named, rest = (evidence.quote or "").partition(variable.name)
        found += [str(m.group(0)) for m in _QUOTED.finditer(rest)] if named else []
    return found


def _addressed(draft: Draft, variable: EnvVar, store: Store) -> tuple[str, Store, bool]:
    value = _url(draft, variable, store)
    return value, store, "${" in value


def _by_scheme(draft: Draft, text: str | None) -> Store | None:
    if not text or "://" not in text:
        return None
    kind = SCHEMES.get(text.removeprefix("jdbc:").split("://")[0].split("+")[0].lower())
    return next((s for s in draft.stores if kind is not None and (s.kind == kind or kind in STAND_INS.get(s.kind, ()))), None)


def _url(draft: Draft, variable: EnvVar, store: Store) -> str:
    kind = draft.kind_of(store)
    if _is_jdbc(variable):
        return f"jdbc:{store.kind}://{store.component}:{store.port}/{store.database}"
    scheme = _scheme(draft, variable, store)
    rest = kind.url.replace("{user}", store.user or "").replace("{host}", store.component).replace("{port}", str(store.port))
    rest = rest.replace("{database}", _database(variable, store))
    return (f"{scheme}://{rest}" if scheme else rest) + _options(draft, variable, store)


def _options(draft: Draft, variable: EnvVar, store: Store) -> str:
    """Return `?sslmode=disable` where the client would ask for TLS: the repository's own address says so, or Go's pq, which always does."""
    if store.kind != "postgresql":
        return ""
    stated = any("sslmode=" in text for text in written(variable))
    demanding = any("github.com/lib/pq" in s.libraries for s in draft.survey.services if variable.services in ((), (s.name,)))
    return "?sslmode=disable" if stated or demanding else ""


def _is_jdbc(variable: EnvVar) -> bool:
    written = (variable.default or variable.example or "").startswith("jdbc:")
    springs = any(e.path.rpartition("/")[2].startswith("application") for e in variable.evidence)  # application.properties, .yml
    return written or springs or "JDBC" in variable.name.split("_") or variable.name.endswith("DATASOURCE_URL")


def _database(variable: EnvVar, store: Store) -> str:
    """Return the database of a URL; the number of a Redis default is kept, since the code may use several."""
    if store.kind in ("redis", "valkey"):
        last = (variable.default or variable.example or "").rsplit("/", 1)[-1]
        return last if last.isdigit() else "0"
    return store.database or ""


def _scheme(draft: Draft, variable: EnvVar, store: Store) -> str:
    """Return the URL scheme: the one of the variable's own default or example, else the one that the installed client library needs."""
    for text in written(variable):
        if "://" in text and _by_scheme(draft, text) is store:
            return text.split("://")[0]
    kind = draft.kind_of(store)
    libraries = draft.survey.dependency_names()
    libraries |= {d.lower() for store_fact in draft.survey.datastores for d in store_fact.drivers}
    if not (libraries & {"sqlalchemy", "sqlmodel", "flask-sqlalchemy"}) and store.kind in ("postgresql", "mysql", "mariadb"):
        return kind.scheme
    asked = "ASYNC" in variable.name.split("_")
    split = any("ASYNC" in o.name.split("_") and part_of(o.name, store.kind) == "url" for o in draft.survey.env_vars)
    drivers = [d for d in kind.schemes if d in libraries]
    if split:  # one name for each manner: this one's drivers only
        drivers = [d for d in drivers if (d in ASYNC_DRIVERS) == asked or d == "psycopg"]
    if "psycopg" in drivers and libraries & {"psycopg2", "psycopg2-binary"} and not asked:
        drivers.remove("psycopg")
    return kind.schemes[drivers[0]] if drivers else kind.scheme


def _value_of(draft: Draft, variable: EnvVar, store: Store, part: str) -> str | None:
    if part in ("tls", "switch"):
        return _switched(variable, part)
    if part == "password":
        return f"${{{store.password_input}}}" if store.password_input else None
    if part == "address" or (part == "host" and any(_with_port(text) for text in written(variable))):
        alone = any(part_of(o.name, store.kind) == "port" for o in draft.survey.env_vars) and not any(map(_with_port, written(variable)))
        return store.component if alone else f"{store.component}:{store.port}"
    values = {"host": store.component, "port": str(store.port), "user": store.user, "database": store.database}
    return values[part] or None


def _with_port(text: str) -> bool:
    return bool(_HOST_PORT.fullmatch(text.split(",")[0]))


def _switched(variable: EnvVar, part: str) -> str | None:
    """Return TLS off, since the stores speak none on the host's own network, or the use of a store on; null where it is so already."""
    default = variable.default
    on = default is not None and default.lower() not in ("false", "0", "no", "off", "", "none", "disable", "disabled", "prefer", "allow")
    if part == "tls":
        if not on and not variable.required:
            return None
        return "disable" if "MODE" in variable.name else TRUE.get(default or "", "false")
    if on or (default is None and not variable.required):
        return None
    return {"False": "True", "0": "1", "no": "yes", "off": "on"}.get(default or "", "true")
