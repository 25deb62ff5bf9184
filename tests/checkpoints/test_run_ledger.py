"""The ledger keeps one row per run, newest first, found by any part of its id; it survives many writers and strange files."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import uuid
from pathlib import Path

import pytest
from deploybook.checkpoints.home import Home
from deploybook.checkpoints.ledger import Ledger, Run, new_run_id, started
from deploybook.core.errors import StateError, UsageError
from deploybook.core.settings import Settings
from deploybook.core.source import Source


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path).ready()


def row(run_id: str, **changes: object) -> Run:
    run = started(run_id, Source(location="/srv/shop"), Settings(max_rounds=1), {"environment": "staging"}, 1, None)
    return run.model_copy(update=changes)


def test_run_ids_are_uuids_of_version_7_that_sort_by_time() -> None:
    ids = [new_run_id(1_700_000_000_000 + number) for number in range(100)]
    assert [uuid.UUID(text).version for text in ids] == [7] * 100
    assert {uuid.UUID(text).variant for text in ids} == {uuid.RFC_4122}
    assert ids == sorted(ids)
    assert uuid.UUID(ids[5]).int >> 80 == 1_700_000_000_005
    assert len({new_run_id(1) for _ in range(1000)}) == 1000


def test_a_saved_run_is_read_back_as_it_was(home: Home) -> None:
    ledger = Ledger.of(home)
    saved = ledger.save(row("a-1", status="waiting", questions=("domain",), commit="c" * 40, verdict="passed", exit_code=5), str)
    assert ledger.get("a-1") == saved
    changed = ledger.save(saved.model_copy(update={"status": "done", "questions": ()}), str)
    assert ledger.runs() == (changed,)
    assert changed.settings_digest == Settings(max_rounds=1).digest()
    assert changed.updated >= changed.created


def test_every_text_passes_the_scrub_function(home: Home) -> None:
    ledger = Ledger.of(home)
    ledger.save(row("a-1", source=Source(location="https://u:hush@h/x"), problem="hush"), lambda text: text.replace("hush", "gone"))
    assert "hush" not in str(ledger.runs())
    assert b"hush" not in b"".join(path.read_bytes() for path in home.root.iterdir() if path.is_file())


def test_runs_are_found_by_id_beginning_end_and_last(home: Home) -> None:
    ledger = Ledger.of(home)
    for number, run_id in enumerate(("aa-11", "aa-22", "bb-22")):
        ledger.save(row(run_id, created=f"2026-01-0{number + 1}T00:00:00+00:00"), str)
    assert [run.id for run in ledger.runs()] == ["bb-22", "aa-22", "aa-11"]
    assert [ledger.find(text).id for text in ("aa-11", "bb", "11", "last")] == ["aa-11", "bb-22", "aa-11", "bb-22"]
    with pytest.raises(UsageError, match="means 2 runs"):
        ledger.find("22")
    for nothing in ("cc", ""):
        with pytest.raises(UsageError, match="there is no run"):
            ledger.find(nothing)


def test_an_empty_ledger_has_no_last_run(home: Home) -> None:
    with pytest.raises(UsageError, match="there is no run last"):
        Ledger.of(home).find("last")


def test_a_removed_run_is_gone(home: Home) -> None:
    ledger = Ledger.of(home)
    ledger.remove("a-1")
    ledger.save(row("a-1"), str)
    ledger.remove("a-1")
    assert ledger.runs() == ()


def test_a_row_of_another_shape_is_a_typed_error(home: Home) -> None:
    ledger = Ledger.of(home)
    ledger.save(row("a-1"), str)
    with sqlite3.connect(home.ledger) as database:
        database.execute("UPDATE runs SET status = 'dancing'")
    with pytest.raises(StateError, match="cannot be read"):
        ledger.runs()


def test_a_table_that_lost_a_column_is_refused(home: Home) -> None:
    Ledger.of(home).save(row("a-1"), str)
    with sqlite3.connect(home.ledger) as database:
        database.execute("ALTER TABLE runs DROP COLUMN settings")
    with pytest.raises(StateError, match="not made by deploybook"):
        Ledger.of(home)


def test_many_processes_write_the_same_ledger(home: Home) -> None:
    Ledger.of(home)
    program = (
        "import sys, pathlib\n"
        "from deploybook.checkpoints.home import Home\n"
        "from deploybook.checkpoints.ledger import Ledger, new_run_id, started\n"
        "from deploybook.core.settings import Settings; from deploybook.core.source import Source\n"
        "ledger = Ledger.of(Home(pathlib.Path(sys.argv[1])))\n"
        "for _ in range(20): ledger.save(started(new_run_id(), Source(location='/x'), Settings(), {}, 1, None), str)"
    )
    children = [subprocess.Popen([sys.executable, "-c", program, str(home.root)]) for _ in range(3)]
    assert [child.wait() for child in children] == [0, 0, 0]
    assert len(Ledger.of(home).runs()) == 60


def test_many_threads_create_the_same_ledger(tmp_path: Path) -> None:
    """SQLite refuses at once, without waiting, a journal mode that two set at the same time."""
    for number in range(10):
        home, barrier = Home(tmp_path / str(number)).ready(), threading.Barrier(4)

        def begin(home: Home = home, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            Ledger.of(home).save(row(new_run_id()), str)

        threads = [threading.Thread(target=begin) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(Ledger.of(home).runs()) == 4
