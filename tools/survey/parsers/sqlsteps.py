"""Read what a SQL migration does, statement by statement, in the words that all migration detectors share."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache

DESTRUCTIVE = frozenset({"drop-table", "drop-column", "drop-schema", "delete-data"})
MAX_CHARS = 300_000
DIALECTS = {
    "postgresql": "postgres",
    "postgres": "postgres",
    "cockroachdb": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
    "mssql": "tsql",
    "sqlserver": "tsql",
    "oracle": "oracle",
    "clickhouse": "clickhouse",
}


@dataclass(frozen=True, slots=True)
class Steps:
    """Hold what a script does: operations in order, each once, and whether data or structure is lost."""

    operations: tuple[str, ...] = ()
    destructive: bool = False


@lru_cache(maxsize=4096)
def sql_steps(text: str, kind: str | None = None) -> Steps:
    """Return the operations of a SQL script for a kind of data store; what the parser does not know counts as `raw-sql`."""
    found: list[str] = []
    for statement in _statements(text[:MAX_CHARS], DIALECTS.get(kind or "")):
        found.extend(statement)
    once = tuple(dict.fromkeys(found))
    return Steps(once, bool(DESTRUCTIVE & set(once)))


def _statements(text: str, dialect: str | None) -> list[list[str]]:
    import sqlglot
    from sqlglot.errors import ParseError, TokenError

    logger = logging.getLogger("sqlglot")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        parsed = sqlglot.parse(text, dialect=dialect, error_level=sqlglot.ErrorLevel.IGNORE)
        return [_operations(one) for one in parsed if one is not None]
    except (ParseError, TokenError, RecursionError, ValueError):
        return [_by_words(part) for part in text.split(";") if part.strip()]
    finally:
        logger.setLevel(before)


def _operations(statement: object) -> list[str]:
    from sqlglot import expressions as exp

    if isinstance(statement, exp.Create):
        kind = str(statement.args.get("kind") or "").lower()
        return [{"table": "create-table", "index": "create-index"}.get(kind, f"create-{kind}" if kind else "raw-sql")]
    if isinstance(statement, exp.Drop):
        kind = str(statement.args.get("kind") or "").lower()
        return [f"drop-{kind}" if kind else "raw-sql"]
    if isinstance(statement, exp.Alter):
        kind = str(statement.args.get("kind") or "table").lower()
        if kind != "table":
            return [
                f"rename-{kind}" if any(isinstance(a, exp.AlterRename) for a in statement.args.get("actions") or ()) else f"alter-{kind}"
            ]
        return [name for action in statement.args.get("actions") or () for name in _action(action)] or ["raw-sql"]
    if isinstance(statement, exp.Delete):
        return ["delete-data"]
    if isinstance(statement, exp.TruncateTable):
        return ["delete-data"]
    if isinstance(statement, exp.Insert | exp.Update | exp.Merge):
        return ["data"]
    if isinstance(statement, exp.Command):
        return _by_words(f"{statement.this} {statement.expression or ''}")
    if isinstance(statement, exp.Semicolon | exp.Set | exp.Pragma | exp.Transaction | exp.Commit | exp.Comment | exp.Use):
        return []
    return ["raw-sql"] if not isinstance(statement, exp.Select) else ["data"]


def _action(action: object) -> list[str]:
    from sqlglot import expressions as exp

    if isinstance(action, exp.ColumnDef):
        return ["add-column"]
    if isinstance(action, exp.Drop):
        kind = str(action.args.get("kind") or "column").lower()
        return ["drop-constraint" if kind in ("constraint", "primary key", "foreign key") else f"drop-{kind}"]
    if isinstance(action, exp.AlterColumn | exp.ModifyColumn):
        return ["alter-type"]
    if isinstance(action, exp.AddConstraint | exp.Constraint | exp.ForeignKey | exp.PrimaryKey | exp.UniqueColumnConstraint):
        return ["add-constraint"]
    if isinstance(action, exp.AlterRename):
        return ["rename-table"]
    if isinstance(action, exp.RenameColumn):
        return ["rename-column"]
    if isinstance(action, exp.AddPartition):
        return ["raw-sql"]
    return ["alter-type"]


def _by_words(part: str) -> list[str]:
    """Judge one statement by its first words, where no grammar knows it."""
    lines = [line for line in part.strip().splitlines() if not line.strip().startswith("--")]
    words = " ".join(" ".join(lines).upper().split())
    found: list[str] = []
    for start, name in (
        ("CREATE TABLE", "create-table"),
        ("CREATE UNIQUE INDEX", "create-index"),
        ("CREATE INDEX", "create-index"),
        ("DROP TABLE", "drop-table"),
        ("DROP INDEX", "drop-index"),
        ("CREATE TYPE", "create-type"),
        ("DROP TYPE", "drop-type"),
        ("ALTER TYPE", "alter-type"),
        ("CREATE EXTENSION", "create-extension"),
        ("INSERT", "data"),
        ("UPDATE", "data"),
        ("DELETE", "delete-data"),
        ("TRUNCATE", "delete-data"),
        ("DROP SCHEMA", "drop-schema"),
    ):
        if words.startswith(start):
            return [name]
    if words.startswith("ALTER TABLE"):
        for mark, name in (
            (" DROP COLUMN", "drop-column"),
            (" ADD COLUMN", "add-column"),
            (" RENAME COLUMN", "rename-column"),
            (" RENAME TO", "rename-table"),
            (" DROP CONSTRAINT", "drop-constraint"),
            (" DROP FOREIGN KEY", "drop-constraint"),
            (" ADD CONSTRAINT", "add-constraint"),
            (" ALTER COLUMN", "alter-type"),
            (" MODIFY", "alter-type"),
            (" ADD ", "add-column"),
        ):
            if mark in words:
                found.append(name)
        return found or ["raw-sql"]
    return ["raw-sql"] if words and not words.startswith(("BEGIN", "COMMIT", "SET ", "PRAGMA", "START TRANSACTION", "COMMENT")) else []
