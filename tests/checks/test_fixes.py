"""A fix does what it says: through the files, for every rule that offers one; safe ones alone, once and for all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from deploybook.core.findings import Finding
from deploybook.faces import checking, mending
from deploybook.tools.checks import Edit, applied, apply_fixes, between, merged, modules, rules, run
from hypothesis import given
from hypothesis import strategies as st
from rule_cases import CASES, view_of

FIXES = [p for p in CASES if "fix" in p.values[2]]
WORDS = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=6).map("\n".join)


def _laid_out(case: dict[str, Any], folder: Path) -> Path:
    """Write a case as its maker would have it: files and a page, or a plan.json without a word of ours."""
    raw = case["fail"]
    if "tree" in raw or "runbook" in raw:
        for name, text in raw.get("tree", {}).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        if "runbook" in raw:
            (folder / "RUNBOOK.md").write_text("# Shop\n" + raw["runbook"])
    else:
        (folder / "plan.json").write_text(json.dumps({"app": "app", **raw}, indent=2))
        for artifact in raw.get("artifacts", []):
            (folder / artifact["path"]).parent.mkdir(parents=True, exist_ok=True)
            (folder / artifact["path"]).write_text(artifact["content"])
        document = json.loads((folder / "plan.json").read_text())
        for artifact in document.get("artifacts", []):
            artifact.pop("content")
        (folder / "plan.json").write_text(json.dumps(document, indent=2))
    return folder


def _codes(folder: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    for finding in checking.review(folder, "release").review.findings:
        found[finding.code] = found.get(finding.code, 0) + 1
    return found


def _texts(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize(("module", "code", "case"), FIXES)
def test_a_fix_goes_into_the_files_and_brings_no_finding_with_it(module: str, code: str, case: dict[str, Any], tmp_path: Path) -> None:
    folder = _laid_out(case, tmp_path)
    unsafe = case.get("applicability") == "unsafe"
    before, was = _codes(folder), _texts(folder)
    assert before.get(code), "the files do not show what the case shows"
    shown = mending.mend(folder, "release", unsafe=unsafe, write=False)
    assert shown.diff and _texts(folder) == was, "a diff has written something"
    done = mending.mend(folder, "release", unsafe=unsafe)
    assert (done.fixed, done.diff) == (shown.fixed, shown.diff) and any(text.startswith(code) for text in done.fixed)
    after = _codes(folder)
    assert after.get(code, 0) < before[code]
    more = {c for c in after if after[c] > before.get(c, 0)}
    assert more == set(case.get("reveals", ())), "the mended files have a finding that the old ones neither had nor hid"
    now = _texts(folder)
    assert mending.mend(folder, "release", unsafe=unsafe).fixed == () and _texts(folder) == now, "a second run changes something"
    assert set(now) == set(was) and {name for name in now if now[name] != was[name]} == set(done.files)


@pytest.mark.parametrize(("module", "code", "case"), [p for p in FIXES if p.values[2].get("applicability") == "unsafe"])
def test_an_unsafe_fix_is_shown_and_not_applied(module: str, code: str, case: dict[str, Any], tmp_path: Path) -> None:
    folder = _laid_out(case, tmp_path)
    mending.mend(folder, "release")
    checked = checking.review(folder, "release")
    mine = [f for f in checked.review.findings if f.code == code and f.fix is not None]
    assert mine and all(not f.fix.safe for f in mine if f.fix is not None)
    assert "    fix available (unsafe): " in checking.as_text(checked)


def test_every_module_that_offers_a_safe_fix_says_so() -> None:
    """The planning loop asks only those that do; what takes an ignore away is found after all checks ran and is no part of planning."""
    silent = set()
    for param in CASES:
        module, code, case = param.values
        if "fail" in case and code != "IGN003":
            found = run(view_of(case["fail"], {}), only=[module]).findings
            offers = any(f.fix is not None and f.fix.safe for f in found)
            silent |= {module} if offers and not getattr(modules()[module], "MENDS", False) else set()
    assert silent == set() and all(rules()[p.values[1]] for p in FIXES)


@given(WORDS, WORDS)
def test_the_edits_between_two_texts_make_one_of_the_other(old: str, new: str) -> None:
    assert applied(old, between(old, new)) == new


@given(WORDS, WORDS, WORDS)
def test_edits_that_join_do_what_both_say(old: str, one: str, other: str) -> None:
    joined = merged(between(old, one), between(old, other))
    if joined is None:
        assert one != old and other != old, "an edit that changes nothing stands in nobody's way"
    elif other == old:
        assert applied(old, joined) == one
    else:
        assert set(joined) == {*between(old, one), *between(old, other)}


def test_two_edits_of_the_same_lines_do_not_join() -> None:
    first = [Edit(1, 3, ("x",))]
    assert merged(first, [Edit(2, 4, ("y",))]) is None
    assert merged(first, [Edit(1, 1, ("y",))]) == [Edit(1, 1, ("y",)), Edit(1, 3, ("x",))]
    assert merged(first, first) == first


def test_of_two_fixes_of_one_line_the_first_is_taken_and_the_second_waits() -> None:
    view = view_of({"steps": [{"id": "s", "run": "docker compose exec db true\ndocker compose exec app true\n"}]}, {})
    found = [f for f in run(view, only=["copy_paste"]).findings if f.code == "CMD003"]
    both = [*found, *found]
    plan, done = apply_fixes(view.plan, both)
    assert plan.steps[0].run == "docker compose exec -T db true\ndocker compose exec -T app true\n" and len(done) == 4
    other = found[0].model_copy(update={"fix": found[0].fix.model_copy(update={"replacement": "true\n"})}) if found[0].fix else found[0]
    plan, done = apply_fixes(view.plan, [found[0], other])
    assert plan.steps[0].run.startswith("docker compose exec -T db true\n") and len(done) == 1
    assert isinstance(other, Finding)
