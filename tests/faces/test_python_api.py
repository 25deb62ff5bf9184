"""Show the Python API: the same runs without a command line."""

from __future__ import annotations

from pathlib import Path

import deploybook
import pytest
from deploybook.core.errors import SourceError, UsageError
from deploybook.core.settings import Settings


def test_a_survey_from_python(example: Path) -> None:
    """Facts come as typed values."""
    survey = deploybook.survey(example)
    assert survey.project == "notes-api"
    assert [s.role for s in survey.backends()]
    with pytest.raises(SourceError):
        deploybook.survey(example / "nowhere")


def test_a_run_from_python(example: Path, tmp_path: Path) -> None:
    """A run waits, is answered, is finished, and its folder can be checked."""
    seen: list[str] = []
    outcome = deploybook.plan(example, out=tmp_path / "plan", on_event=lambda event: seen.append(event.node))
    assert outcome.status == "waiting" and outcome.questions
    with pytest.raises(UsageError):
        deploybook.answer(outcome.run_id, {"environment": "moon"})
    done = deploybook.answer(outcome.run_id, {"environment": "staging"})
    assert done.status == "done" and done.plan is not None and done.plan.environment == "staging"
    assert (tmp_path / "plan" / "PLAN.md").read_bytes() == done.files["PLAN.md"]
    assert deploybook.resume(done.run_id).files == done.files
    assert deploybook.check(tmp_path / "plan").verdict == done.verdict
    assert "analyst" in seen


def test_a_run_that_may_not_ask(example: Path) -> None:
    """With `no_input` a run goes to its end; nothing is written where nothing was asked for."""
    outcome = deploybook.plan(example, settings=Settings(no_input=True), answers={"domain": "api.example.org"})
    assert outcome.status == "done" and outcome.out is None
    assert outcome.plan is not None and outcome.plan.target_details.domain == "api.example.org"


def test_every_public_name_is_documented_and_listed() -> None:
    """`__all__` is the API, and the module's docstring shows each name in use."""
    for name in deploybook.__all__:
        assert getattr(deploybook, name).__doc__
        assert f"deploybook.{name}(" in (deploybook.__doc__ or "")
