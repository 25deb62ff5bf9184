"""A form asks exactly what is open: choices, patterns and defaults hold, and a refusal names the question, never the value."""

from __future__ import annotations

from typing import Any

import pytest
from deploybook.core.errors import UsageError
from deploybook.core.target import Choice, Question
from deploybook.graph.questions import asked, form, refusal, shown
from pydantic import ValidationError

QUESTIONS = (
    Question(
        id="size",
        text="How large?",
        why="Costs.",
        choices=(Choice(value="s", label="small"), Choice(value="l", label="large")),
        field="hardware",
    ),
    Question(id="own.domain", text="Name?", why="TLS.", pattern="^[a-z.]+$", default="app.example.com", field="domain"),
)


@pytest.mark.parametrize("given", [{"size": "s"}, {"size": "l", "own.domain": "a.b"}])
def test_answers_that_fit_come_back_as_given(given: dict[str, str]) -> None:
    assert form(QUESTIONS).model_validate(given).given() == given


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"size": "xl"},
        {"size": "s", "own.domain": "A!"},
        {"size": "s", "other": "x"},
        {"size": 3},
        {"size": "s", "own.domain": "a" * 3000},
    ],
)
def test_answers_that_do_not_fit_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        form(QUESTIONS).model_validate(given)


def test_the_schema_says_all_that_a_form_needs() -> None:
    schema = form(QUESTIONS).model_json_schema()
    assert schema["required"] == ["size"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["size"]["enum"] == ["s", "l"]
    assert schema["properties"]["size"]["title"] == "How large?"
    assert "- l: large" in schema["properties"]["size"]["description"]
    assert schema["properties"]["own.domain"]["default"] == "app.example.com"


def test_a_null_takes_the_default() -> None:
    assert form(QUESTIONS).model_validate({"size": "s", "own.domain": None}).given() == {"size": "s"}


def test_the_check_refuses_the_answers_as_a_whole() -> None:
    def check(answers: dict[str, str]) -> None:
        if answers["size"] == "l":
            raise UsageError("too large", "for this budget")

    with pytest.raises(ValidationError) as caught:
        form(QUESTIONS, check).model_validate({"size": "l"})
    assert refusal(caught.value, QUESTIONS).what == "not accepted: too large: for this budget"


def test_a_refusal_names_every_question_and_repeats_no_value() -> None:
    with pytest.raises(ValidationError) as caught:
        form(QUESTIONS).model_validate({"size": "hush-1", "own.domain": "HUSH-2", "strange": "hush-3"})
    error = refusal(caught.value, QUESTIONS)
    assert all(name in error.what for name in ("size: ", "own.domain: ", "strange: there is no such open question"))
    assert "hush" not in (error.what + error.why + error.hint).lower()
    assert error.hint == "open questions: own.domain, size"


def test_what_a_paused_run_shows_can_be_read_back() -> None:
    value = shown("run-1", QUESTIONS, form(QUESTIONS))
    assert asked(value) == QUESTIONS
    assert value["run_id"] == "run-1"
    assert value["schema"] == form(QUESTIONS).model_json_schema()
