"""Hold registry completeness: what is discovered is documented and has its own table of cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

CASES = {"tools/survey/detectors": "tests/detectors", "tools/checks": "tests/checks"}


def _members(house: list[Any], folder: str) -> list[str]:
    depth = len(folder.split("/"))
    inside = [m.path for m in house if m.path.as_posix().startswith(folder + "/")]
    names = {p.parts[depth].removesuffix(".py") for p in inside if len(p.parts) == depth + 1 or p.name == "__init__.py"}
    return sorted(name for name in names if not name.startswith("_"))


@pytest.mark.parametrize("folder", sorted(CASES))
def test_each_member_has_a_table_of_cases(house: list[Any], root: Path, folder: str) -> None:
    """A detector or check without cases is a claim that nobody tried."""
    missing = [name for name in _members(house, folder) if not (root / CASES[folder] / f"{name}.yaml").is_file()]
    assert missing == []


def test_each_rule_has_a_case_that_fails_and_one_that_passes(committed: list[Path], root: Path) -> None:
    """A rule that was never seen to be silent, or never seen to speak, proves nothing."""
    wrong = []
    for path in (p for p in committed if p.parent.as_posix() == "tests/checks" and p.suffix == ".yaml" and not p.stem.startswith("_")):
        for code, cases in yaml.safe_load((root / path).read_text("utf-8")).items():
            if not (any("fail" in case for case in cases) and any("pass" in case for case in cases)):
                wrong.append(f"{path.name}: {code}")
    assert wrong == []


@pytest.mark.parametrize("folder", sorted(CASES))
def test_each_table_belongs_to_a_member(house: list[Any], committed: list[Path], folder: str) -> None:
    """A table whose module is gone tests nothing."""
    members = set(_members(house, folder))
    tables = [p for p in committed if p.parent.as_posix() == CASES[folder] and p.suffix == ".yaml"]
    assert [p.name for p in tables if p.stem not in members and not p.stem.startswith("_")] == []


def test_sections_and_planners_match(house: list[Any]) -> None:
    """Each of the eleven sections has exactly one planner of its name."""
    from deploybook.core.sections import sections

    planners = _members(house, "agents/planners")
    assert planners == sorted(s.id for s in sections())
