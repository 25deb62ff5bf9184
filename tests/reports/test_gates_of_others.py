"""Teams gate their own runbooks: the action and the hooks of this repository are whole, pinned, and end as the check ends."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from deploybook.tools.checks import PlanView, run
from deploybook.tools.checks._markdown import from_markdown
from deploybook.tools.validators import _schemas

ROOT = Path(__file__).resolve().parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))


def test_the_action_is_one_by_the_schema_of_actions() -> None:
    assert [e.message for e in _schemas.schema("github-actions").iter_errors(ACTION)] == []


def test_every_input_is_used_and_no_expression_stands_in_a_script() -> None:
    """An input that is pasted into a script could carry commands; each goes through the environment."""
    steps = ACTION["runs"]["steps"]
    assert not any("${{" in step.get("run", "") for step in steps)
    used = set(re.findall(r"inputs\.(\w+)", (ROOT / "action.yml").read_text("utf-8")))
    assert used == set(ACTION["inputs"])
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step["uses"]) for step in steps if "uses" in step)
    assert all((ROOT / name).is_file() for step in steps for name in re.findall(r"\$GITHUB_ACTION_PATH/([\w/.]+)", step.get("run", "")))


@pytest.mark.parametrize(
    ("ends", "fail", "status", "verdict"),
    [(0, "true", 0, "passed"), (1, "true", 1, "needs-revision"), (1, "false", 0, "needs-revision"), (2, "false", 2, "failed")],
)
def test_the_job_ends_as_the_check_ends(tmp_path: Path, ends: int, fail: str, status: int, verdict: str) -> None:
    """Errors fail the job unless told otherwise; a check that could not be made always does."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "deploybook"
    program.write_text(f'#!/bin/sh\necho "$*" >> "{tmp_path}/calls"\ncase "$*" in *exit-zero*) echo "{{}}";; *) exit {ends};; esac\n')
    program.chmod(0o755)
    given = {"TARGET": "a b", "PROFILE": "draft", "SARIF": "out/x.sarif", "JUNIT": "j.xml", "FAIL": fail}
    script = next(step["run"] for step in ACTION["runs"]["steps"] if step.get("id") == "check")
    environment = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "GITHUB_OUTPUT": str(tmp_path / "output"), **given}
    done = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], cwd=tmp_path, env=environment, check=False, capture_output=True)
    assert done.returncode == status, done.stderr
    assert (tmp_path / "output").read_text() == f"verdict={verdict}\n" and (tmp_path / "out" / "x.sarif").read_text() == "{}\n"
    assert (tmp_path / "calls").read_text().splitlines() == [
        "check a b --profile draft --format sarif --exit-zero",
        "check a b --profile draft --junit j.xml --format github",
    ]


def test_a_hook_runs_for_deployment_files_and_runbooks_only() -> None:
    """Each hook names a command of ours; the pattern takes what check reads and leaves code alone."""
    assert {h["id"] for h in HOOKS} == {"deploybook-check", "deploybook-check-plan"}
    assert all(h["entry"].split()[0] == "deploybook" and h["language"] == "python" and h["pass_filenames"] is False for h in HOOKS)
    pattern = re.compile(HOOKS[0]["files"])
    taken = ["docs/RUNBOOK.md", "compose.yaml", "docker-compose.prod.yml", "Dockerfile.web", "infra/main.tf"]
    taken += [".github/workflows/ci.yml", "k8s/a.yaml"]
    left = ["app/main.py", "README.md", "package.json", "config/settings.yaml"]
    assert [p for p in taken if not pattern.search(p)] == [] and [p for p in left if pattern.search(p)] == []


def test_the_page_about_checking_would_pass_its_own_check() -> None:
    """Its blocks are checked as anybody's runbook is: nothing in them is an error but the two places that a reader must fill."""
    told = from_markdown({"checking.md": (ROOT / "docs" / "checking.md").read_text("utf-8")}, "checking")
    outcome = run(PlanView(told.plan, profile="review", foreign=True, appears=told.appears))
    assert {f.code for f in outcome.findings if f.severity == "error"} <= {"PIN001", "VER007"}  # OWNER/deploybook@COMMIT
