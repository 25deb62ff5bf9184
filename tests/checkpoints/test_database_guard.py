"""A database is used only when it is ours and sound; every refusal is typed and leaves the file as it was."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
from pathlib import Path

import pytest
from deploybook.checkpoints import database, ledger, saver
from deploybook.checkpoints.home import Home
from deploybook.core.errors import StateError, Transient

TABLES = {"runs": frozenset({"id", "status"})}


def prepare(path: Path, application_id: int = 7, version: int = 1) -> None:
    database.prepare(path, application_id, version, TABLES)


def test_a_new_database_is_private_and_stamped(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    prepare(path)
    prepare(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with sqlite3.connect(path) as made:
        assert [made.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version", "journal_mode")] == [
            7,
            1,
            "wal",
        ]


def test_an_empty_file_left_by_a_killed_process_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    prepare(path)
    path.unlink()
    sqlite3.connect(path).executescript("PRAGMA journal_mode=WAL; PRAGMA user_version=1;").connection.close()  # stamped half
    prepare(path)
    with sqlite3.connect(path) as made:
        assert made.execute("PRAGMA application_id").fetchone()[0] == 7


def test_a_text_file_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("shopping list, much longer than a header\n")
    with pytest.raises(StateError, match="is damaged"):
        prepare(path)
    assert path.read_text().startswith("shopping")


def test_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    with sqlite3.connect(path) as theirs:
        theirs.execute("CREATE TABLE songs (title TEXT)")
    before = path.read_bytes()
    with pytest.raises(StateError, match="not made by deploybook") as caught:
        prepare(path)
    assert "DEPLOYBOOK_HOME" in caught.value.hint
    assert path.read_bytes() == before


def test_a_table_with_other_columns_is_foreign(tmp_path: Path) -> None:
    path = tmp_path / "odd.db"
    prepare(path)
    with sqlite3.connect(path) as odd:
        odd.execute("CREATE TABLE runs (id TEXT)")
    with pytest.raises(StateError, match="not made by deploybook") as caught:
        prepare(path)
    assert "lacks status" in caught.value.why


def test_a_newer_layout_asks_for_an_upgrade(tmp_path: Path) -> None:
    path = tmp_path / "newer.db"
    prepare(path, version=3)
    with pytest.raises(StateError, match="newer deploybook") as caught:
        prepare(path, version=2)
    assert caught.value.hint == "upgrade deploybook"


def test_overwritten_pages_are_found(tmp_path: Path) -> None:
    path = tmp_path / "torn.db"
    prepare(path)
    with sqlite3.connect(path) as torn:
        torn.execute("CREATE TABLE runs (id TEXT, status TEXT)")
        torn.executemany("INSERT INTO runs VALUES (?, ?)", [(str(number), "x" * 200) for number in range(500)])
    torn.close()
    content = bytearray(path.read_bytes())
    middle = random.Random(1)
    content[4096 * 3 : 4096 * 6] = middle.randbytes(4096 * 3)
    path.write_bytes(content)
    with pytest.raises(StateError, match="is damaged") as caught:
        prepare(path)
    assert "move the file away" in caught.value.hint


def test_a_truncated_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "short.db"
    prepare(path)
    with sqlite3.connect(path) as short:
        short.execute("CREATE TABLE runs (id TEXT, status TEXT)")
        short.executemany("INSERT INTO runs VALUES (?, ?)", [(str(number), "x" * 200) for number in range(500)])
    short.close()
    os.truncate(path, 4096 * 2)
    with pytest.raises(StateError, match="is damaged"):
        prepare(path)


def test_a_database_that_stays_locked_is_a_transient_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
    path = tmp_path / "busy.db"
    prepare(path)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(Transient, match="is busy"), database.guarded(path):
            database.connect(path).execute("CREATE TABLE runs (id TEXT)")
    finally:
        holder.close()


def test_a_full_database_is_a_state_error(tmp_path: Path) -> None:
    path = tmp_path / "full.db"
    prepare(path)
    with pytest.raises(StateError, match="no space left"), database.guarded(path):
        opened = database.connect(path)
        opened.execute("CREATE TABLE runs (id TEXT, status TEXT)")
        opened.execute("PRAGMA max_page_count=4")
        opened.execute("INSERT INTO runs VALUES ('1', ?)", ("x" * 100_000,))


def test_a_read_only_database_is_a_state_error(tmp_path: Path) -> None:
    path = tmp_path / "frozen.db"
    prepare(path)
    with pytest.raises(StateError, match="cannot be written"), database.guarded(path):
        sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute("CREATE TABLE runs (id TEXT)")


def test_the_two_databases_are_never_taken_for_one_another(tmp_path: Path) -> None:
    home = Home(tmp_path).ready()
    ledger.Ledger.of(home)
    home.ledger.rename(home.checkpoints)
    with pytest.raises(StateError, match="not made by deploybook"):
        database.prepare(home.checkpoints, saver.APPLICATION_ID, saver.VERSION, {})
