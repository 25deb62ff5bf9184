"""With the real crew, offline: the bundled example goes from folder to playbook, pauses and resumes, and says the same twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from deploybook.core.plan import Plan
from deploybook.core.sections import sections
from deploybook.core.settings import Settings
from deploybook.core.source import Source
from deploybook.graph import run
from deploybook.graph.outcome import Outcome, Request

EXAMPLE = Path(__file__).parents[2] / "examples" / "notes-api"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Outcome, Path]:
    """Plan the example twice: at one go, and with a pause that is answered with the defaults."""
    patch, folder = pytest.MonkeyPatch(), tmp_path_factory.mktemp("whole")
    patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    try:
        place = Source(location=str(EXAMPLE))
        straight = run.start(Request(source=place, settings=Settings(no_input=True), out=folder / "plan"), home=folder / "home")
        paused = run.start(Request(source=place, settings=Settings()), home=folder / "home")
        answered = run.answer(paused.run_id, {}, home=folder / "home")
        return straight, answered, folder
    finally:
        patch.undo()


def test_every_planner_delivers(made: Any) -> None:
    outcome = made[0]
    assert outcome.status == "done", outcome.error
    assert outcome.plan.failures == ()
    assert [section.id for section in outcome.plan.sections] == [section.id for section in sections()]
    assert outcome.plan.steps


def test_what_is_written_is_what_came_out(made: Any) -> None:
    outcome, _, folder = made
    out = folder / "plan"
    assert {name: (out / name).read_bytes() for name in outcome.files} == dict(outcome.files)
    assert {"PLAN.md", "plan.json", "survey.json", "findings.json"} <= set(outcome.files)
    assert json.loads(outcome.files["plan.json"])["run_id"] == outcome.run_id
    assert outcome.plan.verdict == outcome.verdict


def test_a_run_that_paused_says_the_same_as_one_that_did_not(made: Any) -> None:
    straight, answered, _ = made
    mine = {name: content.replace(straight.run_id.encode(), b"RUN") for name, content in straight.files.items()}
    theirs = {name: content.replace(answered.run_id.encode(), b"RUN") for name, content in answered.files.items()}
    assert sorted(mine) == sorted(theirs)
    assert [name for name in mine if mine[name] != theirs[name]] == []


def test_the_plan_is_stored_as_it_was_made(made: Any) -> None:
    outcome = made[0]
    stored = Plan.from_json(outcome.plan.to_json())
    assert stored == outcome.plan
