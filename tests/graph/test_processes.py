"""A run outlives its process: paused in one and answered in another, stopped, killed at any moment, locked against a second driver."""

from __future__ import annotations

import json
import random
import signal
import time
from typing import Any

import pytest
from deploybook.checkpoints.home import Home
from deploybook.checkpoints.ledger import Ledger
from deploybook.core.errors import ExitCode
from deploybook.core.sections import sections
from deploybook.graph.listing import runs

IDS = [section.id for section in sections()]


def until(condition: Any, seconds: float = 30) -> None:
    """Wait for a condition of another process."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def test_a_pause_in_one_process_is_answered_in_another(bench: Any) -> None:
    paused = bench.spawn("start").outcome()
    assert (paused["status"], paused["questions"], paused["exit"]) == ("waiting", ["environment", "domain"], ExitCode.WAITING)
    refused = bench.spawn("answer", paused["run"], json.dumps({"environment": "moon"})).outcome()
    assert (refused["status"], refused["exit"]) == ("refused", ExitCode.USAGE)
    done = bench.afresh("answer", paused["run"], json.dumps({"environment": "staging"}))
    assert (done["status"], done["verdict"]) == ("done", "passed")
    assert bench.resume("last").plan.environment == "staging"
    assert bench.doubles.done().count("analyst") == 1


def test_kill_9_at_random_moments_loses_nothing(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight kills over two runs; what was finished stays finished, and the result is that of a run nobody disturbed."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    chance, killed = random.Random(20261125), 0
    undisturbed = bench.spawn("start", "--no-input").outcome()
    for _ in range(2):
        bench.doubles.log.unlink(missing_ok=True)
        bench.doubles.tell(delays={f"plan_{section_id}": round(chance.uniform(0.2, 1.2), 2) for section_id in IDS}, delay=0.1)
        child, before_run = bench.spawn("start", "--no-input"), killed
        for _ in range(4):
            began = len(bench.doubles.done("start"))
            until(lambda before=began, child=child: len(bench.doubles.done("start")) > before or not child.alive())
            time.sleep(chance.uniform(0, 0.4))
            killed += child.alive()
            child.signal(signal.SIGKILL)
            child.wait()
            child = bench.spawn("resume", "last")
        outcome = child.outcome()
        assert (outcome["status"], outcome["verdict"]) == ("done", "passed"), child.said()
        assert outcome["files"] == undisturbed["files"]
        counts = [bench.planned().count(section_id) for section_id in IDS]
        assert min(counts) == 1
        assert sum(counts) - len(IDS) <= killed - before_run, "of each kill at most the one between its end and its commit"
    assert killed >= 6


def test_a_polite_stop_lets_the_step_end_and_can_be_resumed(bench: Any) -> None:
    bench.doubles.tell(delays={"architect": 1.0})
    child = bench.spawn("start", "--no-input")
    until(lambda: "architect" in bench.doubles.done("start"))
    child.signal(signal.SIGTERM)
    outcome = child.outcome()
    assert (outcome["status"], outcome["exit"]) == ("interrupted", ExitCode.INTERRUPTED)
    assert "stopping when the current step ends" in child.said()
    assert bench.doubles.done() == ["analyst", "architect"]
    assert [row.status for row in runs(bench.home)] == ["interrupted"]
    assert bench.resume("last").verdict == "passed"
    assert bench.doubles.done().count("architect") == 1


def test_a_second_signal_stops_at_once(bench: Any) -> None:
    bench.doubles.tell(delays={"architect": 40})
    child = bench.spawn("start", "--no-input")
    until(lambda: "architect" in bench.doubles.done("start"))
    began = time.monotonic()
    child.signal(signal.SIGINT)
    time.sleep(0.3)
    child.signal(signal.SIGINT)
    outcome = child.outcome()
    assert time.monotonic() - began < 10
    assert outcome["status"] == "interrupted"
    bench.doubles.tell()
    assert bench.resume("last").verdict == "passed"


def test_a_run_being_driven_elsewhere_is_refused_with_its_process(bench: Any) -> None:
    bench.doubles.tell(delays={"architect": 20})
    child = bench.spawn("start", "--no-input")
    until(lambda: "architect" in bench.doubles.done("start"))
    refused = bench.spawn("resume", "last").outcome()
    assert (refused["status"], refused["exit"]) == ("refused", ExitCode.TRANSIENT)
    assert f"process {child.pid} " in refused["why"]
    child.signal(signal.SIGKILL)
    child.wait()
    assert Ledger.of(Home(bench.home)).runs()[0].status == "running"
    bench.doubles.tell()
    assert bench.resume("last").verdict == "passed"
