"""The editor: order of steps, gaps that say so, inputs with their users, risks of the survey, first page, marks of acceptance."""

from __future__ import annotations

import random

import pytest
from deploybook.agents.editor import assemble, finish
from deploybook.agents.editor.assemble import ordered, tool_version
from deploybook.agents.editor.closing import BOXES, checklist, survey_risks, timeline
from deploybook.agents.editor.overview import diagram, first_page, summary
from deploybook.agents.planners import Revision, planners
from deploybook.core.facts import Conflict, ConflictValue, Evidence, Fact, OutOfScope, SecretPlace
from deploybook.core.findings import Checked, Finding, Review, Vote
from deploybook.core.plan import PlannerFailure, SectionDraft, Step
from deploybook.core.sections import topics_of
from made_plans import CASES, made, planned, variant


def _step(step_id: str, section: int, phase: str, **fields: object) -> Step:
    return Step.model_validate(
        {"id": step_id, "section": section, "phase": phase, "kind": "read", "title": step_id, "run": "true"} | fields
    )


def _drafts(case: str) -> dict[str, SectionDraft]:
    found = made(case)
    return {section: module.plan(found.survey, found.blueprint, Revision()) for section, module in planners().items()}


def test_the_way_goes_by_sections_and_the_rest_by_phases() -> None:
    steps = [
        _step("tear", 10, "teardown"),
        _step("smoke", 8, "smoke"),
        _step("roll", 8, "rollback"),
        _step("build", 3, "build"),
        _step("late", 8, "release"),
        _step("dump", 8, "backup"),
        _step("check", 1, "preflight"),
        _step("put-back", 8, "restore"),
        _step("copy", 10, "backup"),
    ]
    assert [s.id for s in ordered(steps)] == ["check", "build", "smoke", "late", "dump", "copy", "put-back", "roll", "tear"]


def test_the_order_of_the_drafts_does_not_change_the_plan() -> None:
    found, drafts = made("board-django"), _drafts("board-django")
    names = list(drafts)
    random.Random(3).shuffle(names)
    made_of = [
        assemble(found.survey, found.blueprint, {n: drafts[n] for n in order}, (), run_id="r", generated_at="t")
        for order in (names, list(drafts))
    ]
    assert [s.id for s in made_of[0].sections] == [s.id for s in made_of[1].sections]
    assert {s.id for s in made_of[0].steps} == {s.id for s in made_of[1].steps}


def test_a_section_without_a_draft_is_a_gap_that_says_so() -> None:
    found, drafts = made("notes-fastapi"), _drafts("notes-fastapi")
    del drafts["observability"]
    failure = PlannerFailure(section="observability", error="ValueError", message="the template is wrong")
    plan = assemble(found.survey, found.blueprint, drafts, (failure,), run_id="r", generated_at="t")
    gap = plan.sections[8]
    assert gap.number == 9 and "This section is missing" in gap.intro and "ValueError: the template is wrong" in gap.intro
    assert [t.topic for t in gap.topics] == [t.id for t in topics_of(9)] and not any(t.text for t in gap.topics)
    assert plan.failures == (failure,) and not any(s.section == 9 for s in plan.steps)
    silent = assemble(found.survey, found.blueprint, drafts, (), run_id="r", generated_at="t")
    assert "no draft arrived" in silent.sections[8].intro


def test_inputs_name_the_components_and_steps_that_use_them() -> None:
    plan = made("notes-fastapi").plan
    domain = next(i for i in plan.inputs if i.name == "DOMAIN")
    assert domain.used_by[0] == "proxy" and "step dns" in domain.used_by and len(set(domain.used_by)) == len(domain.used_by)


def test_finishing_marks_each_file_with_what_accepted_it() -> None:
    plan = made("notes-fastapi").plan.model_copy(update={"verdict": None, "findings": ()})
    finding = Finding(code="X", rule="x", severity="warning", message="m")
    vote = Vote(reviewer="rules:X", verdict="approve")
    path = plan.artifacts[0].path
    checked = (
        Checked(subject=path, by="zeta", result="passed"),
        Checked(subject=path, by="alpha", result="syntax-only"),
        Checked(subject=path, by="beta", result="failed"),
        Checked(subject=path, by="gamma", result="absent"),
    )
    done = finish(plan, Review(findings=(finding,), votes=(vote,), checked=checked, verdict="needs-revision"))
    assert done.artifacts[0].checked_by == ("alpha (syntax)", "zeta") and done.artifacts[1].checked_by == ()
    assert (done.findings, done.votes, done.verdict) == ((finding,), (vote,), "needs-revision")


def test_what_the_survey_shows_becomes_a_risk() -> None:
    at = Evidence(path="app/x.py", line=3, quote="q")
    found = made("notes-fastapi")
    survey = variant(
        found.survey,
        traps=(Fact(kind="trap", subject="app", key="alert-storm", value="It storms", source="app/x.py", evidence=(at,)),),
        secrets_found=tuple(SecretPlace(path=f"f{n}", line=1, kind="password") for n in range(7)),
        conflicts=(Conflict(subject="port:.", values=(ConflictValue(value="80", evidence=(at,)), ConflictValue(value="81"))),),
    )
    ended = found.blueprint.components[0].image.model_copy(update={"eol": "2020-01-01"})
    first = found.blueprint.components[0].model_copy(update={"image": ended})
    risks = {
        r.id: r for r in survey_risks(survey, found.blueprint.model_copy(update={"components": (first, *found.blueprint.components[1:])}))
    }
    assert risks["trap-alert-storm-app"].title == "It storms" and "`app/x.py:3`" in risks["trap-alert-storm-app"].mitigation
    assert risks["committed-secrets"].title.startswith("7 credential") and risks["committed-secrets"].mitigation.endswith("…)")
    assert "`80` and `81`" in risks["conflict-port-root"].title
    assert f"ended-{first.name}" in risks and "2020-01-01" in risks[f"ended-{first.name}"].title


def test_a_trap_that_the_plan_answers_names_the_step_that_does() -> None:
    at = Evidence(path="app/x.py", line=3, quote="q")
    found = made("notes-fastapi")
    secret = next(e.name for e in found.blueprint.env if e.source == "secret")
    keys = (f"default-secret:{secret}", "default-secret:NOBODY_SETS_IT", "migrations-not-applied")
    traps = tuple(Fact(kind="trap", subject=".", key=key, value=key, source="app/x.py", evidence=(at,)) for key in keys)
    said = {r.title: r.mitigation for r in survey_risks(variant(found.survey, traps=traps), found.blueprint)}
    assert found.blueprint.migration is not None
    assert "`write-configuration`" in said[keys[0]] and f"`{secret}`" in said[keys[0]]
    assert "read `app/x.py:3`" in said[keys[1]]
    assert "`migrate`" in said[keys[2]]


@pytest.mark.parametrize("case", CASES)
def test_the_checklist_has_the_boxes_of_the_request(case: str) -> None:
    items = checklist(made(case).plan.steps)
    assert len(items) >= 6 and {i.text for i in items} <= {b[0] for b in BOXES}
    words = " ".join(i.text for i in items).lower()
    for word in ("prerequisite", "infrastructure", "image", "configuration", "smoke", "monitoring", "rollback"):
        assert word in words
    assert all(i.steps for i in items)


@pytest.mark.parametrize("case", CASES)
def test_the_timeline_counts_every_minute_once(case: str) -> None:
    plan = made(case).plan
    entries = timeline(plan.steps)
    counted = [i for e in entries for i in e.steps]
    assert len(counted) == len(set(counted)) and {s.id for s in plan.steps if s.phase != "teardown"} == set(counted)
    assert sum(e.minutes for e in entries) == pytest.approx(sum(s.minutes for s in plan.steps if s.phase != "teardown"))
    people = {s.id for s in plan.steps if s.human and s.phase not in ("backup", "restore", "rollback", "teardown")}
    assert all(("a person is needed" in e.note) == bool(people & set(e.steps)) for e in entries)


@pytest.mark.parametrize("case", CASES)
def test_the_first_page_names_only_what_the_plan_has(case: str) -> None:
    found = made(case)
    page = first_page(found.blueprint, found.plan.steps)
    assert ("stop proxy" in page) == (found.blueprint.main_web is not None)
    assert ("restore-live" in page) == any(s.id == "restore-live" for s in found.plan.steps)
    for name in ("smoke.sh", "rollback.sh"):
        assert f"deploy/scripts/{name}" in page and f"artifacts/scripts/{name}" in found.files


def test_the_summary_fits_what_is_deployed() -> None:
    texts = {case: summary(made(case).survey, made(case).blueprint) for case in CASES}
    assert "nginx" in texts["notes-fastapi"] and "nginx" not in texts["mailer-worker"]
    assert "migrated by alembic" in texts["notes-fastapi"] and "migrated" not in texts["echo-pair"]
    assert all(2 <= text.count(". ") + 1 <= 4 for text in texts.values())
    assert "backed up nightly" in texts["notes-fastapi"] and "backed up" not in texts["echo-pair"]


def test_the_picture_escapes_reserved_words() -> None:
    survey = made("echo-pair").survey
    services = tuple(s.model_copy(update={"name": "end"}) if s.name == "teller" else s for s in survey.services)
    assert "  end_[" in diagram(planned(variant(survey, services=services)).blueprint)


def test_what_is_left_out_is_listed() -> None:
    survey = variant(made("echo-pair").survey, out_of_scope=(OutOfScope(name="web", path="web", why="a front end"),))
    plan = planned(survey).plan
    assert plan.out_of_scope == ("web (`web`): a front end",)


@pytest.mark.parametrize(("case", "name"), [("notes-fastapi", "db"), ("mailer-worker", "redis"), ("echo-pair", None)])
def test_one_dependency_can_be_broken_and_mended(case: str, name: str | None) -> None:
    found = made(case)
    broken = found.plan.break_with
    wanted = name or found.blueprint.main_web
    assert broken is not None and broken.run.endswith(f"stop {wanted}") and broken.mend.endswith(f"--wait {wanted}")


def test_the_version_is_that_of_the_package() -> None:
    assert tool_version() and made("echo-pair").plan.tool_version == tool_version()
