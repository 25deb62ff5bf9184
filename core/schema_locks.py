"""State what an operation on a schema holds up while it runs: nothing, a moment, all writes, or everything (PostgreSQL, MySQL)."""

from __future__ import annotations

from collections.abc import Iterable

LEVELS = ("none", "a moment", "not known", "blocks writes", "blocks all")
"""From the mildest to the worst."""

NEWEST = 12
"""Revisions of a folder that a plan goes into, the newest ones, which a release is about."""

# what PostgreSQL locks, and for how long (its documentation of ALTER TABLE, CREATE INDEX and explicit locking)
_POSTGRESQL = {
    "create-index": ("blocks writes", "SHARE lock until the index is built"),
    "add-constraint": ("blocks writes", "rows are checked under SHARE ROW EXCLUSIVE or stronger"),
    "alter-type": ("blocks all", "ACCESS EXCLUSIVE while rows are checked or rewritten"),
    "alter-column": ("blocks all", "ACCESS EXCLUSIVE while rows are checked or rewritten"),
}
# MySQL 8 and MariaDB change most of a table in place; a change of a column's type copies it
_MYSQL = {
    "create-index": ("a moment", "built in place, metadata lock at both ends"),
    "add-constraint": ("blocks writes", "the table is copied unless foreign_key_checks is off"),
    "alter-type": ("blocks writes", "the table is copied"),
    "alter-column": ("blocks writes", "the table is copied"),
}
_TABLES = {"postgresql": _POSTGRESQL, "timescaledb": _POSTGRESQL, "mysql": _MYSQL, "mariadb": _MYSQL}
_NEW = frozenset({"create-table", "create-enum", "create-sequence", "create-extension", "create-view", "create-schema", "create-type"})
_UNREAD = frozenset({"raw-sql", "data"})


def held(operations: Iterable[str], store: str = "postgresql") -> tuple[str, str]:
    """Return the worst level of these operations and the reason, in words; what stands beside a new table is taken for its own.

    Of a store that locks otherwise than PostgreSQL and MySQL, no more is known than which operations only make new objects.
    """
    found = tuple(operations)
    table = _TABLES.get(store)
    worst = ("none", "new objects only") if found else ("not known", "not read")
    for operation in found:
        if operation in _NEW or ("create-table" in found and operation in ("create-index", "add-constraint")):
            continue
        usual = ("a moment", "metadata lock" if table is _MYSQL else "ACCESS EXCLUSIVE")
        level = ("not known", "read its statements") if operation in _UNREAD or table is None else table.get(operation, usual)
        if LEVELS.index(level[0]) > LEVELS.index(worst[0]):
            worst = level
    return worst
