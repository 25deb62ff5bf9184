"""`deploybook check --fix` writes only what it judged, only under the path it was given, and all of it or nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from deploybook.agents import critic
from deploybook.core.errors import OutputError
from deploybook.core.findings import Fix, Review
from deploybook.faces import checking, mending
from deploybook.tools import render
from deploybook.tools.mending import Change, Whereabouts, replace_all, writing
from made_plans import made

PAGE = (
    "# Shop\n\n1. Start\n\n   ```sh\n   docker compose exec db psql -c 'select 1'\n\n   true\n   ```\n\n"
    "> ```console\n> $ sudo apt-get install curl=8\n> done\n> ```\n"
)
MENDED = PAGE.replace(" exec ", " exec -T ").replace("apt-get install ", "apt-get install -y ")


def _check(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploybook", "check", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def test_a_page_is_edited_in_place_whatever_stands_before_its_lines(tmp_path: Path) -> None:
    page = tmp_path / "RUNBOOK.md"
    page.write_text(PAGE)
    page.chmod(0o640)
    done = mending.mend(page, "review")
    assert page.read_text() == MENDED and len(done.fixed) == 2 and done.files == ("RUNBOOK.md",)
    assert page.stat().st_mode & 0o777 == 0o640 and not list(tmp_path.glob(".*"))


def test_line_endings_stay_as_they_are(tmp_path: Path) -> None:
    page = tmp_path / "RUNBOOK.md"
    page.write_bytes(PAGE.replace("\n", "\r\n").encode())
    mending.mend(page, "review")
    assert page.read_bytes() == MENDED.replace("\n", "\r\n").encode()


def test_lines_that_no_mend_touches_stay_byte_by_byte(tmp_path: Path) -> None:
    page = tmp_path / "RUNBOOK.md"
    page.write_bytes(b"# Shop\r\n\nOne\rline\x0cand\r\n\n```sh\r\napt-get install curl=8\ntrue\r\n```\nno end")
    shown = mending.mend(page, "review", write=False).diff
    assert [line for line in shown.split("\n") if line.startswith(("+", "-"))][2:] == [
        "-apt-get install curl=8",
        "+apt-get install -y curl=8",
    ]
    before = page.read_bytes()
    mending.mend(page, "review")
    assert page.read_bytes() == before.replace(b"install curl", b"install -y curl")


def test_a_foreign_document_keeps_its_form_and_steps_are_told_by_their_number(tmp_path: Path) -> None:
    """Steps without a name are mended, two of one name are left alone; tabs, endings and escapes stay."""
    document = tmp_path / "plan.json"
    steps = [{"run": "apt-get install a=1"}, {"id": "s", "run": "apt-get install b=1"}, {"id": "s", "run": "apt-get install c=1"}]
    text = json.dumps({"app": "caf\u00e9", "steps": steps}, indent="\t").replace("\n", "\r\n")
    document.write_bytes(text.encode())
    done = mending.mend(tmp_path, "review")
    assert document.read_bytes() == text.replace("install a", "install -y a").encode() and len(done.fixed) == 1


def test_a_document_of_another_name_is_mended_itself(tmp_path: Path) -> None:
    document = tmp_path / "rollout.json"
    document.write_text('{"steps": [{"run": "apt-get install a=1"}]}')
    (tmp_path / "plan.json").write_text("{}")
    assert mending.mend(document, "review").files == ("rollout.json",)
    assert document.read_text() == '{"steps": [{"run": "apt-get install -y a=1"}]}' and (tmp_path / "plan.json").read_text() == "{}"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """A page that lies elsewhere is not written through a link, neither as the path itself nor below it."""
    real = tmp_path / "elsewhere.md"
    real.write_text(PAGE)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "RUNBOOK.md").symlink_to(real)
    with pytest.raises(OutputError, match="is a link"):
        mending.mend(folder / "RUNBOOK.md", "review")
    (folder / "plan.json").write_text(json.dumps({"artifacts": [{"path": "sub/c.sh"}], "steps": [{"id": "s", "run": "true"}]}))
    away = tmp_path / "away"
    away.mkdir()
    (away / "c.sh").write_text("# deploybook: ignore[VRF005] nothing here\ntrue\n")
    (folder / "sub").symlink_to(away)
    before = (away / "c.sh").read_bytes()
    try:
        mending.mend(folder, "release")
    except OutputError as error:
        assert "link" in error.why
    assert real.read_text() == PAGE and (away / "c.sh").read_bytes() == before


def test_a_file_that_cannot_be_written_or_was_changed_leaves_all_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [tmp_path / name for name in ("a", "b", "c")]
    for path in paths:
        path.write_text("old")
    changes = [Change(p.name, p, b"old", b"new") for p in paths]
    paths[1].write_text("somebody else's")
    with pytest.raises(OutputError, match="b was changed meanwhile"):
        replace_all(changes)
    paths[1].write_text("old")
    monkeypatch.setattr(writing.os, "access", lambda path, _: Path(path).name != "c")
    with pytest.raises(OutputError, match="c cannot be written"):
        replace_all(changes)
    monkeypatch.undo()
    original = Path.replace

    def broken(self: Path, target: Path) -> Path:
        if target.name == "c" and self.read_bytes() == b"new":
            raise OSError(28, "No space left on device")
        return original(self, target)

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(OutputError, match="c cannot be written"):
        replace_all(changes)
    assert [p.read_text() for p in paths] == ["old"] * 3 and not list(tmp_path.glob(".*"))


def test_a_fix_of_a_text_that_was_changed_meanwhile_is_offered_nowhere(tmp_path: Path) -> None:
    page = tmp_path / "RUNBOOK.md"
    page.write_text(PAGE)
    from deploybook.tools import checks

    loaded = checks.load(page)
    found = [f for f in checks.run(checking.view_of(loaded, "review")).findings if isinstance(f.fix, Fix)]
    assert [edits for f in found if (place := Whereabouts(loaded).of(f)) for edits in place[1]]
    page.write_text("\n" + PAGE)
    assert [Whereabouts(loaded).of(f) for f in found] == [None] * len(found)
    plan, _ = checks.apply_fixes(loaded.plan, found)
    with pytest.raises(OutputError, match="changed since"):
        Whereabouts(loaded).changes(plan)


def test_the_command_fixes_tells_and_never_writes_the_repository(tmp_path: Path) -> None:
    repository, folder = tmp_path / "repo", tmp_path / "book"
    repository.mkdir()
    folder.mkdir()
    (repository / "DEPLOY.md").write_text(PAGE)
    (folder / "RUNBOOK.md").write_text(PAGE)
    shown = _check("RUNBOOK.md", "--diff", cwd=folder)
    assert shown.returncode == 1 and "+   docker compose exec -T db psql" in shown.stdout and "--- a/RUNBOOK.md" in shown.stdout
    assert (folder / "RUNBOOK.md").read_text() == PAGE and "2 fixes in 1 file, not written" in shown.stderr
    done = _check("RUNBOOK.md", "--fix", "--repo", str(repository), "--exit-zero", cwd=folder)
    assert done.returncode == 0 and "2 fixed, 0 fixable with --unsafe-fixes" in done.stderr
    assert (folder / "RUNBOOK.md").read_text() == MENDED and (repository / "DEPLOY.md").read_text() == PAGE
    again = _check("RUNBOOK.md", "--diff", cwd=folder)
    assert (again.returncode, again.stdout) == (0, "")
    assert _check("RUNBOOK.md", "--unsafe-fixes", cwd=folder).returncode == 2


def test_json_and_sarif_say_how_far_a_fix_may_be_trusted(tmp_path: Path) -> None:
    (tmp_path / "RUNBOOK.md").write_text(PAGE)
    found = json.loads(_check("RUNBOOK.md", "--format", "json", cwd=tmp_path).stdout)["findings"]
    assert {f["fix"]["applicability"] for f in found if f["fix"]} == {"safe"}
    results = json.loads(_check("RUNBOOK.md", "--format", "sarif", cwd=tmp_path).stdout)["runs"][0]["results"]
    change = next(r["fixes"][0]["artifactChanges"][0] for r in results if "fixes" in r and r["ruleId"] == "CMD003")
    assert change["artifactLocation"]["uri"] == "RUNBOOK.md"
    assert change["replacements"][0]["deletedRegion"]["startLine"] in (6, 12)


def test_a_plan_of_ours_is_rendered_anew_so_that_its_documents_agree(tmp_path: Path) -> None:
    """plan.json, PLAN.md and the artifacts say the same after a fix, and a page that was edited by hand is not overwritten."""
    case = made("notes-fastapi")
    step = next(s for s in case.plan.steps if s.kind == "mutate")
    worse = step.model_copy(update={"run": "docker compose exec db true\n" + step.run})
    broken = case.plan.model_copy(update={"steps": tuple(worse if s is step else s for s in case.plan.steps)})
    render.write(render.files(broken, case.survey, Review()), tmp_path / "plan")
    done = mending.mend(tmp_path / "plan", "review")
    assert [text.partition(":")[0] for text in done.fixed] == [f"CMD003 in step {step.id}"]
    assert {"PLAN.md", "plan.json", "findings.json"} <= set(done.files)
    checked = checking.review(tmp_path / "plan", "review")
    assert checked.notes == () and "CMD003" not in {f.code for f in checked.review.findings}
    written = json.loads((tmp_path / "plan" / "plan.json").read_text())
    assert f"mended {done.fixed[0]}" in written["notes"] and not mending.mend(tmp_path / "plan", "review").fixed
    render.write(render.files(broken, case.survey, Review()), tmp_path / "plan")
    (tmp_path / "plan" / "PLAN.md").write_text("edited by hand\n")
    with pytest.raises(OutputError, match=r"PLAN\.md says other"):
        mending.mend(tmp_path / "plan", "review")


@pytest.mark.parametrize("name", ["plan.json", "artifacts/compose.yaml"])
def test_what_is_edited_while_a_plan_is_judged_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    case = made("notes-fastapi")
    step = next(s for s in case.plan.steps if s.kind == "mutate")
    worse = step.model_copy(update={"run": "docker compose exec db true\n" + step.run})
    broken = case.plan.model_copy(update={"steps": tuple(worse if s is step else s for s in case.plan.steps)})
    render.write(render.files(broken, case.survey, Review()), tmp_path / "plan")
    file = tmp_path / "plan" / name
    review = critic.review

    def slow(*arguments: object, **options: object) -> Review:
        file.write_text(file.read_text().rstrip("\n") + "\n\n")
        return review(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(critic, "review", slow)
    with pytest.raises(OutputError, match="changed since it was checked"):
        mending.mend(tmp_path / "plan", "review")
    assert file.read_text().endswith("\n\n") and "exec -T db true" not in (tmp_path / "plan" / "plan.json").read_text()
