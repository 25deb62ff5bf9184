"""Hold the checker to the tables of constructs: good texts pass, bad texts yield exactly the mentions that are wrong."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from deploybook.tools.pins import Reference, languages, verdict
from deploybook.tools.pins.engine import discover

HERE = Path(__file__).parent
FILES = ("bash", "dockerfile", "compose", "kubernetes", "helm", "terraform", "actions", "ansible", "markdown", "others")


def rows() -> list[dict[str, Any]]:
    return [{"language": name, **row} for name in FILES for row in yaml.safe_load((HERE / f"{name}.yaml").read_text())]


GOOD = [(row["language"], row["construct"], text) for row in rows() for text in row.get("good", ())]
BAD = [(row["language"], row["construct"], case["text"], [str(f) for f in case["find"]]) for row in rows() for case in row.get("bad", ())]


def told(found: list[Reference]) -> list[tuple[str, str]]:
    return [(r.text, r.why) for r in found]


def same(reference: Reference, wanted: str) -> bool:
    return wanted in reference.text or reference.text in wanted


@pytest.mark.parametrize(("language", "construct", "text"), GOOD)
def test_what_is_pinned_passes(language: str, construct: str, text: str) -> None:
    found = verdict(text, language)
    assert told(found.offending) == []
    assert found.state == "pinned"


@pytest.mark.parametrize(("language", "construct", "text", "wanted"), BAD)
def test_what_is_not_pinned_is_found_and_nothing_else(language: str, construct: str, text: str, wanted: list[str]) -> None:
    found = verdict(text, language)
    assert found.state == "unpinned"
    assert [w for w in wanted if not any(same(r, w) for r in found.offending)] == []
    assert told([r for r in found.offending if not any(same(r, w) for w in wanted)]) == []
    lines = text.count("\n") + 1
    assert all(1 <= r.line <= lines and r.why for r in found.offending)


def test_every_language_has_a_table() -> None:
    covered = {row["language"] for row in rows()}
    modules = discover(importlib.import_module("deploybook.tools.pins.languages"))
    assert len(modules) >= 12
    assert [m.__name__ for m in modules if not covered & set(m.LANGUAGES)] == []
    assert covered <= set(languages())
    assert len(GOOD) > 180 and len(BAD) > 220
