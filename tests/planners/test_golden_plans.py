"""Hold plans to the golden ones: two whole documents, and of every plan its outline; `make golden` writes them anew."""

from __future__ import annotations

import os
from difflib import unified_diff
from pathlib import Path

import pytest
from made_plans import CASES, Made, made

GOLDEN = Path(__file__).parents[1] / "golden"
WHOLE = ("notes-fastapi", "shop-express")


def outline(one: Made) -> str:
    """Return what a plan consists of: inputs, artifacts, steps with what they need and give, where each variable comes from."""
    plan = one.plan
    lines = [f"input {i.name} {i.kind}{'' if i.required else ' optional'}" for i in plan.inputs]
    lines += [f"artifact {a.path} {a.mode}" for a in plan.artifacts]
    for step in plan.steps:
        lines.append(f"step {step.id}: section {step.section}, {step.phase}, {step.kind}{', by a person' if step.human else ''}")
        lines += [f"  needs {n}" for n in step.needs] + [f"  gives {p}" for p in step.provides]
    return "\n".join(lines) + "\n"


def held(path: Path, text: str) -> None:
    """Compare a text with the golden one; write it where UPDATE_GOLDEN says so."""
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    there = path.read_text() if path.is_file() else ""
    change = list(unified_diff(there.splitlines(), text.splitlines(), "golden", "made", lineterm="", n=1))
    assert change == [], "read the difference; where it is meant: make golden"


@pytest.mark.parametrize("case", CASES)
def test_the_outline_is_the_golden_one(case: str) -> None:
    held(GOLDEN / f"{case}.outline", outline(made(case)))


@pytest.mark.parametrize("case", WHOLE)
def test_the_document_is_the_golden_one(case: str) -> None:
    held(GOLDEN / f"{case}.md", made(case).text("PLAN.md"))
