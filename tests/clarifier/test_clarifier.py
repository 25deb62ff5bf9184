"""The clarifier: each question, each wrong answer refused by name, defaults that become assumptions, what the repository answers."""

from __future__ import annotations

import pytest
import re2
from deploybook.agents.clarifier import QUESTIONS, invalid, questions, settle
from deploybook.core.errors import UsageError
from deploybook.core.facts import Survey
from deploybook.core.target import Target
from deploybook.tools.targets import platforms

SURVEY = Survey(project="shop")
BY_ID = {q.id: q for q in QUESTIONS}
OPEN = [q.id for q in QUESTIONS if q.id != "strategy"]
"""Asked of everyone while one platform is installed: the choice of platform is then no question."""

GOOD: dict[str, list[str]] = {
    "environment": ["production", "staging"],
    "infrastructure": ["custom", "cloud", "hybrid"],
    "provider": ["none", "aws", "gcp", "azure"],
    "region": ["eu-central-1", "Frankfurt (DC 3)", "not stated"],
    "hardware": ["size it", "4/8/80", "128/1024/100000"],
    "existing": ["nothing", "a Postgres at db.internal, and Traefik"],
    "compliance": ["none", "gdpr", "hipaa,soc2", "pci-dss,gdpr,iso27001"],
    "budget": ["one host", "50 EUR a month"],
    "team": ["new", "used", "expert"],
    "strategy": ["compose"],
    "domain": ["decide later", "api.example.com", "x.y", "a-b.c-d.example.org"],
}
BAD: dict[str, list[str]] = {
    "environment": ["prod", "Production", "dev"],
    "infrastructure": ["own", "on-prem"],
    "provider": ["AWS", "hetzner"],
    "region": ["eu;rm -rf", "x" * 81, "<script>"],
    "hardware": ["4", "4/8", "4/8/80/1", "a/b/c", "-1/2/3", "4 / 8 / 80"],
    "existing": ["x" * 301],
    "compliance": ["GDPR", "gdpr, hipaa", "none,gdpr", "gdpr,", "fedramp"],
    "budget": ["x" * 121],
    "team": ["senior"],
    "strategy": ["swarm", "k8s"],
    "domain": [
        "example",
        "https://api.example.com",
        "API.example.com",
        "api.example.com/",
        "-a.example.com",
        "a..b",
        "api example.com",
        "api.example.com:443",
    ],
}


def test_the_questions_are_those_of_the_request_and_well_formed() -> None:
    assert list(BY_ID) == list(GOOD) == list(BAD) and len(QUESTIONS) == len(BY_ID)
    for question in QUESTIONS:
        assert question.text.endswith("?") and question.why and question.sections and question.default is not None
        assert set(question.sections) <= set(range(1, 12)) and (question.choices or question.pattern or question.field == "platform")
        if question.choices:
            assert question.default in {c.value for c in question.choices}
        if question.pattern:
            assert re2.fullmatch(question.pattern, question.default)
        assert question.field in Target.model_fields or question.field == "hardware"


@pytest.mark.parametrize(("key", "value"), [(k, v) for k, values in GOOD.items() for v in values])
def test_a_good_answer_is_taken(key: str, value: str) -> None:
    target, answers, assumptions = settle(SURVEY, (), {key: f" {value} "})
    given = next(a for a in answers if a.question == key)
    assert (given.value, given.source) == (value, "person") and f"question-{key}" not in {a.id for a in assumptions}
    assert isinstance(target, Target)


@pytest.mark.parametrize(("key", "value"), [(k, v) for k, values in BAD.items() for v in [*values, "", "   "]])
def test_a_wrong_answer_is_refused_by_name(key: str, value: str) -> None:
    with pytest.raises(UsageError) as caught:
        settle(SURVEY, (), {key: value})
    assert f"{key}: " in caught.value.why and key in caught.value.hint
    if value.strip() and len(value) < 60:
        assert repr(value.strip()) in caught.value.why


def test_every_wrong_answer_is_named_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        settle(SURVEY, (), {"team": "senior", "nonsense": "x", "hardware": "lots", "budget": "10 EUR"})
    assert [part.partition(":")[0] for part in caught.value.why.split("; ")] == ["hardware", "nonsense", "team"]


def test_what_nobody_answers_becomes_an_assumption() -> None:
    target, answers, assumptions = settle(SURVEY, (), {})
    assert {a.question: a.value for a in answers} == {q.id: q.default for q in QUESTIONS}
    assert sorted(a.id for a in assumptions) == sorted(f"question-{key}" for key in OPEN)
    for assumption in assumptions:
        question = BY_ID[assumption.id.removeprefix("question-")]
        assert str(question.default) in assumption.text and question.id in assumption.confirm and assumption.basis
    assert target == Target(budget="one host", team="used", strategy="compose")


def test_answers_become_the_target() -> None:
    answers = {
        "environment": "staging",
        "infrastructure": "cloud",
        "provider": "aws",
        "region": "eu-central-1",
        "hardware": "4/8/80",
        "existing": "a registry",
        "compliance": "gdpr,soc2",
        "budget": "100 EUR",
        "team": "new",
        "domain": "api.shop.org",
    }
    target, settled, assumptions = settle(SURVEY, (), answers)
    assert assumptions == () and {a.source for a in settled} == {"person", "repository"}
    assert target == Target(
        environment="staging",
        infrastructure_type="cloud",
        provider="aws",
        region="eu-central-1",
        hardware_cpus=4,
        hardware_memory_mb=8192,
        hardware_disk_gb=80,
        existing_infrastructure="a registry",
        compliance=("gdpr", "soc2"),
        budget="100 EUR",
        team="new",
        strategy="compose",
        domain="api.shop.org",
    )


def test_only_open_questions_are_asked() -> None:
    assert [q.id for q in questions(SURVEY, {})] == OPEN
    assert [q.id for q in questions(SURVEY, {"domain": "api.shop.org", "team": "new"})] == [k for k in OPEN if k not in ("domain", "team")]
    assert questions(SURVEY, dict.fromkeys(OPEN, "x")) == ()


def test_the_platforms_that_are_installed_are_the_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    from deploybook.agents import clarifier

    two = {**platforms(), "zeppelin": platforms()["compose"]}
    monkeypatch.setattr(clarifier, "platforms", lambda: two)
    asked = next(q for q in questions(SURVEY, {}) if q.id == "strategy")
    assert [c.value for c in asked.choices] == ["compose", "zeppelin"] and asked.choices[0].label == platforms()["compose"].TITLE
    assert invalid(asked, "compose") is None and "none of compose, zeppelin" in str(invalid(asked, "swarm"))
    _, answers, assumptions = settle(SURVEY, (), {})
    assert next(a.source for a in answers if a.question == "strategy") == "default" and "question-strategy" in {a.id for a in assumptions}


def test_the_single_platform_is_the_repositorys_answer_not_an_assumption() -> None:
    _, answers, assumptions = settle(SURVEY, (), {})
    assert next((a.value, a.source) for a in answers if a.question == "strategy") == ("compose", "repository")
    assert "question-strategy" not in {a.id for a in assumptions}


def test_a_question_without_a_default_stops_a_run_that_has_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    from deploybook.agents import clarifier

    bare = tuple(q.model_copy(update={"default": None}) if q.id == "budget" else q for q in QUESTIONS)
    monkeypatch.setattr(clarifier, "QUESTIONS", bare)
    with pytest.raises(UsageError) as caught:
        settle(SURVEY, (), {})
    assert "'budget'" in caught.value.what and "limit on cost" in caught.value.hint


def test_patterns_bear_hostile_answers() -> None:
    for key, question in BY_ID.items():
        if question.pattern:
            assert invalid(question, "a" * 100_000 + "!") is not None, key
