"""Rebuild each of the 63 defects found in three plans of a strong model: its rule sees it, the mended twin passes that rule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from deploybook.tools import checks
from deploybook.tools.checks import PlanView, run

HERE = Path(__file__).parent
IDS = [f"{plan}{n}" for plan, count in (("A", 24), ("B", 21), ("C", 18)) for n in range(1, count + 1)]
CLASSES = {"K3": 8, "K4": 8, "K7": 8, "K5": 6, "K6": 6, "K9": 6, "K1": 4, "K10": 4, "K12": 4, "K2": 3, "K8": 3, "K11": 3}


def _cases() -> dict[str, dict[str, Any]]:
    return {name: case for path in sorted(HERE.glob("*.yaml")) for name, case in yaml.safe_load(path.read_text("utf-8")).items()}


CASES = _cases()


def _written(folder: Path, files: dict[str, Any]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return folder


def _mended(case: dict[str, Any]) -> dict[str, Any]:
    files = {name: text if isinstance(text, str) else json.dumps(text) for name, text in case["files"].items()} | case.get("mended", {})
    for name, old, new in case.get("replace", []):
        assert old in files[name], f"{name} does not hold {old!r}"
        files[name] = files[name].replace(old, new)
    return files


def found(folder: Path) -> set[str]:
    """Return the codes of all findings at profile `review`."""
    loaded = checks.load(folder)
    view = PlanView(
        loaded.plan,
        loaded.survey,
        loaded.blueprint,
        profile="review",
        appears=loaded.appears,
        files=loaded.files,
        foreign=loaded.foreign,
        origins=loaded.origins,
        commits=loaded.commits,
        beside=loaded.beside,
    )
    outcome = run(view)
    assert not outcome.crashed, outcome.crashed
    return {f.code for f in outcome.findings if f.ignored is None}


@pytest.mark.parametrize("name", IDS)
def test_a_defect_is_seen_and_its_mended_twin_passes(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    wanted = {case["rule"], *([case["also"]] if "also" in case else [])}
    defect = found(_written(tmp_path / "defect", case["files"]))
    assert wanted <= defect, f"not seen: {wanted - defect}; seen: {sorted(defect)}"
    mended = found(_written(tmp_path / "mended", _mended(case)))
    assert not wanted & mended, f"still seen: {wanted & mended}"


def test_every_defect_of_the_list_is_rebuilt_under_its_class() -> None:
    """63 defects in twelve classes (some belong to more than one; each is counted where the review counted it)."""
    assert sorted(CASES) == sorted(IDS) and len(IDS) == 63
    counted: dict[str, int] = {}
    for case in CASES.values():
        counted[case["class"]] = counted.get(case["class"], 0) + 1
    assert counted == CLASSES
