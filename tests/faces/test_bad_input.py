"""Show each bad input to the command line: every one gets what, why, hint and its exit code, none gets a traceback."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Calls = Callable[..., Any]


def empty(folder: Path) -> None:
    folder.mkdir()


def front_end(folder: Path) -> None:
    folder.mkdir()
    (folder / "package.json").write_text(
        '{"name": "shop", "scripts": {"dev": "vite", "build": "vite build"}, "dependencies": {"react": "^19.0.0", "react-dom": "^19.0.0"}, '
        '"devDependencies": {"vite": "^7.0.0"}}'
    )
    (folder / "index.html").write_text('<div id="root"></div><script type="module" src="/src/main.jsx"></script>\n')
    (folder / "src").mkdir()
    (folder / "src" / "main.jsx").write_text('import { createRoot } from "react-dom/client";\ncreateRoot(document.body).render("hi");\n')


def binary_manifest(folder: Path) -> None:
    folder.mkdir()
    (folder / "package.json").write_bytes(bytes(range(256)) * 40)


def prose_only(folder: Path) -> None:
    folder.mkdir()
    (folder / "README.md").write_text("# Notes\n\nNothing runs here.\n")


@pytest.mark.parametrize(
    ("build", "code", "phrases"),
    [
        pytest.param(lambda folder: None, 2, ("no such path",), id="no such path"),
        pytest.param(empty, 2, ("is empty",), id="an empty folder"),
        pytest.param(front_end, 3, ("front end", "front-end deployment tool"), id="a front end"),
        pytest.param(binary_manifest, 3, ("declares a service",), id="binary junk named package.json"),
        pytest.param(prose_only, 3, ("declares a service",), id="a repository of prose"),
        pytest.param(lambda folder: folder.write_text("x"), 2, (), id="a file instead of a folder"),
        pytest.param(lambda folder: os.mkfifo(folder), 2, (), id="a FIFO instead of a folder"),
    ],
)
def test_a_source_that_cannot_be_planned(
    call: Calls, tmp_path: Path, build: Callable[[Path], Any], code: int, phrases: tuple[str, ...]
) -> None:
    """`plan` refuses what holds no back end, and says what would fit."""
    build(tmp_path / "repo")
    call("plan", tmp_path / "repo", "--out", tmp_path / "out").failed(code, *phrases)
    assert not (tmp_path / "out").exists()


def test_an_unreachable_url(call: Calls, tmp_path: Path) -> None:
    """A server that does not answer is told as such, without its credentials, and nothing waits for a prompt."""
    password = "hunter" + str(os.getpid())
    done = call("plan", f"https://someone:{password}@127.0.0.1:9/team/api.git", "--out", tmp_path / "out")
    done.failed(done.code)
    assert done.code in (2, 75)
    assert password not in done.err


def test_a_url_without_git(spawn: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cloning needs the program git; a folder does not."""
    monkeypatch.setenv("PATH", str(tmp_path))
    done = spawn("survey", "https://example.org/team/api.git")
    done.failed(2, "git is not installed")
    assert done.out == ""


def _hostile(example: Path) -> None:
    """Put everything that a survey must survive beside a real back end."""
    with (example / "dump.sql").open("wb") as huge:
        huge.truncate(2 * 2**30)
    (example / "loop").symlink_to(example)
    (example / "a").symlink_to("b")
    (example / "b").symlink_to("a")
    (example / "outside").symlink_to("/etc/passwd")
    os.mkfifo(example / "config.yaml")
    (example / "notes" / "package.json").write_bytes(os.urandom(4096))
    (example / "tsconfig.json").mkdir()
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    for name, before in zip("bcdefghij", "abcdefghi", strict=True):
        bomb += f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    (example / "docker-compose.override.yml").write_text(bomb + "services: *j\n")
    (example / "deep.json").write_text("[" * 100_000 + "]" * 100_000)
    secret = example / "settings.ini"
    secret.write_text("[a]\n")
    secret.chmod(0)


def test_hostile_files_beside_a_real_back_end(call: Calls, example: Path) -> None:
    """A 2 GB file, cyclic links, a FIFO, junk, a YAML bomb and an unreadable file change nothing: the back end is still found."""
    before = call("survey", example, "--format", "json")
    _hostile(example)
    after = call("survey", example, "--format", "json")
    assert (before.code, after.code) == (0, 0), after.err
    import json

    clean, hostile = json.loads(before.out), json.loads(after.out)
    assert hostile["services"] == clean["services"] != []
    assert hostile["env_vars"] == clean["env_vars"] != []
    assert "root:" not in after.out


WRONG_CALLS = [
    (("frobnicate",), ("No such command",)),
    (("plan", "--frobnicate"), ("No such option",)),
    (("plan", ".", "--profile", "strict"), ("--profile", "draft, review, release")),
    (("plan", ".", "--max-rounds", "many"), ("--max-rounds", "whole number")),
    (("plan", ".", "--max-rounds", "-1"), ("--max-rounds",)),
    (("plan", ".", "--today", "2026-13-01"), ("--today", "YYYY-MM-DD")),
    (("plan", ".", "--set", "environment"), ("id=value",)),
    (("plan", ".", "--set", "environment=staging", "--set", "environment=production"), ("answered twice",)),
    (("plan", ".", "--answers", "absent.yaml"), ("no such answers file",)),
    (("plan", ".", "--answers", "."), ("no such answers file",)),
    (("survey", ".", "--format", "xml"), ("table, json, md",)),
    (("survey", ".", "--color", "sometimes"), ("--color", "auto, always, never")),
    (("check", "absent"), ("there is no plan",)),
    (("explain", "PIN999"), ("there is no rule",)),
    (("schema", "blueprint"), ("findings, plan, survey",)),
    (("show", "0000"), ("there is no run",)),
    (("resume", "0000"), ("there is no run",)),
    (("answer", "last", "domain=api.example.org"), ("there is no run",)),
    (("--config", "absent.toml", "runs"), ("no such configuration file",)),
]


@pytest.mark.parametrize(("arguments", "phrases"), WRONG_CALLS, ids=[" ".join(a) for a, _ in WRONG_CALLS])
def test_a_wrong_call(call: Calls, arguments: tuple[str, ...], phrases: tuple[str, ...]) -> None:
    """Each wrong word is named with what would be right; the exit code is 2."""
    done = call(*arguments)
    done.failed(2, *phrases)
    assert done.out == ""


def test_answers_to_nothing_asked(call: Calls, example: Path, tmp_path: Path) -> None:
    """An answer to no question and an answer of the wrong form are both named, and nothing is written."""
    done = call("plan", example, "--out", tmp_path / "out", "--set", "colour=red", "--set", "environment=moon")
    done.failed(2, "colour", "environment")
    assert not (tmp_path / "out").exists()


def test_a_folder_of_somebody_else_is_not_overwritten(call: Calls, example: Path, tmp_path: Path) -> None:
    """A folder that holds no plan is refused before any work is done, and stays as it is."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("three years of work")
    call("plan", example, "--out", tmp_path / "out").failed(2, "holds files that are no plan", "--force")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("out", ["/proc/self/plan", "/dev/null", "/dev/null/plan"])
def test_a_place_that_takes_no_folder(call: Calls, example: Path, out: str) -> None:
    """The kernel's own files are no place for a plan, whoever asks."""
    done = call("plan", example, "--out", out)
    done.failed(2)
    assert done.out == "" and not Path(out).is_dir()


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mount small file systems; only root may, and not everywhere."""
    place = tmp_path / "mounted"
    place.mkdir()

    def make(options: str) -> Path:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", place], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        return place

    yield make
    subprocess.run(["umount", "--lazy", place], capture_output=True, check=False)


def test_a_read_only_folder(call: Calls, example: Path, mount: Callable[[str], Path]) -> None:
    """A read-only place is refused at once."""
    place = mount("ro,size=64k")
    done = call("plan", example, "--out", place / "plan")
    done.failed(2, "cannot write the plan")
    assert done.out == "" and list(place.iterdir()) == []


def test_a_full_disk_under_the_plan(call: Calls, example: Path, mount: Callable[[str], Path]) -> None:
    """The plan is kept in the state home, nothing half-written stays, and the error names the command that writes it elsewhere."""
    place = mount("size=32k")
    done = call("plan", example, "--out", place / "plan")
    assert done.code == 2, done
    assert "cannot write the plan" in done.err and "No space left" in done.err and "deploybook resume" in done.err
    assert "next: read" not in done.err and "not written" in call("runs").out
    assert "Traceback" not in done.err
    assert list(place.iterdir()) == []


def test_a_full_disk_under_the_state(example: Path, tmp_path: Path, mount: Callable[[str], Path], spawn: Calls) -> None:
    """State that cannot be kept stops the run with the reason and the variable that moves it."""
    place = mount("size=16k")
    environment = {**os.environ, "DEPLOYBOOK_HOME": str(place / "state")}
    command = [sys.executable, "-m", "deploybook", "plan", str(example), "--out", str(tmp_path / "out")]
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2, done
    assert "error: " in done.stderr and "DEPLOYBOOK_HOME" in done.stderr and "Traceback" not in done.stderr


def test_a_limit_on_file_sizes(example: Path, tmp_path: Path) -> None:
    """Where no file may grow, as under a quota, the failure is told like a full disk."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    command = [sys.executable, "-m", "deploybook", "plan", str(example), "--out", str(tmp_path / "out")]
    done = subprocess.run(command, preexec_fn=limit, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2, done
    assert "error: " in done.stderr and "Traceback" not in done.stderr


def _junk(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + os.urandom(8192))


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE customers (name TEXT)")
        database.execute("INSERT INTO customers VALUES ('somebody')")
    database.close()


def _text(path: Path) -> None:
    path.write_text("these are not the bytes you are looking for\n" * 40)


@pytest.mark.parametrize("spoil", [_junk, _foreign, _text])
@pytest.mark.parametrize("name", ["ledger.db", "checkpoints.db"])
def test_a_database_that_is_damaged_or_not_ours(
    call: Calls, example: Path, tmp_path: Path, name: str, spoil: Callable[[Path], None]
) -> None:
    """A foreign or corrupted database is refused and left byte for byte as it was."""
    home = Path(os.environ["DEPLOYBOOK_HOME"])
    home.mkdir(exist_ok=True)
    spoil(home / name)
    before = (home / name).read_bytes()
    call("plan", example, "--out", tmp_path / "out").failed(2, name)
    assert (home / name).read_bytes() == before


def test_a_run_that_another_process_holds(call: Calls, spawn: Calls, example: Path) -> None:
    """The second driver of a run is refused with the first one's process id, and may try again later."""
    from deploybook.checkpoints import locks
    from deploybook.checkpoints.home import locate
    from deploybook.checkpoints.ledger import Ledger

    assert call("plan", example, "--pause").code == 5
    home = locate()
    run = Ledger.of(home).runs()[0]
    with locks.hold(home, run.id):
        spawn("resume", run.id).failed(75, run.id, str(os.getpid()))
