"""Write .NET's connection strings: keys and values for relational stores, the client's own form for the others."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.blueprint import Store

PREFIX = "ConnectionStrings__"
FORMS = {
    "postgresql": "Host={host};Port={port};Database={database};Username={user};Password={password}",
    "mysql": "Server={host};Port={port};Database={database};User ID={user};Password={password}",
    "mariadb": "Server={host};Port={port};Database={database};User ID={user};Password={password}",
    "redis": "{host}:{port},password={password}",
    "valkey": "{host}:{port},password={password}",
    "rabbitmq": "amqp://{user}:{password}@{host}:{port}",
}
WORDS = {
    "redis": ("redis", "cache", "garnet", "valkey", "backplane"),
    "rabbitmq": ("rabbit", "messag", "eventbus", "event-bus", "queue", "amqp", "broker"),
}
"""What a connection's name says of the store that it means; any other name means the relational one."""
SAME = {"valkey": "redis"}


def connection_string(name: str, stores: Sequence[Store]) -> tuple[str, Store] | None:
    """Return (template over inputs, store) of a `ConnectionStrings__…` variable; None for another name or where no store fits."""
    if not name.startswith(PREFIX):
        return None
    word = name.removeprefix(PREFIX).lower()
    meant = next((kind for kind, marks in WORDS.items() if any(m in word for m in marks)), None)
    kinds = [(s, SAME.get(s.kind, s.kind)) for s in stores if s.kind in FORMS and s.password_input]
    fitting = [s for s, kind in kinds if kind == meant or (meant is None and kind not in WORDS)]
    if len(fitting) != 1:
        return None
    store = fitting[0]
    values = {"host": store.component, "port": store.port, "database": store.database, "user": store.user}
    return FORMS[store.kind].format(**values, password=f"${{{store.password_input}}}"), store
