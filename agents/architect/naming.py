"""Read what a variable's name says of a data store: which kinds it may mean, and which part of an address it stands for."""

from __future__ import annotations

PREFIXES = {
    "postgresql": (
        "POSTGRES",
        "POSTGRESQL",
        "PG",
        "DB",
        "DATABASE",
        "SQL",
        "SQLALCHEMY_DATABASE",
        "TYPEORM",
        "SPRING_DATASOURCE",
        "DATASOURCE",
    ),
    "mysql": ("MYSQL", "DB", "DATABASE", "SQL", "SQLALCHEMY_DATABASE", "TYPEORM", "SPRING_DATASOURCE", "DATASOURCE"),
    "mariadb": ("MARIADB", "MYSQL", "DB", "DATABASE", "SQL", "SQLALCHEMY_DATABASE", "TYPEORM", "SPRING_DATASOURCE", "DATASOURCE"),
    "mongodb": ("MONGO", "MONGODB", "DB", "DATABASE"),
    "redis": ("REDIS", "CACHE", "CELERY_BROKER", "CELERY_RESULT", "RESULT_BACKEND", "BROKER", "QUEUE_REDIS", "BULL_REDIS", "BULL", "KV"),
    "valkey": ("VALKEY", "REDIS", "CACHE", "CELERY_BROKER", "CELERY_RESULT", "RESULT_BACKEND", "BROKER", "KV"),
    "rabbitmq": ("RABBITMQ", "RABBIT", "AMQP", "CELERY_BROKER", "BROKER", "CLOUDAMQP"),
    "memcached": ("MEMCACHED", "MEMCACHE", "CACHE"),
}
"""Prefixes under which settings of a store are named."""
URL_ENDINGS = ("URL", "URI", "DSN", "CONNECTION_STRING", "BACKEND", "CONNECTION", "CONN")
WHOLE = ("RESULT_BACKEND", "CELERY_BROKER", "CELERY_RESULT", "BROKER")
"""Names that stand for a URL by themselves."""
PARTS = {
    "host": ("HOST", "HOSTNAME", "SERVER"),
    "address": ("ADDR", "ADDRESS", "ENDPOINT", "ADDRS", "ADDRESSES", "HOSTS", "SERVERS", "NODES"),
    "port": ("PORT",),
    "user": ("USER", "USERNAME", "LOGIN"),
    "password": ("PASSWORD", "PASS", "PWD", "PASSWD"),
    "database": ("NAME", "DB", "DATABASE", "DBNAME", "DATABASE_NAME", "VHOST", "DB_NAME"),
    "tls": ("SSL", "TLS", "SSLMODE", "SSL_MODE", "USE_SSL", "USE_TLS", "SSL_ENABLED", "TLS_ENABLED", "ENABLE_SSL", "SSL_REQUIRE"),
    "switch": ("ENABLED", "ENABLE"),
}
QUALIFIERS = frozenset("ASYNC SYNC JDBC PRISMA PRIVATE INTERNAL DIRECT PRIMARY MAIN POOLED UNPOOLED DEFAULT".split())
"""Words that say how or by whom a store is reached, not which part of its address is meant."""
NOT_THIS_STORE = frozenset("TEST TESTS TESTING SHADOW E2E".split())
"""Words of stores that are emptied or rebuilt at will: none of them may ever be the one that the plan keeps."""


def is_for_tests(name: str) -> bool:
    """Tell whether a name belongs to a store for tests or for a tool's scratch work."""
    return bool(NOT_THIS_STORE & set(name.split("_")))


def part_of(name: str, kind: str) -> str | None:
    """Return what a name stands for in the address of a store kind: url, a key of PARTS, or null."""
    prefixes = PREFIXES.get(kind, ())
    if is_for_tests(name):
        return None
    if name in [f"{verb}_{prefix}" for verb in ("USE", "ENABLE") for prefix in prefixes]:
        return "switch"
    bare = "_".join(word for word in name.upper().split("_") if word and word not in QUALIFIERS) or name
    for prefix in sorted(prefixes, key=len, reverse=True):
        rest = _after(bare, prefix)
        if rest is None:
            continue
        if rest in URL_ENDINGS or (rest == "" and prefix in WHOLE):
            return "url"
        for part, endings in PARTS.items():
            if rest in endings:
                return part
    return None


def _after(name: str, prefix: str) -> str | None:
    """Return what follows the prefix in a name, wherever a word starts with it (`APP_DB_HOST`, `DB_HOST`, `DBHOST`, `APP_DBHOST`)."""
    if name == prefix:
        return ""
    if name.startswith(prefix + "_"):
        return name[len(prefix) + 1 :]
    if name.startswith(prefix) and any(name[len(prefix) :] in PARTS[part] for part in ("host", "port", "user", "password", "database")):
        return name[len(prefix) :]
    _, found, rest = name.partition(f"_{prefix}_")
    if found:
        return rest
    first, _, last = name.rpartition("_")
    return _after(last, prefix) if first and last != prefix and last.startswith(prefix) else None
