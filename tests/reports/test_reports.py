"""Findings leave in forms that other programs read: SARIF by its schema, workflow commands that nothing breaks, well-formed JUnit."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from deploybook.core.findings import Finding, Fix, Location
from deploybook.faces import checking, cli
from deploybook.tools import checks
from deploybook.tools.checks import Edit
from deploybook.tools.reports import Placed, Report, render
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

TEXT: dict[str, Any] = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}, "markdown": {"type": "string"}}}
# the parts of the SARIF 2.1.0 schema that a log of ours uses, closed: a property that the schema does not know fails
PLACE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["artifactLocation", "region"],
    "properties": {
        "artifactLocation": {
            "type": "object",
            "additionalProperties": False,
            "required": ["uri"],
            "properties": {"uri": {"type": "string", "pattern": "^[^ \\\\]+$"}, "uriBaseId": {"const": "SRCROOT"}},
        },
        "region": {"type": "object", "additionalProperties": False, "properties": {"startLine": {"type": "integer", "minimum": 1}}},
    },
}
RESULT: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["ruleId", "ruleIndex", "level", "message", "partialFingerprints"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["error", "warning", "note", "none"]},
        "message": TEXT,
        "partialFingerprints": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}},
        "properties": {"type": "object"},
        "locations": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"physicalLocation": PLACE, "logicalLocations": {"type": "array", "items": {"required": ["name", "kind"]}}},
            },
        },
        "suppressions": {"type": "array", "items": {"required": ["kind"], "properties": {"kind": {"enum": ["inSource", "external"]}}}},
        "fixes": {"type": "array", "items": {"required": ["artifactChanges"], "properties": {"description": TEXT}}},
    },
}
LOG = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {"required": ["driver"], "properties": {"driver": {"required": ["name"]}}},
                    "invocations": {"items": {"required": ["executionSuccessful"]}},
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}
FIX = Fix(description="d", applicability="unsafe", target="artifact:a.tf", replacement="x\n")
HARD = 'a "b" <c> & 100%\nsecond: line, \x07'


def _finding(**fields: Any) -> Finding:
    return Finding.model_validate({"code": "CMD001", "rule": "placeholder-in-command", "severity": "error", "message": HARD, **fields})


def _report() -> Report:
    placed = (
        Placed(_finding(location=Location(step="s", line=3)), "docs/my runbook.md", 12),
        Placed(_finding(code="VAL012", fix=FIX), "a.tf", 1, (Edit(0, 3, ("x", "y")), Edit(5, 6, ()), Edit(8, 8, ("z",)))),
        Placed(_finding(code="NET003", severity="warning", ignored="a drill")),
        Placed(_finding(code="XYZ999", severity="info", location=Location(section=3))),
    )
    return Report(placed, "review", "0.1.0", "needs-revision", ("a note\nof two lines",))


def test_sarif_is_what_its_schema_demands_and_every_result_names_its_rule() -> None:
    log = json.loads(render(_report(), "sarif"))
    assert [e.message for e in Draft7Validator(LOG).iter_errors(log)] == []
    run = log["runs"][0]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(ids[r["ruleIndex"]] == r["ruleId"] for r in run["results"]) and len(set(ids)) == len(ids)
    assert "When to ignore" in run["tool"]["driver"]["rules"][ids.index("CMD001")]["help"]["markdown"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("docs/my%20runbook.md", 12)
    fix = run["results"][1]["fixes"][0]
    assert fix["properties"] == {"applicability": "unsafe"} and "judge it first" in fix["description"]["text"]
    assert fix["artifactChanges"][0]["replacements"] == [
        {"deletedRegion": {"startLine": 1, "endLine": 3}, "insertedContent": {"text": "x\ny"}},
        {"deletedRegion": {"startLine": 6, "startColumn": 1, "endLine": 7, "endColumn": 1}, "insertedContent": {"text": ""}},
        {"deletedRegion": {"startLine": 9, "startColumn": 1, "endLine": 9, "endColumn": 1}, "insertedContent": {"text": "z\n"}},
    ]
    assert run["results"][2]["suppressions"][0]["justification"] == "a drill" and "locations" not in run["results"][2]


def test_a_fingerprint_survives_moved_lines() -> None:
    """A code scanner that saw the finding yesterday must know it again after ten lines were put above it."""
    ids = []
    for line in (3, 13):
        placed = Placed(_finding(location=Location(step="s", line=line, quote="x")), "a.md", line)
        log = json.loads(render(Report((placed,), "review", "1"), "sarif"))
        ids.append(log["runs"][0]["results"][0]["partialFingerprints"])
    assert ids[0] == ids[1]


@given(st.text(max_size=60), st.text(alphabet="ab/:,% \n", max_size=20))
def test_no_text_breaks_out_of_a_workflow_command(message: str, path: str) -> None:
    """One command a line: a message cannot start another command, a path cannot end the properties."""
    finding = Finding(code="A", rule="r", severity="error", message=message, hint="")
    out = render(Report((Placed(finding, path or "p", 1),), "review", "1"), "github")
    assert out.count("\n") == 0 and "\r" not in out
    properties = out.removeprefix("::error ").partition("::")[0]
    assert len(properties.split(",")) == 3 and all("=" in p for p in properties.split(","))


def test_ignored_findings_are_no_annotations() -> None:
    out = render(_report(), "github")
    assert "NET003" not in out and out.count("::error ") == 2 and out.count("::notice ") == 2


def test_junit_has_one_case_a_rule_and_counts_what_failed() -> None:
    root = ET.fromstring(render(_report(), "junit"))
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert len(cases) == len(checks.rules()) + 1 and root.get("tests") == str(len(cases))
    assert (root.get("failures"), root.get("skipped")) == ("2", "1")
    failure = cases["CMD001 placeholder-in-command"].find("failure")
    assert failure is not None and "docs/my runbook.md:12" in (failure.text or "") and "\x07" not in (failure.text or "")


RUNBOOK = "# Shop\n\n## 6. Release\n\n```sh\ntrue\ndeploy --to <HOST_NAME>\n```\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "ops").mkdir()
    (tmp_path / "ops" / "RUNBOOK.md").write_text(RUNBOOK)
    (tmp_path / "compose.yaml").write_text("services:\n  db:\n    image: postgres:18.6-trixie\n    ports: ['5432:5432']\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_finding_points_at_the_line_of_the_page_or_file(folder: Path) -> None:
    """The line is the one that an editor shows, relative to where the program was called."""
    checked = checking.review(Path(), "review")
    spots = {p.finding.code: (p.path, p.line) for p in checked.placed}
    assert spots["CMD001"] == ("ops/RUNBOOK.md", 7) and spots["SEC011"] == ("compose.yaml", 4)
    assert {p.path for p in checking.review(Path("ops/RUNBOOK.md"), "review").placed} == {"ops/RUNBOOK.md"}


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_every_form_can_be_asked_for_and_the_exit_code_is_the_verdict(folder: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["check", ".", "--format", form, "--junit", "out/report.xml"]) == 1
    assert "CMD001" in capsys.readouterr().out
    assert ET.parse(folder / "out" / "report.xml").getroot().get("failures") != "0"
    assert cli.run(["check", ".", "--format", form, "--exit-zero"]) == 0


def test_an_unknown_form_and_a_place_that_cannot_be_written_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["check", ".", "--format", "xml"]) == 2
    assert cli.run(["check", ".", "--junit", "compose.yaml/report.xml"]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_evidence_is_read_again_where_the_repository_is_at_hand(folder: Path) -> None:
    """A line that moved since the plan was written is a finding; without the repository nothing can be said of it."""
    plan = {
        "tool_version": "1",
        "steps": [
            {
                "id": "s",
                "section": 6,
                "phase": "release",
                "kind": "read",
                "title": "t",
                "run": "true",
                "topics": [],
                "evidence": [{"evidence": {"path": "compose.yaml", "line": 3, "quote": "image: mysql:9"}}],
            }
        ],
    }
    (folder / "plan").mkdir()
    (folder / "plan" / "plan.json").write_text(json.dumps(plan))
    codes = [{f.code for f in checking.review(Path("plan"), "draft", repository).review.findings} for repository in (None, str(folder))]
    assert "GRD001" not in codes[0] and "GRD001" in codes[1]
