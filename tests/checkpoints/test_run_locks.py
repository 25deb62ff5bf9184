"""One process at a time works on a run; the others are told who does; a killed holder holds nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from deploybook.checkpoints import locks
from deploybook.checkpoints.home import Home
from deploybook.core.errors import ExitCode, RunLocked

HOLDER = (
    "import sys, pathlib, time; from deploybook.checkpoints import locks; from deploybook.checkpoints.home import Home\n"
    "with locks.hold(Home(pathlib.Path(sys.argv[1])), 'run-1'): print('held', flush=True); time.sleep(60)"
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path).ready()


def test_a_second_holder_is_told_the_first_ones_process_and_host(home: Home) -> None:
    with locks.hold(home, "run-1"):
        assert locks.held(home, "run-1")
        with pytest.raises(RunLocked) as caught, locks.hold(home, "run-1"):
            pass
        with locks.hold(home, "run-2"):
            assert locks.held(home, "run-2")
    assert f"process {os.getpid()} on {socket.gethostname()}" in caught.value.why
    assert caught.value.exit_code == ExitCode.TRANSIENT
    assert not locks.held(home, "run-1")


def test_a_lock_is_released_when_its_block_fails(home: Home) -> None:
    with pytest.raises(ValueError, match="no"), locks.hold(home, "run-1"):
        raise ValueError("no")
    with locks.hold(home, "run-1"):
        pass


def test_a_killed_holder_holds_nothing(home: Home) -> None:
    child = subprocess.Popen([sys.executable, "-c", HOLDER, str(home.root)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    with pytest.raises(RunLocked, match="run-1") as caught, locks.hold(home, "run-1"):
        pass
    assert f"process {child.pid} " in caught.value.why
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert not locks.held(home, "run-1")
    with locks.hold(home, "run-1"):
        pass


def test_a_note_that_cannot_be_read_does_not_hide_the_lock(home: Home) -> None:
    with locks.hold(home, "run-1"):
        (home.locks / "run-1.json").write_text("{", "utf-8")
        with pytest.raises(RunLocked, match="already being worked on"), locks.hold(home, "run-1"):
            pass


def test_forgetting_a_lock_leaves_no_file(home: Home) -> None:
    with locks.hold(home, "run-1"):
        pass
    locks.forget(home, "run-1")
    assert list(home.locks.iterdir()) == []
