"""Know data stores: which are relational, which speak another's protocol, which URL schemes name them."""

from __future__ import annotations

RELATIONAL = {"postgresql", "mysql", "mariadb", "mssql", "oracle", "cockroachdb", "alloydb", "spanner"}
DOUBLES = {  # kind that drivers name -> compatible stores that keep their own name when they are what is deployed
    "mysql": ("mariadb",),
    "redis": ("valkey", "keydb", "dragonfly"),
    "postgresql": ("cockroachdb", "yugabytedb", "alloydb"),
    "elasticsearch": ("opensearch",),
    "mongodb": ("documentdb", "ferretdb"),
}
SCHEMES = {
    "postgres": "postgresql", "postgresql": "postgresql", "postgis": "postgresql", "psql": "postgresql", "pgsql": "postgresql",
    "mysql": "mysql",
    "mysql2": "mysql", "mariadb": "mariadb", "sqlite": "sqlite", "sqlite3": "sqlite", "redis": "redis", "rediss": "redis",
    "valkey": "valkey",
    "mongodb": "mongodb", "mongodb+srv": "mongodb", "mssql": "mssql", "sqlserver": "mssql", "oracle": "oracle",
    "cockroachdb": "cockroachdb",
    "memcached": "memcached", "elasticsearch": "elasticsearch", "clickhouse": "clickhouse", "cassandra": "cassandra", "neo4j": "neo4j",
    "bolt": "neo4j", "influxdb": "influxdb", "libsql": "libsql", "spanner": "spanner", "s3": "s3",
}  # fmt: skip
BROKER_SCHEMES = {
    "amqp": "rabbitmq", "amqps": "rabbitmq", "pyamqp": "rabbitmq", "kafka": "kafka", "nats": "nats", "sqs": "sqs", "pulsar": "pulsar",
}  # fmt: skip


def store_of_url(url: str) -> str | None:
    """Return the store kind of a connection URL's scheme, a `+driver` taken off; None for any other text."""
    scheme, glue, _ = url.partition(":")
    if not glue:
        return None
    return SCHEMES.get(scheme.lower()) or SCHEMES.get(scheme.lower().partition("+")[0])


def broker_of_url(url: str) -> str | None:
    """Return the broker kind of a URL's scheme, None for any other text."""
    scheme, glue, _ = url.partition("://")
    return BROKER_SCHEMES.get(scheme.lower()) if glue else None
