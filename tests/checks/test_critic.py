"""The critic: crashes are findings, gates are vetoes, ignores are counted, findings stand in a fixed order with their sections."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from deploybook.agents import critic
from deploybook.core.findings import Finding, Location, Vote
from deploybook.core.plan import Plan
from deploybook.tools import checks
from deploybook.tools.checks import _registry, validity
from deploybook.tools.checks._lenient import lenient
from deploybook.tools.redaction import TaintStore


def _plan(**fields: Any) -> Plan:
    return lenient({"tool_version": "1", **fields})[0]


def _step(**fields: Any) -> dict[str, Any]:
    return {"id": "s", "section": 6, "phase": "release", "kind": "read", "title": "t", "run": "true", **fields}


def _review(plan: Plan, **options: Any) -> Any:
    view = checks.PlanView(plan, profile=options.pop("profile", "release"), taint=options.pop("taint", None), foreign=True)
    return critic.review(plan, None, None, "release", view=view, outside=options.pop("outside", False), **options)


def test_a_clean_plan_passes_with_one_vote_for_each_family() -> None:
    review = _review(_plan(steps=[_step()]))
    assert review.verdict == "passed" and review.findings == ()
    assert [v.reviewer for v in review.votes] == [f"rules:{f}" for f in checks.families()]
    assert {v.verdict for v in review.votes} == {"approve"}


def test_an_error_means_revise_and_names_its_section() -> None:
    review = _review(_plan(steps=[_step(section=9, run="cat <YOUR_FILE>\n"), _step(id="t", section=3, run="cat <YOUR_OTHER>\n")]))
    assert review.verdict == "needs-revision" and review.sections() == (3, 9)
    assert {v.reviewer: v.verdict for v in review.votes}["rules:CMD"] == "revise"


def test_a_gate_is_a_veto_that_no_ignore_lifts_and_the_secret_is_not_repeated() -> None:
    secret = secrets.token_urlsafe(24) + "9Zq"
    taint = TaintStore()
    taint.add(secret, "password")
    plan = _plan(steps=[_step(run=f"# deploybook: ignore[RED001] it is only a test\necho {secret}\n")])
    review = _review(plan, taint=taint)
    assert review.verdict == "failed" and {v.reviewer: v.verdict for v in review.votes}["rules:RED"] == "veto"
    assert secret not in review.to_json()


def _severities(profile: str, *, foreign: bool, whole: bool) -> dict[str, str]:
    started = "docker run --rm nginx:latest true\ncat <YOUR_FILE>\n"
    steps = [_step(run=started), _step(id="t", kind="mutate", run="systemctl restart shop\n")]
    view = checks.PlanView(_plan(steps=steps), profile=profile, foreign=foreign, whole=whole)
    return {f.code: f.severity for f in checks.run(view).findings}


def test_pages_and_files_of_others_are_stopped_by_measured_rules_only_until_release() -> None:
    """PIN001 is measured; what CMD001 sees may be meant for a reader, and VRF001 is mild wherever a person reads along."""
    kinds = {code: _registry.rules()[code][0].foreign for code in ("PIN001", "CMD001", "VRF001")}
    assert kinds == {"PIN001": "error", "CMD001": "doubt", "VRF001": "warning"}
    for profile, foreign, whole, doubtful, mild in (
        ("review", True, False, "warning", "warning"),
        ("release", True, False, "error", "warning"),
        ("review", True, True, "error", "warning"),
        ("review", False, True, "error", "error"),
    ):
        found = _severities(profile, foreign=foreign, whole=whole)
        assert (found["PIN001"], found["CMD001"], found["VRF001"]) == ("error", doubtful, mild), (profile, foreign, whole)


def test_an_ignore_with_a_reason_is_kept_counted_and_blocks_no_more() -> None:
    run = "# deploybook: ignore[VRF005] the volume is a scratch one\ndocker volume rm scratch\n"
    review = _review(_plan(steps=[_step(run=run)]))
    ignored = [f for f in review.findings if f.ignored]
    assert [f.code for f in ignored] == ["VRF005"] and ignored[0].ignored == "the volume is a scratch one"
    assert "VRF005" not in {f.code for f in review.blocking()} and any("ignored inline" in n for n in review.notes)


def test_a_check_that_crashes_is_a_finding_and_never_a_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(view: checks.PlanView) -> Iterator[Finding]:
        raise ZeroDivisionError("in the check")
        yield

    monkeypatch.setattr(_registry.modules()["verification"], "check", broken)
    review = _review(_plan(steps=[_step()]))
    crash = next(f for f in review.findings if f.rule == checks.CRASHED)
    assert (
        (crash.code, crash.severity) == ("VRF001", "error") and "ZeroDivisionError" in crash.message and "in the check" not in crash.message
    )
    assert review.verdict == "needs-revision"
    monkeypatch.setattr(_registry.modules()["redaction"], "check", broken)
    assert _review(_plan(steps=[_step()])).verdict == "failed"


def test_outside_tools_that_break_leave_a_note_and_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validity, "outside", lambda view: 1 / 0)
    review = _review(_plan(steps=[_step()]), outside=True)
    assert [c.result for c in review.checked] == ["absent"] and any("could not be run" in n for n in review.notes)


def test_everything_is_said_to_be_checked_by_something_or_by_nothing() -> None:
    plan = _plan(steps=[_step()], artifacts=[{"path": "artifacts/a.xyz", "content": "?"}, {"path": "artifacts/x.json", "content": "{}"}])
    review = _review(plan, outside=True)
    results = {(c.subject, c.by): c.result for c in review.checked}
    assert results[("artifacts/a.xyz", "none")] == "absent" and results[("artifacts/x.json", "json")] == "syntax-only"
    assert results[("step s: run", "bash syntax")] == "syntax-only"


def _says(verdict: Any, *findings: Finding) -> Any:
    return lambda plan: critic.Opinion(
        Vote(reviewer="model:x", verdict=verdict, reason="r", findings=len(findings)), findings, ("model x: n",)
    )


def _remark(step: str) -> Finding:
    return Finding(code="MOD001", rule="model-review", severity="error", message="it may fail", location=Location(step=step, section=6))


@pytest.mark.parametrize("vote", ["approve", "revise", "abstain", "veto"])
def test_a_model_is_heard_and_decides_nothing(vote: str) -> None:
    review = _review(_plan(steps=[_step()]), reviewers=[_says(vote, _remark("s"))])
    assert review.verdict == "passed" and review.votes[-1].reviewer == "model:x" and review.notes == ("model x: n",)
    assert [(f.code, f.severity) for f in review.findings] == [("MOD001", "warning")] and "model" in review.policy


def test_no_model_lifts_a_veto_and_its_error_stands_only_beside_a_rules_error() -> None:
    secret = secrets.token_urlsafe(24) + "9Zq"
    taint = TaintStore()
    taint.add(secret, "password")
    plan = _plan(steps=[_step(run=f"echo {secret}\n"), _step(id="t", run="cat <YOUR_FILE>\n")])
    review = _review(plan, taint=taint, reviewers=[_says("approve", _remark("t"), _remark("s"))])
    assert review.verdict == "failed"
    severities = {f.location.step: f.severity for f in review.findings if f.code == "MOD001"}
    blocked = {f.location.step for f in review.findings if f.code != "MOD001" and f.severity == "error"}
    assert severities == {step: "error" if step in blocked else "warning" for step in ("s", "t")} and "t" in blocked


def test_the_order_of_findings_does_not_depend_on_the_order_of_checks() -> None:
    steps = [_step(id=f"s{n}", section=n % 11 + 1, kind="mutate", run="docker compose up") for n in range(12)]
    findings = list(_review(_plan(steps=steps)).findings)
    shuffled = list(findings)
    random.Random(7).shuffle(shuffled)
    assert list(checks.ordered(shuffled + findings)) == findings


def test_profiles_extend_each_other() -> None:
    plan = _plan(steps=[_step()], artifacts=[{"path": "artifacts/p.yml", "content": "mode: 0644\n", "step": "s"}])
    by_profile = [{f.code for f in _review(plan, profile=p).findings} for p in ("draft", "review", "release")]
    assert by_profile[0] <= by_profile[1] <= by_profile[2] and "VAL002" in by_profile[2] - by_profile[0]


def test_every_rule_can_be_explained_by_code_and_name() -> None:
    for code, (rule, _) in checks.rules().items():
        text = checks.explain(code)
        assert text == checks.explain(rule.name) and text.startswith(f"# {code} {rule.name}\n")
        for heading in ("What", "Why it matters in production", "Example", "Instead", "When to ignore"):
            assert f"\n## {heading}\n\n" in text
    with pytest.raises(KeyError):
        checks.explain("XYZ999")


def test_safe_fixes_are_applied_until_none_is_left_and_each_is_told() -> None:
    """Two fixes of one text need two rounds; the plan that comes out has neither finding."""
    plan = _plan(steps=[_step(run="apt-get install curl=8\ndocker compose exec db psql -c 'select 1'\n")])
    mended, notes = critic.mend(plan, None, None)
    assert mended.step("s").run == "apt-get install -y curl=8\ndocker compose exec -T db psql -c 'select 1'\n"
    assert [n.partition(":")[0] for n in notes] == ["mended CMD003 in step s"] * 2
    assert critic.mend(mended, None, None) == (mended, ())


def test_an_ignored_finding_is_not_mended() -> None:
    run = "# deploybook: ignore[CMD003] a person types this one\ndocker compose exec db psql\n"
    plan = _plan(steps=[_step(run=run)])
    assert critic.mend(plan, None, None) == (plan, ())
