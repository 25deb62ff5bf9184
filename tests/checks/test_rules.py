"""Every rule has cases that fail and cases that pass; a rule without them is refused here."""

from __future__ import annotations

from typing import Any

import pytest
from deploybook.core.findings import Finding
from deploybook.tools.checks import PlanView, apply_fixes, modules, rules, run
from rule_cases import CASES, HERE, canary_values, view_of


def _found(module: str, code: str, plan: dict[str, Any], canaries: dict[str, str]) -> list[Finding]:
    outcome = run(view_of(plan, canaries), only=None if code == "IGN003" else [module])
    assert not outcome.crashed, f"{outcome.crashed} crashed: {outcome.findings}"
    return [f for f in outcome.findings if f.code == code and f.ignored is None]


@pytest.mark.parametrize(("module", "code", "case"), CASES)
def test_a_rule_sees_its_defect_and_lets_the_mended_twin_pass(module: str, code: str, case: dict[str, Any]) -> None:
    canaries = canary_values()
    assert rules()[code][1] == module, f"{code} belongs to {rules()[code][1]}, its cases stand in {module}.yaml"
    if "fail" in case:
        findings = _found(module, code, case["fail"], canaries)
        assert findings, "the rule is silent about the defect"
        if "says" in case:
            assert any(str(case["says"]) in f.message for f in findings), [f.message for f in findings]
        if "at" in case:
            assert case["at"] in {p for f in findings for p in (f.location.step, f.location.artifact, f.location.section) if p is not None}
        if "count" in case:
            assert len(findings) == case["count"], [f.message for f in findings]
        if "severity" in case:
            assert {f.severity for f in findings} == {case["severity"]}, [(f.severity, f.message) for f in findings]
        assert not any(canary in f.to_json() for f in findings for canary in canaries.values()), "a finding repeats the secret"
    if "pass" in case:
        assert [f.message for f in _found(module, code, case["pass"], canaries)] == []
    if "fix" in case:
        view = view_of(case["fail"], canaries)
        only = None if code == "IGN003" else [module]
        mine = [f for f in run(view, only=only).findings if f.code == code]
        assert {f.fix.applicability for f in mine if f.fix is not None} == {case.get("applicability", "safe")}
        mended, done = apply_fixes(view.plan, mine, unsafe=True)
        assert done, "no fix is offered"
        view = PlanView(mended, view.survey, view.blueprint, profile="release", appears=view.appears, foreign=view.foreign)
        assert [f.message for f in run(view, only=only).findings if f.code == code] == [], "the fix does not mend it"
        texts = [s.run for s in mended.steps] + [a.content for a in mended.artifacts]
        assert case["fix"] is True or any(case["fix"] in text for text in texts), texts
    assert "fail" in case or "pass" in case


ELSEWHERE = {"VAL003"}  # needs an outside tool: tests/checks/test_validators.py plants faults for each one


@pytest.mark.parametrize("code", sorted(set(rules()) - ELSEWHERE))
def test_no_rule_without_a_case_that_fails_and_one_that_passes(code: str) -> None:
    own = [p.values[2] for p in CASES if p.values[1] == code]
    assert any("fail" in case for case in own), f"{code} has no failing case in tests/checks/{rules()[code][1]}.yaml"
    assert any("pass" in case for case in own), f"{code} has no passing case in tests/checks/{rules()[code][1]}.yaml"


def test_every_cases_file_belongs_to_a_check() -> None:
    assert {p.stem for p in HERE.glob("*.yaml")} == set(modules())
