"""Guard the SQLite files: created private, known by an application id, checked before use, errors typed."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from ..core.errors import DeploybookError, StateError, Transient
from .home import VARIABLE, writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

BUSY_TIMEOUT_S = 30.0
_HEADER = b"SQLite format 3\0"
_PAGE = 65_536  # of shared memory: 32 KiB and some
_FULL = frozenset({"SQLITE_FULL"})
_BUSY = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED"})
_DAMAGED = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT"})
_REFUSED = frozenset({"SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH"})


def prepare(path: Path, application_id: int, version: int, tables: Mapping[str, frozenset[str]], script: str = "") -> None:
    """Create the database at `path` with the SQL of `script`, or check that it is sound and ours; raise StateError when it is not.

    `tables` names the columns that each table must have once it exists; a file that holds other tables and not our application id is
    somebody else's and is left alone. `version` is the layout's, kept in `user_version`; a newer one is refused.
    """
    with writing(path), guarded(path):
        if not _begun(path):
            _create(path, application_id, version, script)
        with closing(connect(path)) as database:
            _check_owner(database, path, application_id, version)
            _check_sound(database, path)
            _check_tables(database, path, tables)


def _begun(path: Path) -> bool:
    """Say whether the file is more than what a process leaves that is killed while it creates one."""
    if not path.exists() or path.stat().st_size == 0:
        return False
    with path.open("rb") as file:
        if file.read(len(_HEADER)) != _HEADER:
            raise _damaged(path, "it is not an SQLite database")
    with closing(connect(path)) as database:
        return bool(_number(database, "application_id") or database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def _create(path: Path, application_id: int, version: int, script: str) -> None:
    """Create the database, one process at a time: SQLite does not wait for others when it changes the journal mode."""
    from filelock import FileLock

    mark = path.with_name(path.name + ".new")
    with FileLock(mark, timeout=BUSY_TIMEOUT_S, mode=0o600):
        if not _begun(path):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            with closing(connect(path)) as database:
                database.execute("PRAGMA journal_mode=WAL")
                database.executescript(
                    f"BEGIN; PRAGMA application_id={application_id:d}; PRAGMA user_version={version:d}; {script}; COMMIT;"
                )
        mark.unlink(missing_ok=True)  # whoever still waits for it finds the database begun


def connect(path: Path) -> sqlite3.Connection:
    """Open a connection with this project's own busy timeout; what is deleted is overwritten, since it may be about somebody's system."""
    database = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)
    database.execute("PRAGMA secure_delete=ON")
    return database


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    """Turn sqlite3 errors of the block into StateError (damaged, full, refused) or Transient (busy)."""
    try:
        yield
    except sqlite3.Error as error:
        raise typed(path, error) from error


def typed(path: Path, error: sqlite3.Error) -> DeploybookError:
    """Return the typed error for an sqlite3 error met on `path`."""
    name = "_".join(str(getattr(error, "sqlite_errorname", "")).split("_")[:2])
    if name in _BUSY:
        return Transient(f"{path} is busy", "another process held it for longer than the time to wait", "try again")
    if name in _FULL or (name == "SQLITE_IOERR" and _is_full(path)):
        return StateError(f"no space left for {path}", str(error), f"free some space, or set {VARIABLE} to another folder")
    if name in _REFUSED:
        return StateError(f"{path} cannot be written", str(error), f"set {VARIABLE} to a folder that you can write to")
    if name in _DAMAGED:
        return _damaged(path, str(error))
    return StateError(f"{path} could not be used", str(error), f"move the file away, or set {VARIABLE} to another folder")


def _is_full(path: Path) -> bool:
    """Say whether the disk has no room for one more page: SQLite calls it an I/O error when its shared memory does not fit."""
    with suppress(OSError):
        return shutil.disk_usage(path.parent).free < _PAGE
    return False


def _damaged(path: Path, why: str) -> StateError:
    return StateError(f"{path} is damaged", why, f"move the file away (its runs are lost), or set {VARIABLE} to another folder")


def _foreign(path: Path, why: str) -> StateError:
    return StateError(f"{path} was not made by deploybook", why, f"set {VARIABLE} to a folder of deploybook's own")


def _number(database: sqlite3.Connection, pragma: str) -> int:
    return int(database.execute(f"PRAGMA {pragma}").fetchone()[0])


def _check_owner(database: sqlite3.Connection, path: Path, application_id: int, version: int) -> None:
    found_id, found_version = _number(database, "application_id"), _number(database, "user_version")
    if found_id != application_id:
        raise _foreign(path, f"its application id is {found_id:#x}, not {application_id:#x}")
    if found_version > version:
        raise StateError(f"{path} was made by a newer deploybook", f"layout {found_version}, known up to {version}", "upgrade deploybook")


def _check_sound(database: sqlite3.Connection, path: Path) -> None:
    report = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    if report != "ok":
        raise _damaged(path, str(report).splitlines()[0])


def _check_tables(database: sqlite3.Connection, path: Path, tables: Mapping[str, frozenset[str]]) -> None:
    for table, columns in sorted(tables.items()):
        found = {str(row[0]) for row in database.execute("SELECT name FROM pragma_table_info(?)", (table,))}
        if found and not columns <= found:
            raise _foreign(path, f"table {table} lacks {', '.join(sorted(columns - found))}")
