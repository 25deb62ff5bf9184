"""Leaving out the detectors of absent ecosystems changes nothing: over every case of tests/detectors, what is left out is silent."""

from pathlib import Path

import pytest
import yaml
from deploybook.core.registry import discover
from deploybook.core.source import Source
from deploybook.tools.repository import open_repository
from deploybook.tools.survey.engine import DETECTORS
from deploybook.tools.survey.families import NAMES, SUFFIXES, wanted
from deploybook.tools.survey.view import View

TABLES = sorted((Path(__file__).parent.parent / "detectors").glob("*.yaml"))


def test_families_are_those_of_detectors():
    assert NAMES.keys() == SUFFIXES.keys()
    assert set(SUFFIXES) <= {name.partition("_")[0] for name in discover(DETECTORS)}


@pytest.mark.parametrize("table", TABLES, ids=lambda p: p.stem)
def test_what_is_left_out_has_nothing_to_say(table, tmp_path):
    everyone = discover(DETECTORS, required=("detect",))
    for number, case in enumerate(yaml.safe_load(table.read_text("utf-8"))):
        folder = tmp_path / str(number)
        for path, text in case["files"].items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        with open_repository(Source(location=str(folder))) as repository:
            view = View(repository)
            chosen = wanted(view)
            loud = [name for name, detector in everyone.items() if not chosen(name) and list(detector.detect(view))]
        assert loud == [], f"{case['name']}: add the mark of this file to families.py"


def test_a_tree_of_one_language_loads_no_other(tmp_path):
    (tmp_path / "go.mod").write_text("module example.org/x\n")
    (tmp_path / "main.go").write_text("package main\n")
    with open_repository(Source(location=str(tmp_path))) as repository:
        chosen = wanted(View(repository))
    assert chosen("go_routes") and chosen("dockerfile") and chosen("static_sites")
    assert not any(chosen(f"{family}_stores") for family in SUFFIXES.keys() - {"go"})
