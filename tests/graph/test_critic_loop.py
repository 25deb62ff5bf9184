"""The critic sends back only what it objects to, at most so often, and not again when nothing moves."""

from __future__ import annotations

from typing import Any

import pytest
from deploybook.core.findings import Finding, Location, Review
from deploybook.core.plan import PlannerFailure
from deploybook.core.sections import sections
from deploybook.core.settings import Settings
from deploybook.graph import routes

IDS = [section.id for section in sections()]


def objection(number: int | None, text: str = "m", ignored: str | None = None) -> Finding:
    return Finding(code="LNK001", rule="r", severity="error", message=text, location=Location(section=number), ignored=ignored)


def test_only_the_sections_with_blocking_findings_go_back(bench: Any) -> None:
    bench.doubles.tell(blocking={"images": 1, "services": 1})
    outcome = bench.start()
    assert outcome.verdict == "passed"
    assert {section_id: bench.planned().count(section_id) for section_id in IDS} == {
        section_id: 2 if section_id in ("images", "services") else 1 for section_id in IDS
    }
    assert bench.doubles.done().count("critic") == 2


def test_a_planner_is_told_the_round_and_the_findings_that_sent_it_back(bench: Any) -> None:
    bench.doubles.tell(blocking={"images": 1})
    text = bench.start().files["PLAN.md"].decode()
    assert text.count("mended 1") == 1
    assert "Container Image Pipeline for Shop. mended 1" in text


@pytest.mark.parametrize("most", [0, 1, 12])
def test_rounds_are_bounded_by_the_settings(bench: Any, most: int) -> None:
    bench.doubles.tell(blocking={"images": 99})
    outcome = bench.start(settings=Settings(no_input=True, max_rounds=most))
    assert bench.planned().count("images") == 1 + most
    assert (outcome.verdict, outcome.review.round) == ("needs-revision", most)
    assert len(outcome.review.blocking()) == 1, "what stays unmended is shown"


def test_a_round_that_moves_nothing_is_the_last(bench: Any) -> None:
    """Offline planners are deterministic: asked the same again, they answer the same."""
    bench.doubles.tell(blocking={"images": 99}, same=True)
    bench.start(settings=Settings(no_input=True, max_rounds=9))
    assert bench.planned().count("images") == 2
    assert any("changed no finding" in event.detail for event in bench.events)


def test_sections_sent_back_in_turn_are_all_counted(bench: Any) -> None:
    bench.doubles.tell(blocking={"images": 1, "services": 2})
    assert bench.start().verdict == "passed"
    assert [bench.planned().count(section_id) for section_id in ("images", "services", "rollout")] == [2, 3, 1]


def test_a_planner_that_fails_in_a_revision_leaves_the_draft_it_had(bench: Any) -> None:
    bench.doubles.tell(blocking={"images": 1}, faults={"plan_images": {"error": "ValueError", "from": 2}})
    outcome = bench.start()
    assert "Container Image Pipeline for Shop." in outcome.files["PLAN.md"].decode()
    assert [(failure.section, failure.attempt) for failure in outcome.plan.failures] == [("images", 2)]


def test_a_section_that_is_mended_after_a_failure_is_no_failure_any_more(bench: Any) -> None:
    bench.doubles.tell(blocking={"images": 2}, faults={"plan_images": {"error": "ValueError", "from": 2, "times": 2}})
    assert bench.start().plan.failures == ()


def test_findings_without_a_section_or_ignored_with_a_reason_send_nothing_back() -> None:
    assert routes.again(Review(findings=(objection(None),)), [], 0, 2) == routes.Decision((), "nothing to mend by a planner")
    assert routes.again(Review(findings=(objection(3, ignored="known"),)), [], 0, 2) == routes.Decision((), "no blocking finding")


def test_the_same_findings_stop_the_loop_only_after_a_round() -> None:
    review = Review(findings=(objection(3),))
    before = routes.fingerprints(review)
    assert routes.again(review, before, 0, 2).again == ("images",)
    assert routes.again(review, before, 1, 2).again == ()
    assert routes.again(Review(findings=(objection(3, "other"),)), before, 1, 2).again == ("images",)
    assert routes.again(review, [], 2, 2).why == "all 2 rounds are used"


def test_absent_sections_are_those_without_draft_and_without_a_failure_of_their_own() -> None:
    drafts = dict.fromkeys(IDS[2:], "0" * 64)
    mine = PlannerFailure(section=IDS[0], error="ValueError", message="m")
    machine = PlannerFailure(section=IDS[1], error="StateError", message="m")
    assert routes.absent(drafts, {IDS[0]: mine, IDS[1]: machine}) == (IDS[1],)
    assert routes.absent(drafts, {IDS[0]: None}) == tuple(IDS[:2])
    assert routes.absent(dict.fromkeys(IDS, ""), {}) == ()


def test_findings_are_handed_to_their_own_section_only() -> None:
    review = Review(findings=(objection(3, "a"), objection(4, "b"), objection(None, "c")))
    assert [finding.message for finding in routes.findings_of("images", review)] == ["a"]
    assert routes.findings_of("images", None) == ()
