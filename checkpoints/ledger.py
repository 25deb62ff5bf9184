"""Keep one row per run in a database of its own: what it is about, where it stands, what it asks."""

from __future__ import annotations

import json
import os
import time
import uuid
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from ..core.base import Frozen
from ..core.errors import StateError, UsageError
from ..core.settings import Settings
from ..core.source import Source
from .database import connect, guarded, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlite_utils import Database

    from .home import Home
    from .scrubbing import Scrub

Status = Literal["planned", "waiting", "running", "interrupted", "done", "failed"]
_JSON = frozenset({"source", "given", "settings", "questions"})
_NUMBERS = frozenset({"graph_version", "exit_code"})
APPLICATION_ID = 0x44425231  # DBR1
VERSION = 1


class Run(Frozen):
    """Be one run of the ledger; times are ISO 8601 in UTC, `source` is redacted, `exit_code` is the last process's."""

    id: str
    created: str
    updated: str
    status: Status
    source: Source
    given: dict[str, str] = {}  # answers given in advance
    commit: str | None = None
    target: str | None = None
    out: str | None = None
    graph_version: int
    settings: Settings = Settings()
    settings_digest: str = ""
    questions: tuple[str, ...] = ()
    verdict: str | None = None
    exit_code: int | None = None
    problem: str | None = None


def new_run_id(milliseconds: int | None = None) -> str:
    """Return a fresh UUID of version 7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then random bits; so ids sort by time."""
    moment = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    tail = int.from_bytes(os.urandom(10), "big")
    return str(uuid.UUID(int=(moment & (2**48 - 1)) << 80 | 0x7 << 76 | (tail >> 68 & 0xFFF) << 64 | 0b10 << 62 | tail & (2**62 - 1)))


class Ledger:
    """Read and write the ledger; each call opens and closes the file, so no handle outlives it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of(cls, home: Home) -> Ledger:
        """Return the ledger of a state home, created or checked; raise StateError for a damaged or foreign file."""
        prepare(home.ledger, APPLICATION_ID, VERSION, {"runs": frozenset(Run.model_fields)}, _script())
        return cls(home.ledger)

    def save(self, run: Run, scrub: Scrub) -> Run:
        """Insert or replace a run, stamped with the time of now; return it as stored, every text scrubbed."""
        from .scrubbing import scrubbed

        stored: Run = scrubbed(run.model_copy(update={"updated": _now(), "settings_digest": run.settings.digest()}), scrub)
        row = {key: json.dumps(value) if isinstance(value, dict | list) else value for key, value in stored.model_dump(mode="json").items()}
        with self._open() as database:
            database.table("runs").upsert(row, pk="id")
        return stored

    def get(self, run_id: str) -> Run:
        """Return one run; raise UsageError when there is none of that id."""
        found = self._rows("id = ?", [run_id])
        if not found:
            raise _unknown(run_id)
        return found[0]

    def find(self, text: str) -> Run:
        """Return the run that text means: an id, the beginning or end of one id, or `last`; raise UsageError for none or several."""
        runs = self.runs()
        if text == "last" and runs:
            return runs[0]
        found = [run for run in runs if run.id == text] or [
            run for run in runs if text and (run.id.startswith(text) or run.id.endswith(text))
        ]
        if not found:
            raise _unknown(text)
        if len(found) > 1:
            raise UsageError(f"{text} means {len(found)} runs", ", ".join(run.id for run in found[:4]), "give more of the id")
        return found[0]

    def runs(self) -> tuple[Run, ...]:
        """Return every run, the newest first."""
        return self._rows(None, [])

    def remove(self, run_id: str) -> None:
        """Remove a run's row; do nothing when there is none."""
        with self._open() as database:
            database.table("runs").delete_where("id = ?", [run_id])

    @contextmanager
    def _open(self) -> Iterator[Database]:
        from sqlite_utils import Database

        with guarded(self.path), closing(connect(self.path)) as connection:
            yield Database(connection)

    def _rows(self, where: str | None, values: list[str]) -> tuple[Run, ...]:
        with self._open() as database:
            rows = list(database.table("runs").rows_where(where, values, order_by="created desc, id desc"))
        return tuple(self._read(row) for row in rows)

    def _read(self, row: dict[str, Any]) -> Run:
        values = {key: json.loads(value) if key in _JSON and value else value for key, value in row.items()}
        try:
            return Run.model_validate({key: value for key, value in values.items() if key in Run.model_fields})
        except ValueError as error:
            raise StateError(
                f"{self.path} holds a run that cannot be read", f"id {row.get('id')}", "move the file away, or plan again"
            ) from error


def _script() -> str:
    from sqlite_utils import Database

    columns = {name: int if name in _NUMBERS else str for name in Run.model_fields}
    return Database(memory=True).create_table_sql("runs", columns, pk="id")


def started(run_id: str, source: Source, settings: Settings, given: dict[str, str], graph_version: int, out: str | None) -> Run:
    """Return the row of a run that is about to start."""
    now = _now()
    return Run(
        id=run_id,
        created=now,
        updated=now,
        status="planned",
        source=source,
        given=given,
        out=out,
        settings=settings,
        settings_digest=settings.digest(),
        graph_version=graph_version,
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _unknown(text: str) -> UsageError:
    return UsageError(f"there is no run {text[:80]}", "", "`deploybook runs` lists the runs")


__all__ = ["Ledger", "Run", "Status", "new_run_id", "started"]
