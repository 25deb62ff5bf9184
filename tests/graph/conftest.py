"""Give each test a small run of its own: a repository folder, a state home and a crew of doubles."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

SUPPORT = Path(__file__).parents[1] / "support"
sys.path.insert(0, str(SUPPORT))

from crew_doubles import Doubles  # noqa: E402  # found on the path of the line above
from deploybook.core.events import Event  # noqa: E402
from deploybook.core.settings import Settings  # noqa: E402
from deploybook.core.source import Source  # noqa: E402
from deploybook.graph import run  # noqa: E402
from deploybook.graph.outcome import Outcome, Request  # noqa: E402


class Child:
    """Be a process that drives a run, forked off a server that has done its imports."""

    def __init__(self, pid: int, out: Path, err: Path) -> None:
        self.pid, self._out, self._err = pid, out, err

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def alive(self) -> bool:
        return _alive(self.pid)

    def wait(self, seconds: float = 60) -> str:
        """Wait for its end and return what it said to stdout."""
        end = time.monotonic() + seconds
        while _alive(self.pid):
            assert time.monotonic() < end, f"still running; it said: {self.said()}"
            time.sleep(0.005)
        return self._out.read_text("utf-8")

    def outcome(self) -> dict[str, Any]:
        """Wait for its end and return the outcome."""
        out = self.wait()
        assert out, self.said()
        return dict(json.loads(out))

    def said(self) -> str:
        return self._err.read_text("utf-8")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="session")
def nursery() -> Iterator[subprocess.Popen[str]]:
    """Start the process that forks drivers."""
    command = [sys.executable, str(SUPPORT / "drive_run.py"), "serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        yield server
        server.stdin.close()


@dataclass
class Bench:
    """Hold one test's folder and drive runs in it, in this process or another."""

    folder: Path
    doubles: Doubles
    nursery: Callable[[], subprocess.Popen[str]]
    events: list[Event] = field(default_factory=list)
    children: int = 0

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def repo(self) -> Path:
        return self.folder / "repo"

    @property
    def options(self) -> dict[str, Any]:
        return {"home": self.home, "crew": self.doubles, "on_event": self.events.append}

    def request(self, **changes: Any) -> Request:
        given: dict[str, Any] = {"source": Source(location=str(self.repo)), "settings": Settings(no_input=True)} | changes
        return Request(**given)

    def start(self, **changes: Any) -> Outcome:
        return run.start(self.request(**changes), **self.options)

    def ask(self, **changes: Any) -> Outcome:
        """Start a run that may ask."""
        return self.start(settings=Settings(), **changes)

    def answer(self, run_id: str, **answers: str) -> Outcome:
        return run.answer(run_id, answers, **self.options)

    def resume(self, run_id: str, **changes: Any) -> Outcome:
        return run.resume(run_id, **(self.options | changes))

    def spawn(self, *words: str) -> Child:
        """Drive a run in a process of its own and go on."""
        server = self.nursery()
        assert server.stdin is not None
        assert server.stdout is not None
        self.children += 1
        out, err = self.folder / f"out-{self.children}", self.folder / f"err-{self.children}"
        given = {"folder": str(self.folder), "words": words, "out": str(out), "err": str(err), "env": dict(os.environ)}
        server.stdin.write(json.dumps(given) + "\n")
        server.stdin.flush()
        return Child(int(server.stdout.readline()), out, err)

    def afresh(self, *words: str) -> dict[str, Any]:
        """Drive a run in a new interpreter and return its outcome."""
        command = [sys.executable, str(SUPPORT / "drive_run.py"), str(self.folder), *words]
        made = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert made.returncode == 0, made.stderr
        return dict(json.loads(made.stdout))

    def planned(self, word: str = "end") -> list[str]:
        """Return the planners that were run, in order."""
        return [name.removeprefix("plan_") for name in self.doubles.done(word) if name.startswith("plan_")]


@pytest.fixture
def bench(tmp_path: Path, request: pytest.FixtureRequest) -> Bench:
    (tmp_path / "repo").mkdir()
    return Bench(tmp_path, Doubles(tmp_path / "script.json", tmp_path / "log"), lambda: request.getfixturevalue("nursery"))
