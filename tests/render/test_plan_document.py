"""PLAN.md and its forms: nothing that a fact holds can break a table, a fence or a heading; what is missing is said."""

from __future__ import annotations

import json

import pytest
from deploybook.core.findings import Checked, Finding, Review
from deploybook.core.plan import Artifact, Expect, FailureMode, Plan, PlannerFailure, Section, Step, TopicAnswer
from deploybook.core.sections import headings
from deploybook.tools.markdown import bullets, cell, code, table
from deploybook.tools.render.files import files
from deploybook.tools.render.markdown import plan_markdown
from deploybook.tools.render.step import expected, fence, step_text
from made_plans import made
from markdown_it import MarkdownIt


def _step(**fields: object) -> Step:
    return Step.model_validate({"id": "s", "section": 6, "phase": "release", "kind": "read", "title": "Look", "run": "true", **fields})


def _plan(**fields: object) -> Plan:
    known = {
        "app": "shop",
        "title": "Shop",
        "generated_at": "2026-11-25T08:00:00Z",
        "run_id": "r",
        "tool_version": "1",
        "catalogue_as_of": "2026-11-23",
    }
    return Plan.model_validate(known | {"target": "compose", "environment": "production", "infrastructure_type": "custom"} | fields)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("a|b", "a\\|b"), ("a\nb", "a b"), ("  a   b ", "a b"), (None, "-"), ("", "-"), (0, "0"), (False, "False")],
)
def test_a_cell_is_one_line_with_its_bars_escaped(value: object, shown: str) -> None:
    assert cell(value) == shown


@pytest.mark.parametrize(("value", "shown"), [("x", "`x`"), ("a`b", "`` a`b ``"), ("", "-"), (None, "-"), ("a\n b", "`a b`"), (0, "`0`")])
def test_code_survives_ticks_and_lines(value: object, shown: str) -> None:
    assert code(value) == shown


def test_a_table_keeps_its_shape_whatever_it_holds() -> None:
    text = table(("A", "B"), [("x | y", "```"), (None, "line\nbreak"), ("`a|b`", "<b>")])
    tokens = MarkdownIt().enable("table").parse(text)
    assert [t.type for t in tokens].count("tr_open") == 4 and [t.type for t in tokens].count("td_open") == 6
    assert bullets(["a", "b"]) == "- a\n- b" and bullets([]) == ""


@pytest.mark.parametrize("text", ["echo", "a\n```\nb", "````\n", "x\n\n"])
def test_a_fence_cannot_be_closed_from_within(text: str) -> None:
    tokens = [t for t in MarkdownIt().parse(fence(text, "sh", "deploy/x.sh")) if t.type == "fence"]
    assert len(tokens) == 1 and tokens[0].content.rstrip("\n") == text.rstrip("\n")
    assert tokens[0].info == 'bash title="deploy/x.sh"'


@pytest.mark.parametrize(
    ("expect", "shown"),
    [
        (Expect(), "exit status 0"),
        (Expect(rc=3), "exit status 3"),
        (Expect(stdout_contains="ok"), "exit status 0, output contains `ok`"),
        (Expect(stdout_matches="a|b"), "exit status 0, output matches `a|b`"),
    ],
)
def test_what_a_reader_must_see_is_one_phrase(expect: Expect, shown: str) -> None:
    assert expected(expect) == shown


def test_a_step_shows_everything_that_it_holds() -> None:
    step = _step(
        why="Because.",
        run="do it\n",
        verify="check it",
        rollback="undo it",
        human="only you know",
        permissions=("docker", "root"),
        destructive=True,
        blast_radius="data",
        impact="it | hurts",
        priority="optional",
        cwd="{plan}",
        failure_modes=(FailureMode(symptom="a|b", diagnose="look | more", fix="mend"),),
    )
    text = step_text(step, 2, 9)
    for part in (
        "Step 2 of 9: Look",
        "```bash\ndo it\n```",
        "```bash\ncheck it\n```",
        "```bash\nundo it\n```",
        "**For a person:** only you know.",
        "Because.",
    ):
        assert part in text
    assert (
        "in `$PLAN`" in text
        and "optional, nice to have" in text
        and "Needs rights: `docker`, `root`." in text
        and "**Destructive.**" in text
    )
    assert "Blast radius: **data** (it \\| hurts)" in text and "| a\\|b | `look \\| more` | mend |" in text
    assert "none is owed, because it changes nothing" in step_text(_step(rollback_none="it changes nothing"), 1, 1)


def test_an_empty_plan_still_has_every_heading_and_says_what_is_missing() -> None:
    failed = (PlannerFailure(section="images", error="ValueError", message="no such thing"),)
    finding = Finding(code="LNK001", rule="dangling", severity="error", message="Nothing makes it.")
    text = plan_markdown(
        _plan(failures=failed, findings=(finding,), verdict="needs-revision", sections=(Section(number=3, id="images", title="Images"),))
    )
    assert (
        "**Not complete:** section images: no such thing" in text
        and "Critic's verdict: **needs-revision** (1 blocking finding(s), 1 in all" in text
    )
    assert "- `LNK001` Nothing makes it." in text and text.count("**Not addressed.**") > 3
    lines = text.splitlines()
    assert lines[0] == "# Backend Deployment Plan: Shop" and "Generated: 2026-11-25T08:00:00Z  " in lines and "Cloud Provider: N/A" in lines


@pytest.mark.parametrize(("provider", "shown"), [("aws", "AWS"), ("GCP", "GCP"), ("azure", "Azure"), (None, "N/A"), ("hetzner", "N/A")])
def test_the_provider_is_spelled_as_the_request_wants_it(provider: str | None, shown: str) -> None:
    assert f"Cloud Provider: {shown}\n" in plan_markdown(_plan(provider=provider))


def test_topics_that_do_not_apply_give_their_reason() -> None:
    answers = (TopicAnswer(topic="3.1", not_applicable="nothing is built."), TopicAnswer(topic="3.2", text="Text.", optional=True))
    text = plan_markdown(_plan(sections=(Section(number=3, id="images", title="Images", topics=answers),)))
    assert "not applicable, because nothing is built.\n" in text and "(optional)" in text


def test_the_json_document_leaves_contents_to_the_files() -> None:
    found = made("notes-fastapi")
    document = json.loads(found.text("plan.json"))
    assert document["schema"] == "deploybook.plan/1" and all("content" not in a for a in document["artifacts"])
    assert {a["path"] for a in document["artifacts"]} <= set(found.files)
    assert json.loads(found.text("findings.json"))["schema"] == "deploybook.findings/1"
    assert json.loads(found.text("survey.json"))["project"] == "notes-fastapi"


def test_files_name_what_accepted_them() -> None:
    artifact = Artifact(
        path="artifacts/x.sh", install_to="deploy/x.sh", language="bash", content="true\n", purpose="p", section=3, checked_by=("bash",)
    )
    text = plan_markdown(_plan(artifacts=(artifact,), sections=(Section(number=3, id="images", title="Images"),)))
    assert "| [`artifacts/x.sh`](artifacts/x.sh) | `deploy/x.sh` | p | bash |" in text
    assert Checked(subject="a", by="b", result="passed").note == "" and Review().verdict == "passed"


def test_the_document_is_markdown_that_parses_to_the_right_headings() -> None:
    tokens = MarkdownIt().enable("table").parse(made("board-django").text("PLAN.md"))
    seconds = [tokens[n + 1].content for n, t in enumerate(tokens) if t.type == "heading_open" and t.tag == "h2"]
    assert [s.split(". ", 1)[-1] for s in seconds] == [h.split(". ", 1)[-1] for h in headings()]
    assert all(t.info for t in tokens if t.type == "fence"), "every block says its language"
    assert not [t for t in tokens if t.type == "code_block"], "no text is indented into code by accident"


def test_rendering_is_pure() -> None:
    found = made("notes-fastapi")
    assert files(found.plan, found.survey, found.review) == found.files
