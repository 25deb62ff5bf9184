"""Run the shared evaluation cases, where the environment names their folder; the cases are never part of this repository."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from deploybook.tools.pins import Reference, verdict

FOLDER = os.environ.get("DEPLOYBOOK_EVALUATE", "")


def cases() -> list[dict[str, Any]]:
    files = sorted(Path(FOLDER).glob("pinning*.jsonl")) if FOLDER else []
    return [json.loads(line) for file in files for line in file.read_text().splitlines() if line.strip()]


def same(reference: Reference, label: str) -> bool:
    return label in reference.text or reference.text in label


@pytest.mark.skipif(not FOLDER, reason="DEPLOYBOOK_EVALUATE names no folder with pinning*.jsonl")
def test_every_shared_case_gets_its_verdict_and_its_offending_mentions() -> None:
    wrong = []
    found_cases = cases()
    for case in found_cases:
        answer = verdict(case["text"], case["language"], case.get("project_pins"))
        named = answer.inconsistent if "consistent" in case else answer.offending
        right = answer.state == case["verdict"] and case.get("consistent", True) is (not answer.inconsistent)
        right = right and all(any(same(r, label) for r in named) for label in case["offending"])
        right = right and all(any(same(r, label) for label in case["offending"]) for r in named)
        if not right:
            wrong.append(case["id"])
    assert len(found_cases) > 0
    assert wrong == []
