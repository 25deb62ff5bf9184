"""Every rule has cases that fail and cases that pass; a rule without them is refused here."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest
import yaml
from deploybook.core.blueprint import Blueprint
from deploybook.core.facts import Survey
from deploybook.core.findings import Finding
from deploybook.core.sections import sections, topics_of
from deploybook.tools.checks import PlanView, apply_safe, modules, rules, run
from deploybook.tools.checks._load import lenient
from deploybook.tools.checks._markdown import from_markdown

HERE = Path(__file__).parent


def _canaries() -> dict[str, str]:
    """Make values that look real at test time: nothing that looks like a credential is committed."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return {
        "@@AWS_KEY@@": "AK" + "IA" + "".join(secrets.choice(letters) for _ in range(16)),
        "@@HEX@@": secrets.token_hex(20),
        "@@PASSWORD@@": "".join(secrets.choice("abcdefghjkmnpqrstuvwxyzABCDEFGH23456789") for _ in range(22)) + "7Q",
    }


def _filled(value: Any, canaries: dict[str, str]) -> Any:
    if isinstance(value, str):
        for token, canary in canaries.items():
            value = value.replace(token, canary)
        return value
    if isinstance(value, dict):
        return {k: _filled(v, canaries) for k, v in value.items()}
    return [_filled(v, canaries) for v in value] if isinstance(value, list) else value


def _step(raw: dict[str, Any]) -> dict[str, Any]:
    return {"phase": "release", "kind": "read", "section": 6, "title": raw.get("id", "step"), "tool_version": "", **raw}


def _blueprint(raw: dict[str, Any]) -> Blueprint:
    limits = {"cpus": 0.5, "memory_mb": 256}
    components = [
        {"kind": "app", "limits": limits, **c, "image": {"ref": c.get("image", "app:1.0.0")}}
        if isinstance(c.get("image", ""), str)
        else {"limits": limits, **c}
        for c in raw.get("components", [])
    ]
    host = {"cpus": 2, "memory_mb": 4096, "disk_gb": 40, "sum_cpus": 1, "sum_memory_mb": 1024, "headroom": ""}
    stores = [{"kind": "postgresql", "port": 5432, **s} for s in raw.get("stores", [])]
    defaults = {"app": "app", "title": "App", "target": {}, "release": "1.0.0"}
    made = {**defaults, **raw, "components": components, "stores": stores, "host": {**host, **raw.get("host", {})}}
    return Blueprint.model_validate(made)


def _whole(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a complete plan, changed as a case says."""
    made = []
    for section in sections():
        if section.number == spec.get("without_section"):
            continue
        answers = [
            {"topic": t.id, **spec.get("topic", {}).get(t.id, {"text": "An answer that says what is done here."})}
            for t in topics_of(section.number)
            if t.id != spec.get("without_topic")
        ]
        title = spec.get("title", {}).get(section.number, section.title)
        made.append({"number": section.number, "id": section.id, "title": title, "topics": answers})
    phases = ("preflight", "configure", "release", "smoke", "rollback", "teardown")
    steps = [{"id": f"s-{p}", "phase": p, "run": "true"} for p in phases if p != spec.get("without_phase")]
    return {
        "sections": made,
        "steps": [{"id": "s", "run": "true"}, *steps],
        "executive_summary": "s",
        "architecture": "a",
        "checklist": [{"text": "t"}],
        "timeline": [{"phase": "p", "minutes": 1}],
        "risks": [{"id": "r", "title": "t", "likelihood": "low", "impact": "low", "mitigation": "m"}],
        "blueprint": {"d": {"value": 1, "reason": "r"}},
        "break_with": {"run": "a", "mend": "b"},
    }


def view_of(raw: dict[str, Any], canaries: dict[str, str]) -> PlanView:
    """Return the view of a case's plan; what is no field of a plan (`design`: the Blueprint, `survey`, `files`, …) is taken out."""
    raw = dict(_filled(raw, canaries))
    if "tree" in raw or "runbook" in raw:
        return _of_files(raw)
    if "whole" in raw:
        raw = _whole(raw.pop("whole")) | raw
    blueprint = _blueprint(raw.pop("design")) if "design" in raw else None
    survey = Survey.model_validate({"project": "app", **raw.pop("survey")}) if "survey" in raw else None
    files = frozenset(raw.pop("files")) if "files" in raw else None
    extra = {key: raw.pop(key) for key in ("profile", "foreign", "appears", "execute") if key in raw}
    raw["steps"] = [_step(s) for s in raw.get("steps", [])]
    plan, _ = lenient(raw)
    return PlanView(plan, survey, blueprint, files=files, **{"profile": "release", **extra})


def _of_files(raw: dict[str, Any]) -> PlanView:
    """Return the view of a case as somebody else's folder is read: `runbook` Markdown, `tree` files by path, `beside` more to read."""
    pages = {"RUNBOOK.md": "# Shop\n" + raw["runbook"]} if "runbook" in raw else {}
    plan, appears, _, origins = from_markdown(pages, "shop", raw.get("tree", {}))
    files = frozenset(raw["files"]) if "files" in raw else None
    options = {key: raw[key] for key in ("profile", "whole") if key in raw}
    known = {"appears": appears, "beside": raw.get("beside"), "files": files, "origins": origins}
    return PlanView(plan, foreign=True, **{"profile": "release", **known, **options})


def _cases() -> list[Any]:
    found = []
    for path in sorted(HERE.glob("*.yaml")):
        for code, cases in (yaml.safe_load(path.read_text("utf-8")) or {}).items():
            for number, case in enumerate(cases):
                found.append(pytest.param(path.stem, code, case, id=f"{code}-{number + 1}-{str(case.get('name', ''))[:50]}"))
    return found


CASES = _cases()


def _found(module: str, code: str, plan: dict[str, Any], canaries: dict[str, str]) -> list[Finding]:
    outcome = run(view_of(plan, canaries), only=None if code == "IGN003" else [module])
    assert not outcome.crashed, f"{outcome.crashed} crashed: {outcome.findings}"
    return [f for f in outcome.findings if f.code == code and f.ignored is None]


@pytest.mark.parametrize(("module", "code", "case"), CASES)
def test_a_rule_sees_its_defect_and_lets_the_mended_twin_pass(module: str, code: str, case: dict[str, Any]) -> None:
    canaries = _canaries()
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
        mended, done = apply_safe(view.plan, [f for f in run(view, only=[module]).findings if f.code == code])
        assert done, "no safe fix is offered"
        view = PlanView(mended, view.survey, view.blueprint, profile="release", appears=view.appears, foreign=view.foreign)
        assert [f.message for f in run(view, only=[module]).findings if f.code == code] == [], "the fix does not mend it"
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
