"""Recorded talks with a model replay without a socket; a prompt or schema that changed no longer matches, and must be recorded anew."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from deploybook.agents.model.failing import WORDS
from deploybook.tools.redaction import scan
from model_cases import draft
from model_scenes import CASSETTES, HOST, SCENES, helper, tape
from vcr.errors import CannotOverwriteExistingCassetteException


def replayed(name: str) -> Any:
    """Play a scene from its cassette, each recorded answer once."""
    with tape("none").use_cassette(name) as cassette:
        outcome = SCENES[name][1](helper(HOST))
        assert cassette.all_played
    return outcome


@pytest.fixture(autouse=True)
def _key(key: str) -> None:
    """Every scene has a key that opens nothing."""


def test_edits() -> None:
    made = replayed("edits")
    assert made.steps[0].why == "Before users come back. It must fail while `api` is down."
    assert made.risks[-1].evidence[0].at() == "migrations/0002.py:12"
    (note,) = made.notes
    assert note == (
        "model openai:stub: section 8: 2 of 3 edits taken (set-why:smoke, add-risk:rollout); dropped: 1 that names no such target "
        "(1 call, 3120 tokens in (8 cached), 410 out (5 reasoning))"
    )


def test_a_repair() -> None:
    made = replayed("repair")
    assert "2 of 3 edits taken" in made.notes[0] and "(2 calls, 200 tokens in (16 cached), 40 out (10 reasoning))" in made.notes[0]


def test_remarks() -> None:
    opinion = replayed("remarks")
    assert (opinion.vote.verdict, opinion.vote.reason, opinion.vote.findings) == (
        "revise",
        "The previous release may not run on the new schema.",
        1,
    )
    (finding,) = opinion.findings
    assert (finding.code, finding.location.step, finding.location.section, finding.confidence) == ("MOD001", "rollback-release", 8, "low")
    assert finding.hint == "Drop the column one release later."
    assert "1 of 2 remarks kept; dropped: 1 that points at nothing in the plan" in opinion.notes[0]


def test_questions_side_by_side_do_not_swap_their_answers() -> None:
    """Both are on one cassette, and only the body tells them apart."""
    made, opinion = replayed("side-by-side")
    assert "2 of 3 edits taken" in made.notes[0] and opinion.vote.verdict == "revise"


@pytest.mark.parametrize("name", ["refusal", "cut-short"])
def test_a_failure_keeps_the_draft(name: Any) -> None:
    made = replayed(name)
    assert made.model_copy(update={"notes": ()}) == draft() and WORDS[name] in made.notes[0]


def test_a_rate_limit_leaves_an_abstention() -> None:
    assert replayed("rate-limited").vote.verdict == "abstain"


def test_another_question_is_not_answered_from_a_cassette(monkeypatch: pytest.MonkeyPatch) -> None:
    """The match is on the body: with one word more nothing matches, and no socket is opened to make up for it."""
    from deploybook import prompts

    real = prompts.render
    monkeypatch.setattr(prompts, "render", lambda name, **values: real(name, **values) + "\nmore\n")
    with pytest.raises((AssertionError, CannotOverwriteExistingCassetteException)):
        replayed("edits")


@pytest.mark.parametrize("name", sorted(SCENES))
def test_a_cassette_holds_no_key_no_host_and_no_machine(name: str) -> None:
    text = (CASSETTES / f"{name}.yaml").read_text("utf-8")
    assert "authorization" not in text.lower() and "127.0.0.1" not in text and "x-stainless" not in text.lower() and "stub-key" not in text
    assert scan("cassette.md", "\n".join(t["request"]["body"] for t in yaml.safe_load(text)["interactions"])) == ()
    assert {t["request"]["uri"] for t in yaml.safe_load(text)["interactions"]} == {f"{HOST}/chat/completions"}
