"""Every case of tests/detectors/*.yaml: files in, facts out.

A case is {name, files: {path: text}, expect, refuse, exact}. `expect` maps a list of the survey (`services`, `datastores`, …) to
entries that must each be found: every key given must be equal (a mapping is matched key by key; `~text` means "contains").
`refuse` has the same form and says what must match nothing. `exact` names lists that hold nothing else than what is expected.
"""

from pathlib import Path

import pytest
import yaml
from deploybook.core.base import plain
from deploybook.core.facts import Survey
from deploybook.core.source import Source
from deploybook.tools.repository import open_repository
from deploybook.tools.survey import survey

TABLES = sorted((Path(__file__).parent.parent / "detectors").glob("*.yaml"))
KEYS = {"name", "files", "expect", "refuse", "exact"}


def _cases():
    for table in TABLES:
        for case in yaml.safe_load(table.read_text(encoding="utf-8")):
            yield pytest.param(case, id=f"{table.stem}: {case['name']}")


def surveyed(folder: Path, files: dict[str, str]) -> Survey:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    with open_repository(Source(location=str(folder))) as repository:
        return survey(repository)


def matches(want, got) -> bool:
    if isinstance(want, dict):
        return isinstance(got, dict) and all(matches(v, got.get(k)) for k, v in want.items())
    if isinstance(want, str) and want.startswith("~"):
        return want[1:] in str(got)
    if isinstance(want, list) and isinstance(got, list):
        return len(want) == len(got) and all(map(matches, want, got))
    return want == got


def assert_evidence_holds(found: Survey, files: dict[str, str]) -> None:
    def walk(value):
        if isinstance(value, dict):
            if {"path", "line", "quote"} <= value.keys():
                line = files[value["path"]].split("\n")[value["line"] - 1].strip()
                at = 0
                for piece in value["quote"].replace("…", "[REDACTED]").split("[REDACTED"):
                    piece = piece.partition("]")[2] if at or piece.startswith(("]", ":")) else piece
                    assert piece.strip() in line, (value, line)
                    at = 1
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)

    data = plain(found)
    walk(data)
    for name in ("services", "datastores", "queues", "migrations", "env_vars", "jobs", "auth", "caching", "integrations", "out_of_scope"):
        assert all(entry["evidence"] for entry in data[name]), name


@pytest.mark.parametrize("case", list(_cases()))
def test_files_give_these_facts(case, tmp_path):
    assert set(case) <= KEYS, f"unknown keys {set(case) - KEYS}"
    assert case.get("expect") or case.get("refuse") or case.get("exact"), "a case that expects nothing shows nothing"
    folder = tmp_path / "project"
    found = surveyed(folder, case["files"])
    data = plain(found)
    for key, wanted in (case.get("expect") or {}).items():
        if not isinstance(wanted, list):
            assert matches(wanted, data[key]), (key, data[key])
            continue
        for want in wanted:
            assert any(matches(want, got) for got in data[key]), f"{key}: no entry like {want} in {data[key]}"
    for key, unwanted in (case.get("refuse") or {}).items():
        for want in unwanted:
            assert not any(matches(want, got) for got in data[key]), f"{key}: {want} is in {data[key]}"
    for key in case.get("exact") or ():
        assert len(data[key]) == len((case.get("expect") or {}).get(key, [])), f"{key}: {data[key]}"
    assert_evidence_holds(found, case["files"])
