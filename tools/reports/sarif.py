"""Write SARIF 2.1.0 (OASIS): one run, every rule that found something with its documentation, a stable fingerprint for each result."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from ...core.findings import Finding, Fix
from ..checks import Edit, explain, rules
from ._model import Placed, Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "deploybookFinding/v1"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_PRECISION = {"high": "very-high", "medium": "medium", "low": "low"}


def render(report: Report) -> str:
    """Return the log as JSON."""
    codes = sorted({placed.finding.code for placed in report.placed})
    run: dict[str, Any] = {
        "tool": {"driver": _driver(codes, report.version)},
        "automationDetails": {"id": f"deploybook/{report.profile}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The folder in which deploybook was called."}}},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [{"level": "note", "message": {"text": note}} for note in report.notes],
            }
        ],
        "results": [_result(placed, codes) for placed in report.placed],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _driver(codes: list[str], version: str) -> dict[str, Any]:
    known = rules()
    return {
        "name": "deploybook",
        "semanticVersion": version,
        "rules": [_rule(code) for code in codes if code in known] + [{"id": code} for code in codes if code not in known],
    }


def _rule(code: str) -> dict[str, Any]:
    rule, module = rules()[code]
    text = explain(code)
    return {
        "id": code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.family, module, rule.profile], "precision": _PRECISION[rule.confidence]},
    }


def _result(placed: Placed, codes: list[str]) -> dict[str, Any]:
    finding = placed.finding
    message = finding.message if not finding.hint else f"{finding.message} {finding.hint}"
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": _index(finding.code, codes),
        "level": _LEVELS[finding.severity],
        "message": {"text": message},
        "partialFingerprints": {FINGERPRINT: finding.fingerprint()},
        "properties": {"confidence": finding.confidence, "profile": finding.profile},
    }
    if placed.path is not None:
        result["locations"] = [{"physicalLocation": _place(placed.path, placed.line)} | _logical(finding)]
    if finding.ignored is not None:
        result["suppressions"] = [{"kind": "inSource", "status": "accepted", "justification": finding.ignored}]
    if placed.path is not None and placed.edits and (fix := finding.fix) is not None:
        result["fixes"] = [_fix(fix, placed.path, placed.edits)]
    return result


def _index(code: str, codes: list[str]) -> int:
    known = rules()
    ordered = [c for c in codes if c in known] + [c for c in codes if c not in known]
    return ordered.index(code)


def _place(path: str, line: int | None) -> dict[str, Any]:
    return {"artifactLocation": {"uri": quote(path), "uriBaseId": "SRCROOT"}, "region": {"startLine": max(line or 1, 1)}}


def _logical(finding: Finding) -> dict[str, Any]:
    spot = finding.location
    names = [(spot.step, "step"), (f"section {spot.section}" if spot.section is not None else None, "section")]
    found = [{"name": name, "kind": kind} for name, kind in names if name is not None]
    return {"logicalLocations": found} if found else {}


def _fix(fix: Fix, path: str, edits: Iterable[Edit]) -> dict[str, Any]:
    change = {"artifactLocation": {"uri": quote(path), "uriBaseId": "SRCROOT"}, "replacements": [_replacement(edit) for edit in edits]}
    described = {"text": fix.description if fix.safe else f"{fix.description} (unsafe: judge it first)"}
    return {"description": described, "artifactChanges": [change], "properties": {"applicability": fix.applicability}}


def _replacement(edit: Edit) -> dict[str, Any]:
    """Return one replacement of whole lines; the last one's ending stays where something takes their place, and goes where nothing does."""
    if edit.lines and edit.end > edit.start:
        return {"deletedRegion": {"startLine": edit.start + 1, "endLine": edit.end}, "insertedContent": {"text": "\n".join(edit.lines)}}
    region = {"startLine": edit.start + 1, "startColumn": 1, "endLine": edit.end + 1, "endColumn": 1}
    return {"deletedRegion": region, "insertedContent": {"text": "".join(f"{line}\n" for line in edit.lines)}}
