"""Parse the SQL of migrations and commands, and say what each statement locks and what it takes away.

A file that shows the hand of MySQL or MariaDB, or stands beside a compose file that runs nothing else, is read as theirs, one of SQLite's
as SQLite's; all others as PostgreSQL's, which the messages name.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import re2

from .._rule import Spot
from .._view import PlanView

if TYPE_CHECKING:
    from sqlglot import exp

_MOST = 200_000
_FOLDERS = ("migration", "migrations", "migrate", "flyway", "schema/")


@dataclass(frozen=True, slots=True)
class Statement:
    """Be one statement with where it stands, what it locks, what it breaks, and what to write in its place."""

    spot: Spot
    line: int
    title: str
    text: str
    locks: str = ""
    breaks: str = ""
    instead: str = ""


def sql_of(view: PlanView) -> Iterator[Statement]:
    """Yield the judged statements of SQL files in migration folders, and of SQL that scripts send to psql."""
    for artifact in view.of_kind("sql"):
        if any(word in artifact.installed.lower() for word in _FOLDERS) and not artifact.installed.lower().endswith(
            ("down.sql", ".undo.sql")
        ):
            yield from _judged(artifact, artifact.text, 1, artifact.installed.rpartition("/")[2], _dialect(view, artifact.text))
    for script in view.scripts:
        for call in script.calls if "psql" in script.text else ():
            if call.name != "psql" or call.where == "remote":
                continue
            for redirect in call.statement.redirects:
                if redirect.heredoc is not None:
                    yield from _judged(script, redirect.heredoc, redirect.line, "psql")
            for word in call.split("-c", "--command", "-U", "-d", "-h", "-p", "-v").values("-c", "--command"):
                yield from _judged(script, word.template, word.line, "psql")


_MYSQL = re2.compile(r"(?i)`\w+`|\bengine\s*=|\bauto_increment\b|\bunsigned\b|\bmodify (?:column )?\w|\bchange column\b")
_SQLITE = re2.compile(r"(?i)\bautoincrement\b|^\s*pragma ")


def _dialect(view: PlanView, text: str) -> str:
    """Return the name by which sqlglot knows the SQL of a text."""
    if _MYSQL.search(text):
        return "mysql"
    if _SQLITE.search(text):
        return "sqlite"
    images = [service.image or "" for _, service in view.services.values()]
    runs = {name for name in ("postg", "pgvector", "timescale", "mysql", "mariadb") for image in images if name in image}
    return "mysql" if runs and runs <= {"mysql", "mariadb"} else "postgres"


def _judged(spot: Spot, text: str, first: int, title: str, dialect: str = "postgres") -> Iterator[Statement]:
    for offset, shown, locks, breaks, instead in _read(text, dialect):
        yield Statement(spot, first + offset, title, shown, locks, breaks, instead)


@lru_cache(maxsize=1024)
def _read(text: str, dialect: str) -> tuple[tuple[int, str, str, str, str], ...]:
    if len(text) > _MOST or ("alter" not in text.lower() and "create" not in text.lower() and "drop" not in text.lower()):
        return ()
    import sqlglot  # a tenth of a second, and most plans change no table
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of statements that it keeps as text
    found = []
    created: set[str] = set()
    for offset, source in _split(text):
        try:
            tree = sqlglot.parse_one(source, read=dialect)
        except (SqlglotError, RecursionError, ValueError):
            continue
        if isinstance(tree, exp.Create) and str(tree.args.get("kind", "")).upper() == "TABLE":
            table = tree.find(exp.Table)
            created.add(table.name.lower() if table is not None else "")
        judged = _judge(tree, source, created, dialect)
        if judged is not None:
            found.append((offset, " ".join(source.split())[:160], *judged))
    return tuple(found)


def _split(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line offset, statement); quoted and dollar-quoted parts are kept whole."""
    start, at, quote = 0, 0, ""
    while at < len(text):
        if quote:
            end = text.find(quote, at)
            at = len(text) if end < 0 else end + len(quote)
            quote = ""
            continue
        char = text[at]
        if char in "'\"":
            quote = char
        elif char == "$":
            end = text.find("$", at + 1)
            tag = text[at : end + 1] if 0 < end - at < 40 else ""
            if tag and tag[1:-1].replace("_", "a").isalnum() | (tag == "$$"):
                quote, at = tag, end
        elif text.startswith("--", at):
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        elif char == ";":
            yield from _piece(text, start, at)
            start = at + 1
        at += 1
    yield from _piece(text, start, len(text))


def _piece(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    piece = text[start:end]
    lines = [line for line in piece.split("\n") if not line.lstrip().startswith(("--", "\\"))]
    body = "\n".join(lines).strip()
    if body:
        lead = len(piece) - len(piece.lstrip())
        yield text[: start + lead].count("\n"), body


def _judge(tree: exp.Expr, source: str, created: set[str], dialect: str) -> tuple[str, str, str] | None:
    """Return (what it locks, what it breaks, what to write instead), null for a statement that does neither."""
    from sqlglot import exp

    lowered = " ".join(source.lower().split())
    table = tree.find(exp.Table)
    if table is not None and table.name.lower() in created:
        return None  # nobody reads a table that is made in the same file
    if isinstance(tree, exp.Create) and str(tree.args.get("kind", "")).upper() == "INDEX":
        if dialect == "postgres" and "concurrently" not in lowered:
            return (
                "in PostgreSQL creating an index blocks all writes to the table until it is built",
                "",
                "CREATE INDEX CONCURRENTLY, outside of a transaction.",
            )
        return None
    if isinstance(tree, exp.Drop) and str(tree.args.get("kind", "")).upper() in ("TABLE", "COLUMN"):
        return "", "the running release may still read what is dropped", "Drop it in a release after the one that stopped reading it."
    if isinstance(tree, exp.Alter) or lowered.startswith("alter table"):
        locks = _LOCKS.get(dialect)
        return _taken_away(lowered) or (locks(lowered) if locks is not None else None) or _unfilled(lowered)
    return None


_VOLATILE = ("random()", "gen_random_uuid()", "uuid_generate_v4()", "uuidv7()", "clock_timestamp()", "nextval(", "timeofday()")


def _taken_away(lowered: str) -> tuple[str, str, str] | None:
    if " rename " in lowered and not any(f" rename {word} " in lowered for word in ("constraint", "index", "key")):
        return "", "the running release still uses the old name", "Add the new one, write both, and drop the old one a release later."
    if " drop column " in lowered:
        return "", "the running release may still read the column", "Drop it in a release after the one that stopped reading it."
    return None


def _unfilled(lowered: str) -> tuple[str, str, str] | None:
    if " add column " in lowered and " not null" in lowered and " default " not in lowered and "generated" not in lowered:
        return (
            "",
            "adding a NOT NULL column without a default fails on a table with rows, and the running release does not fill it",
            "Give it a default, or add it as nullable first.",
        )
    return None


def _constrained(lowered: str) -> bool:
    return " add constraint " in lowered and (" foreign key" in lowered or " check " in lowered or " check(" in lowered)


def _in_postgresql(lowered: str) -> tuple[str, str, str] | None:
    if (" type " in lowered and " alter column " in lowered) or " set data type " in lowered:
        return (
            "in PostgreSQL changing a column's type rewrites the table under an exclusive lock",
            "",
            "Add a column of the new type, copy in batches, switch.",
        )
    if " set not null" in lowered:
        return (
            "in PostgreSQL SET NOT NULL scans the table under an exclusive lock",
            "",
            "Add CHECK (… IS NOT NULL) NOT VALID, validate it, then set NOT NULL.",
        )
    if _constrained(lowered) and "not valid" not in lowered:
        return (
            "in PostgreSQL the constraint is checked against every row while writes wait",
            "",
            "ADD CONSTRAINT … NOT VALID, then VALIDATE CONSTRAINT.",
        )
    if " add column " in lowered and any(f" default {word}" in lowered for word in _VOLATILE):
        return (
            "in PostgreSQL a default that differs from row to row rewrites the table under an exclusive lock",
            "",
            "Add the column without it, fill it in batches, then set the default.",
        )
    return None


_REFUSED = "Write ALGORITHM=INPLACE, LOCK=NONE behind it: what cannot run beside writes is refused then, and needs another way."


def _in_mysql(lowered: str) -> tuple[str, str, str] | None:
    """Return what MySQL copies the table for ("Online DDL Operations"); MariaDB does from 11.2 on, too, but beside writes."""
    if (" modify " in lowered or " change " in lowered) and "lock=none" not in lowered.replace(" ", ""):
        return "where the type of the column changes MySQL copies the table while writes wait", "", _REFUSED
    if _constrained(lowered) and "lock=none" not in lowered.replace(" ", ""):
        return "MySQL copies the table for the constraint while writes wait, unless foreign_key_checks is off", "", _REFUSED
    return None


_LOCKS = {"postgres": _in_postgresql, "mysql": _in_mysql}
