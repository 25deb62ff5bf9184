"""The backup of files that an application keeps itself, run for real: a database in use, plain files, owners."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from made_plans import made
from stubs import Bench

SETTINGS = {"BACKUP_KEEP_DAYS": "14", "BACKUP_HOUR_UTC": "2", "BACKUP_MAX_AGE_HOURS": "26"}
CASE = "guests-sqlite"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[tuple[Bench, Path, sqlite3.Connection]]:
    """Give the container's file system, the volume's folder, and a connection that the application holds open in WAL mode."""
    bench = Bench(tmp_path / "c", made(CASE).files)
    script = bench.deploy / "backup" / "files.sh"
    text = script.read_text().replace("/tmp/", f"{bench.place}/").replace("/backups", f"{bench.place}/backups")
    script.write_text(text.replace("/state", f"{bench.place}/state"))
    volume = bench.place / "state" / "data-files"
    (volume / "uploads").mkdir(parents=True)
    (volume / "uploads" / "a picture.txt").write_text("hello")
    with closing(sqlite3.connect(volume / "guests.db")) as base:
        base.execute("pragma journal_mode=wal")
        base.execute("create table guests (id integer primary key, name text)")
        base.execute("insert into guests (name) values ('ada'), ('grace')")
        base.commit()
        yield bench, volume, base


def run(bench: Bench, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return bench.run("backup/files.sh", *words, **SETTINGS, **env)


def test_files_are_saved_while_in_use_drilled_and_put_back(book: tuple[Bench, Path, sqlite3.Connection]) -> None:
    bench, volume, base = book
    made_now = run(bench, "now")
    assert made_now.returncode == 0 and ".tar.gz " in made_now.stdout, made_now.stderr
    (counts,) = (bench.place / "backups" / "files").glob("*.counts")
    assert counts.read_text().split() == ["guests.db:guests", "2", "files", counts.read_text().split()[-1]]
    drilled = run(bench, "drill")
    assert drilled.returncode == 0 and "drill restored" in drilled.stdout, drilled.stderr
    assert not (bench.place / "backups" / "files" / "restore_drill").exists()
    base.execute("insert into guests (name) values ('written since')")
    base.commit()
    base.close()
    (volume / "uploads" / "a picture.txt").unlink()
    (volume / "left over").write_text("since")
    back = run(bench, "restore", "newest")
    assert back.returncode == 0 and "restored" in back.stdout, back.stderr
    assert (volume / "uploads" / "a picture.txt").read_text() == "hello" and not (volume / "left over").exists()
    with closing(sqlite3.connect(volume / "guests.db")) as again:
        assert [n for (n,) in again.execute("select name from guests order by id")] == ["ada", "grace"]


def test_a_damaged_database_is_no_backup(book: tuple[Bench, Path, sqlite3.Connection]) -> None:
    bench, volume, base = book
    base.executemany("insert into guests (name) values (?)", [("x" * 900,) for _ in range(400)])
    base.commit()
    base.execute("pragma wal_checkpoint(truncate)")
    base.close()
    raw = bytearray((volume / "guests.db").read_bytes())
    raw[8192:40960] = b"\xff" * (40960 - 8192)
    (volume / "guests.db").write_bytes(bytes(raw))
    done = run(bench, "now")
    assert done.returncode != 0 and not list((bench.place / "backups" / "files").glob("*.tar.gz"))


def test_a_new_volume_is_handed_to_the_user_that_writes(book: tuple[Bench, Path, sqlite3.Connection]) -> None:
    bench, _, _ = book
    bench.stub("chown", 'echo "$@" >"$HOME/handed"')
    bench.stub("stat", 'case "$*" in *%u*) echo "${OWNER}" ;; *) exec /usr/bin/stat "$@" ;; esac')
    assert run(bench, "list", STATE_OWNERS="data-files=10001:10001", OWNER="0").returncode == 0
    assert (bench.place / "handed").read_text().split() == ["10001:10001", f"{bench.place}/state/data-files"]
    (bench.place / "handed").unlink()
    assert run(bench, "list", STATE_OWNERS="data-files=10001:10001", OWNER="10001").returncode == 0
    assert not (bench.place / "handed").exists()
