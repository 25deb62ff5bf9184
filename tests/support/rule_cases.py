"""Read the cases of the rules (tests/checks/*.yaml) and make the plan that a case describes."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path
from typing import Any

import pytest
import yaml
from deploybook.core.blueprint import Blueprint
from deploybook.core.facts import Survey
from deploybook.core.sections import sections, topics_of
from deploybook.tools.checks import PlanView
from deploybook.tools.checks._load import lenient
from deploybook.tools.checks._markdown import from_markdown

HERE = Path(__file__).parents[1] / "checks"


def _private_key() -> list[str]:
    lines = [base64.b64encode(secrets.token_bytes(48)).decode() for _ in range(8)]
    return ["-----BEGIN PRIV" + "ATE KEY-----", "MIIEvAIBADAN" + lines[0][:52], *lines[1:], "-----END PRIV" + "ATE KEY-----"]


def canary_values() -> dict[str, str]:
    """Make values that look real at test time: nothing that looks like a credential is committed."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return {
        "@@AWS_KEY@@": "AK" + "IA" + "".join(secrets.choice(letters) for _ in range(16)),
        "@@HEX@@": secrets.token_hex(20),
        "@@KEY@@": "".join(f"    {line}\n" for line in _private_key()),
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
    """Return the view of a case as somebody else's folder is read: `runbook` Markdown, `tree` files by path, `beside` more to read.

    `files` lists what the folder holds; `all`: what `tree` and `beside` name, and nothing else.
    """
    pages = {"RUNBOOK.md": f"# {raw.get('title', 'Shop')}\n" + raw["runbook"]} if "runbook" in raw else {}
    told = from_markdown(pages, "shop", raw.get("tree", {}), raw.get("beside"))
    listed = [*raw.get("tree", {}), *raw.get("beside", {})] if raw.get("files") == "all" else raw.get("files")
    files = frozenset(listed) if listed is not None else None
    options = {key: raw[key] for key in ("profile", "whole") if key in raw}
    known = {"appears": told.appears, "beside": raw.get("beside"), "files": files, "origins": told.origins, "around": told.around}
    return PlanView(told.plan, foreign=True, **{"profile": "release", **known, **options})


def _cases() -> list[Any]:
    found = []
    for path in sorted(HERE.glob("*.yaml")):
        for code, cases in (yaml.safe_load(path.read_text("utf-8")) or {}).items():
            for number, case in enumerate(cases):
                found.append(pytest.param(path.stem, code, case, id=f"{code}-{number + 1}-{str(case.get('name', ''))[:50]}"))
    return found


CASES = _cases()
