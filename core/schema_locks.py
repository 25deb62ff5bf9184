"""State what an operation on a schema holds up while it runs: nothing, a moment, all writes, or everything, by the store that runs it.

Sources: PostgreSQL, "ALTER TABLE", "CREATE INDEX" and "Explicit Locking"; MySQL 8.4, "Online DDL Operations"; MariaDB, "InnoDB Online DDL"
and its release notes of 11.2; SQLite, "File Locking And Concurrency" and "ALTER TABLE". Of another store no more is known than which
operations only make new objects.
"""

from __future__ import annotations

from collections.abc import Iterable

from .facts import Migration, Survey

LEVELS = ("none", "a moment", "not known", "blocks writes", "blocks all")
"""From the mildest to the worst."""

NEWEST = 12
"""Revisions of a folder that a plan goes into, the newest ones, which a release is about."""

_POSTGRESQL = {
    "create-index": ("blocks writes", "SHARE lock until the index is built"),
    "add-constraint": ("blocks writes", "rows are checked under SHARE ROW EXCLUSIVE or stronger"),
    "alter-type": ("blocks all", "ACCESS EXCLUSIVE while rows are checked or rewritten"),
    "alter-column": ("blocks all", "ACCESS EXCLUSIVE while rows are checked or rewritten"),
    "": ("a moment", "ACCESS EXCLUSIVE"),
}
_MYSQL = {
    "create-index": ("a moment", "built in place, metadata lock at both ends"),
    "add-constraint": ("blocks writes", "the table is copied unless foreign_key_checks is off"),
    "alter-type": ("blocks writes", "the table is copied"),
    "alter-column": ("blocks writes", "the table is copied where the type changes"),
    "": ("a moment", "metadata lock"),
}
_MARIADB = _MYSQL | {
    "alter-type": ("not known", "the table is copied: while writes wait before 11.2, beside them since"),
    "alter-column": ("not known", "where the type changes the table is copied: while writes wait before 11.2, beside them since"),
}
# one connection at a time writes to a whole file; what ALTER TABLE cannot do is done with a new table
_SQLITE = {
    "create-index": ("blocks writes", "one writer at a time, until the index is built"),
    "drop-column": ("blocks writes", "one writer at a time, until the rows are rewritten"),
    "add-constraint": ("blocks writes", "the table is made anew and its rows are copied"),
    "alter-type": ("blocks writes", "the table is made anew and its rows are copied"),
    "alter-column": ("blocks writes", "the table is made anew and its rows are copied"),
    "": ("a moment", "one writer at a time"),
}
_TABLES = {"postgresql": _POSTGRESQL, "timescaledb": _POSTGRESQL, "mysql": _MYSQL, "mariadb": _MARIADB, "sqlite": _SQLITE}
_OTHERS = frozenset({"mssql", "oracle", "cockroachdb", "mongodb"})  # have schemas that revisions change, too
_NEW = frozenset({"create-table", "create-enum", "create-sequence", "create-extension", "create-view", "create-schema", "create-type"})
_UNREAD = frozenset({"raw-sql", "data"})


def held(operations: Iterable[str], store: str) -> tuple[str, str]:
    """Return the worst level of these operations at a kind of store and the reason, in words.

    What stands beside a new table is taken for its own.
    """
    found = tuple(operations)
    table = _TABLES.get(store)
    worst = ("none", "new objects only") if found else ("not known", "not read")
    for operation in found:
        if operation in _NEW or ("create-table" in found and operation in ("create-index", "add-constraint")):
            continue
        unknown = operation in _UNREAD or table is None
        level = ("not known", "read its statements") if unknown or table is None else table.get(operation, table[""])
        if LEVELS.index(level[0]) > LEVELS.index(worst[0]):
            worst = level
    return worst


def carried_out_by(survey: Survey, migration: Migration) -> str:
    """Return the kind of the store whose schema a migration changes; empty where the survey names none, or several that it could be."""
    known = [d for d in survey.datastores if d.kind in _TABLES or d.kind in _OTHERS]
    own = [d for d in known if migration.service is not None and migration.service in d.services]
    kinds = {d.kind for d in own or known}
    return kinds.pop() if len(kinds) == 1 else ""
