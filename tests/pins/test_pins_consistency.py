"""Hold pinned texts to what the project itself declares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from deploybook.tools.pins import verdict

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "consistency.yaml").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['language']}-{c['pins']}")
def test_a_pin_that_differs_from_the_projects_own_is_named(case: dict[str, Any]) -> None:
    pins = {str(name): str(value) for name, value in case["pins"].items()}
    found = verdict(case["text"], case["language"], pins)
    assert found.state == "pinned"
    wanted = [str(w) for w in case["differs"]]
    assert len(found.inconsistent) == len(wanted), found.inconsistent
    assert all(any(w in r.text or r.text in w for r in found.inconsistent) for w in wanted)
    assert found.passed is (not wanted)


def test_without_project_pins_nothing_differs() -> None:
    assert verdict("FROM node:22.11.0", "dockerfile").inconsistent == []
