"""The backup script of each store, run for real: PostgreSQL's programs are stubs, Redis is the real one where it is installed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from deploybook.core.facts import EnvVar
from made_plans import Made, made, planned, surveyed, variant
from stubs import Bench

SETTINGS = {"BACKUP_KEEP_DAYS": "14", "BACKUP_HOUR_UTC": "2", "BACKUP_MAX_AGE_HOURS": "26"}
PG_DUMP = r"""
[ "${DUMP_RC-0}" = 0 ] || { echo "connection refused" >&2; exit "$DUMP_RC"; }
for a in "$@"; do case $a in --file=*) printf 'PGDMP %s\n' "${*: -1}" >"${a#--file=}" ;; esac; done
"""
PG_RESTORE = r"""
echo "pg_restore $*" >>"$HOME/calls"
case "$*" in *--list*) grep -q '^PGDMP' "${*: -1}" ;; *) grep -q '^PGDMP' "${*: -1}" && touch "$HOME/loaded" ;; esac
"""
PSQL = r"""
[ -e "$HOME/loaded" ] && [ -n "${ROWS_AFTER-}" ] && { printf '%b' "$ROWS_AFTER"; exit 0; }
printf 'public.notes 3\npublic.people 2\npublic.drafts 0\n'
"""


@pytest.fixture
def store(tmp_path: Path) -> Bench:
    """Give a container's file system in which the notes' database is backed up."""
    bench = Bench(tmp_path / "c", made("notes-fastapi").files)
    script = bench.deploy / "backup" / "db.sh"
    script.write_text(script.read_text().replace("/tmp/", f"{bench.place}/").replace("/backups", f"{bench.place}/backups"))
    for name, body in (("pg_dump", PG_DUMP), ("pg_restore", PG_RESTORE), ("psql", PSQL)):
        bench.stub(name, body)
    for name in ("createdb", "dropdb"):
        bench.stub(name, f'echo "{name} $*" >>"$HOME/calls"')
    return bench


def _run(bench: Bench, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return bench.run("backup/db.sh", *arguments, **SETTINGS, APP_DB_NAME="notes_fastapi", APP_DB_USER="app", **env)


def _kept(bench: Bench) -> list[str]:
    return sorted(p.name for p in (bench.place / "backups" / "db").iterdir())


def test_a_backup_is_read_back_counted_summed_and_told_to_the_metrics(store: Bench) -> None:
    done = _run(store, "now")
    assert done.returncode == 0, done.stderr
    (dump,) = [n for n in _kept(store) if n.endswith(".dump")]
    assert _kept(store) == [dump, f"{dump}.counts", f"{dump}.sha256"] and f"backup {dump} " in done.stdout
    folder = store.place / "backups" / "db"
    assert (folder / f"{dump}.counts").read_text() == "public.notes 3\npublic.people 2\npublic.drafts 0\n"
    assert (folder / dump).stat().st_mode & 0o077 == 0, "a dump is its owner's business"
    metrics = store.place / "backups" / "metrics" / "db.prom"
    assert metrics.stat().st_mode & 0o777 == 0o644 and 'backup_last_success_timestamp_seconds{store="db"} ' in metrics.read_text()
    assert _run(store, "list").stdout.split() == [dump, str((folder / dump).stat().st_size)]


def test_a_dump_that_fails_leaves_no_backup_and_no_success(store: Bench) -> None:
    assert _run(store, "now", DUMP_RC="1").returncode != 0
    assert _kept(store) == [] and not (store.place / "backups" / "metrics" / "db.prom").exists()


def test_a_dump_that_cannot_be_read_back_is_no_backup(store: Bench) -> None:
    store.stub("pg_dump", 'for a in "$@"; do case $a in --file=*) echo rubbish >"${a#--file=}" ;; esac; done')
    assert _run(store, "now").returncode != 0
    assert [n for n in _kept(store) if not n.endswith(".partial")] == []


def test_a_night_that_fails_says_so_and_claims_nothing(store: Bench) -> None:
    """The loop goes on after a failure, and the failed run must stop at its first failing command."""
    store.stub("sleep", '[ ! -e "$HOME/slept" ] || exec /bin/sleep 30; touch "$HOME/slept"')
    env = store.environment(**SETTINGS, APP_DB_NAME="notes_fastapi", APP_DB_USER="app", DUMP_RC="1")
    loop = subprocess.Popen(
        ["bash", str(store.deploy / "backup" / "db.sh"), "loop"], env=env, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert loop.stdout is not None
        lines = [loop.stdout.readline() for _ in range(3)]
        assert "next backup in" in lines[0] and "backup FAILED" in lines[1] and "next backup in" in lines[2]
        loop.send_signal(signal.SIGTERM)
        assert loop.wait(timeout=10) == 0, "a stop is no failure"
    finally:
        os.killpg(loop.pid, signal.SIGKILL) if loop.poll() is None else None
    assert not (store.place / "backups" / "metrics" / "db.prom").exists()


def test_old_backups_go_and_young_ones_stay(store: Bench) -> None:
    folder = store.place / "backups" / "db"
    folder.mkdir(parents=True)
    for name, days in (("20250101T020000Z.dump", 20), ("20250110T020000Z.dump", 3)):
        for suffix in ("", ".sha256", ".counts"):
            path = folder / f"{name}{suffix}"
            path.write_text("x")
            os.utime(path, (time.time() - days * 86400,) * 2)
    assert _run(store, "now").returncode == 0
    assert not [n for n in _kept(store) if n.startswith("20250101")] and [n for n in _kept(store) if n.startswith("20250110")]


def test_health_follows_the_age_of_the_newest_dump(store: Bench) -> None:
    _run(store, "now")
    assert _run(store, "check").returncode == 0
    (dump,) = (store.place / "backups" / "db").glob("*.dump")
    os.utime(dump, (time.time() - 27 * 3600,) * 2)
    assert _run(store, "check").returncode != 0


def test_the_drill_restores_into_a_scratch_database_and_drops_it(store: Bench) -> None:
    _run(store, "now")
    done = _run(store, "drill")
    assert done.returncode == 0 and "drill restored" in done.stdout and "3 tables, 5 rows" in done.stdout, done.stderr
    calls = [line for line in (store.place / "calls").read_text().splitlines() if "restore_drill" in line]
    assert [c.split()[0] for c in calls] == ["dropdb", "createdb", "pg_restore", "dropdb"]
    assert "notes_fastapi" not in "".join(calls), "the live database is not touched"


@pytest.mark.parametrize("rows", [r"public.notes 3\n", r"public.notes 0\npublic.people 2\npublic.drafts 0\n"])
def test_the_drill_fails_when_a_table_is_missing_or_empty(store: Bench, rows: str) -> None:
    _run(store, "now")
    done = _run(store, "drill", ROWS_AFTER=rows)
    assert done.returncode != 0 and "missing or empty after restore: public." in done.stdout


def test_a_dump_that_was_changed_is_not_restored(store: Bench) -> None:
    _run(store, "now")
    (dump,) = (store.place / "backups" / "db").glob("*.dump")
    dump.write_text("PGDMP changed\n")
    done = _run(store, "restore", "newest")
    assert done.returncode != 0 and "checksum" in done.stdout
    assert "dropdb --no-password --if-exists --force notes_fastapi" not in (store.place / "calls").read_text()


def test_a_restore_replaces_the_live_database_by_the_dump_asked_for(store: Bench) -> None:
    _run(store, "now")
    (dump,) = (store.place / "backups" / "db").glob("*.dump")
    for asked in ("newest", dump.name):
        (store.place / "calls").write_text("")
        done = _run(store, "restore", asked)
        assert done.returncode == 0 and f"restored {dump.name} into notes_fastapi" in done.stdout
        calls = [line.split()[0] for line in (store.place / "calls").read_text().splitlines() if "--list" not in line]
        assert calls == ["dropdb", "createdb", "pg_restore"]
    assert _run(store, "restore", "../../etc/passwd").returncode != 0, "a name never leaves the folder"


def test_nothing_is_restored_where_there_is_no_backup(store: Bench) -> None:
    for command in ("drill", "restore"):
        done = _run(store, command)
        assert done.returncode != 0 and "no such backup" in done.stderr
    assert not (store.place / "calls").exists()


def test_an_unknown_word_is_refused(store: Bench) -> None:
    done = _run(store, "purge")
    assert done.returncode == 2 and "usage" in done.stderr


# Redis, for real


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _open() -> Made:
    """Plan the mailer with a code that reads an address of Redis and no password."""
    return planned(variant(surveyed("mailer-worker"), env_vars=(EnvVar(name="REDIS_ADDRESS", default="localhost:6379"),)))


@pytest.fixture(params=["password", "open"])
def queue(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Bench, list[str]]]:
    """Give a Redis with an append-only file, with a password and without, and the script that backs it up."""
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed")
    live, copy, word = _free(), _free(), "p" * 24
    guarded = request.param == "password"
    bench = Bench(tmp_path / "c", (made("mailer-worker") if guarded else _open()).files)
    script = bench.deploy / "backup" / "redis.sh"
    text = script.read_text().replace("/tmp/", f"{bench.place}/").replace("/backups", f"{bench.place}/backups").replace("6380", str(copy))
    script.write_text(text.replace('-h "$DB_HOST"', f'-h "$DB_HOST" -p {live}'))
    (bench.place / "live").mkdir()
    config = bench.place / "live.conf"
    login = f"requirepass {word}" if guarded else "protected-mode no"
    config.write_text(f"port {live}\ndir {bench.place}/live\n{login}\nappendonly yes\nbind 127.0.0.1\n")
    server = subprocess.Popen(["redis-server", str(config)], stdout=subprocess.DEVNULL, cwd=bench.place)
    asked = ["redis-cli", "-p", str(live), *(["--no-auth-warning", "-a", word] if guarded else [])]
    for _ in range(100):
        if subprocess.run([*asked, "ping"], capture_output=True, text=True, check=False).stdout.strip() == "PONG":
            break
        time.sleep(0.05)
    yield bench, asked
    server.kill()  # "shutdown" waits for replicas that lag, up to ten seconds
    server.wait()


@pytest.mark.loopback
def test_redis_is_dumped_drilled_and_put_back(queue: tuple[Bench, list[str]]) -> None:
    bench, asked = queue
    given = {"REDIS_PASSWORD": asked[-1]} if "-a" in asked else {}

    def ask(*words: str) -> str:
        return subprocess.run([*asked, *words], capture_output=True, text=True, check=True).stdout.strip()

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return bench.run("backup/redis.sh", *words, **SETTINGS, DB_HOST="127.0.0.1", HOSTNAME="127.0.0.1", **given)

    ask("rpush", "bull:mail:wait", "one", "two")
    made_now = run("now")
    assert made_now.returncode == 0 and ".rdb " in made_now.stdout, made_now.stderr
    drilled = run("drill")
    assert drilled.returncode == 0 and "drill restored" in drilled.stdout, drilled.stderr + drilled.stdout
    ask("del", "bull:mail:wait")
    ask("set", "written", "since")
    back = run("restore", "newest")
    assert back.returncode == 0 and "restored" in back.stdout, back.stderr + back.stdout
    assert ask("lrange", "bull:mail:wait", "0", "-1").split() == ["one", "two"] and ask("exists", "written") == "0"
    assert "role:master" in ask("info", "replication"), "the live server stands alone again"
    assert ask("set", "later", "1") == "OK"
    assert not (bench.place / "restore").exists(), "the second server is gone"
