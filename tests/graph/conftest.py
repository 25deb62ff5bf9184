"""Give each test a small run of its own: a repository folder, a state home and a crew of doubles."""

from __future__ import annotations

import json
import os
import subprocess
import sys
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


@dataclass
class Bench:
    """Hold one test's folder and drive runs in it, in this process or another."""

    folder: Path
    doubles: Doubles
    events: list[Event] = field(default_factory=list)

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

    def spawn(self, *words: str) -> subprocess.Popen[str]:
        """Start `drive_run.py` with these words in a process of its own."""
        command = [sys.executable, str(SUPPORT / "drive_run.py"), str(self.folder), *words]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ.copy())

    def elsewhere(self, *words: str) -> dict[str, Any]:
        """Drive a run in another process and return its outcome."""
        child = self.spawn(*words)
        out, err = child.communicate(timeout=60)
        assert child.returncode == 0, err
        return dict(json.loads(out))

    def planned(self, word: str = "end") -> list[str]:
        """Return the planners that were run, in order."""
        return [name.removeprefix("plan_") for name in self.doubles.done(word) if name.startswith("plan_")]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    (tmp_path / "repo").mkdir()
    return Bench(tmp_path, Doubles(tmp_path / "script.json", tmp_path / "log"))
