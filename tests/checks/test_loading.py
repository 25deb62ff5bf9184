"""Plans of another maker are read, and what cannot be read is refused with what, why and hint."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from deploybook.core.errors import DeploybookError, UsageError
from deploybook.tools import checks

FOREIGN = {
    "schema": "deploybook.plan/1",
    "app": "demo",
    "target": "compose",
    "novelty": 1,
    "inputs": [{"name": "P", "kind": "secret", "generate": "openssl rand -hex 24"}],
    "artifacts": [{"path": "compose.yaml", "install_to": "compose.yaml"}, {"path": "../outside", "install_to": "x"}],
    "steps": [
        {
            "id": "Up It",
            "section": "PLAYBOOK.md",
            "phase": "release",
            "run": "docker compose up -d --wait",
            "needs": ["docker", "env:P"],
            "blast_radius": "service api",
        },
        {"phase": "smoke", "run": "curl -fsS http://x/"},
    ],
}


def test_a_foreign_plan_keeps_its_steps_and_files_and_says_what_was_assumed(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(FOREIGN))
    (tmp_path / "compose.yaml").write_text("services: {}\n")
    (tmp_path.parent / "outside").write_text("not of the plan")
    loaded = checks.load(tmp_path)
    up, smoke = loaded.plan.steps
    assert (up.id, up.section, up.kind, up.needs, up.impact) == ("up-it", 6, "mutate", ("env:P",), "service api")
    assert (smoke.id, smoke.section, smoke.kind) == ("step-2", 8, "read")
    assert [a.content for a in loaded.plan.artifacts] == ["services: {}\n", ""]
    assert loaded.foreign and any("novelty" in n for n in loaded.notes)
    assert checks.load(tmp_path / "plan.json").plan == loaded.plan


def test_a_runbook_is_read_when_there_is_no_plan(tmp_path: Path) -> None:
    (tmp_path / "RUNBOOK.md").write_text("# Deploy\n\n```sh\nmake\n```\n")
    for path in (tmp_path, tmp_path / "RUNBOOK.md"):
        assert [s.run for s in checks.load(path).plan.steps] == ["make\n"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"steps": 1}',
        '{"steps": [{"run": {"a": 1}, "section": 99, "expect": 3}]}',
        "[" * 100_000,
        '{"inputs": [{"name": "x y"}]}',
    ],
    ids=range(7),
)
def test_what_is_no_plan_is_refused_with_a_reason(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(DeploybookError) as refused:
        checks.load(tmp_path)
    assert refused.value.what and (refused.value.why or refused.value.hint)


def test_half_a_character_in_a_plan_is_replaced(tmp_path: Path) -> None:
    """JSON can spell half of a surrogate pair; no finding, fingerprint or file could hold it."""
    (tmp_path / "plan.json").write_text('{"steps": [{"run": "echo \\ud800 <YOUR_NAME>", "title": "\\ud83d"}]}')
    assert checks.load(tmp_path).plan.steps[0].run == "echo ? <YOUR_NAME>"


def test_a_folder_without_a_plan_and_a_path_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone"):
        with pytest.raises(UsageError) as refused:
            checks.load(path)
        assert "Markdown" in refused.value.hint
