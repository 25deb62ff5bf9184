"""Law of the planted cases: queues, specifications, infrastructure, sign-in, integrations and jobs of every ecosystem, nearly all right.

The rows are thin in any corpus of real repositories, so each planted file holds what must be found in it. Run with `-s` for the figures.
"""

import importlib.util
from pathlib import Path

import pytest
import yaml
from deploybook.core.base import plain

HERE = Path(__file__).parent
AREAS = ("api_specs", "auth", "iac", "integrations", "jobs", "queues")
LEAST, SHARE, WIDTH = 60, 0.95, 8  # cases in all, share that is right, ecosystems of each area that lives in code
ECOSYSTEMS = {
    "python": ("requirements.txt", "pyproject.toml", "Pipfile"), "node": ("package.json",), "jvm": ("pom.xml", "build.gradle"),
    "go": ("go.mod",), "dotnet": (".csproj", ".fsproj"), "ruby": ("Gemfile",), "php": ("composer.json",), "rust": ("Cargo.toml",),
    "elixir": ("mix.exs",), "scala": ("build.sbt",), "clojure": ("project.clj", "deps.edn"),
}  # fmt: skip


def _tables():
    spec = importlib.util.spec_from_file_location("detector_tables", HERE / "test_detector_tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _cases(area: str) -> list[dict]:
    return yaml.safe_load((HERE.parent / "detectors" / f"_planted_{area}.yaml").read_text(encoding="utf-8"))


def _claims(case: dict) -> int:
    return sum(len(v) for key in ("expect", "refuse") for v in (case.get(key) or {}).values() if isinstance(v, list))


def _right(tables, case: dict, folder: Path) -> bool:
    data = plain(tables.surveyed(folder, case["files"]))
    found = all(any(tables.matches(want, got) for got in data[key]) for key, all_ in (case.get("expect") or {}).items() for want in all_)
    clean = not any(tables.matches(bad, got) for key, all_ in (case.get("refuse") or {}).items() for bad in all_ for got in data[key])
    return found and clean and all(len(data[k]) == len((case.get("expect") or {}).get(k, [])) for k in case.get("exact") or ())


def test_nearly_every_planted_case_is_right(tmp_path, capsys):
    tables, right, total, lines = _tables(), 0, 0, []
    for area in AREAS:
        cases = _cases(area)
        good = [_right(tables, case, tmp_path / area / str(n)) for n, case in enumerate(cases)]
        right, total = right + sum(good), total + len(good)
        lines.append(f"{area:14} {sum(good):3}/{len(good):3} cases, {sum(map(_claims, cases)):3} claims")
    with capsys.disabled():
        print("\nplanted cases\n" + "\n".join(lines) + f"\nall            {right:3}/{total:3}  {100 * right / total:.0f} %")
    assert total >= LEAST
    assert right / total >= SHARE


@pytest.mark.parametrize("area", [a for a in AREAS if a not in ("api_specs", "iac")])
def test_planted_cases_span_the_ecosystems(area):
    seen = {e for case in _cases(area) for e, marks in ECOSYSTEMS.items() if any(p.endswith(m) for p in case["files"] for m in marks)}
    assert len(seen) >= WIDTH, sorted(seen)


@pytest.mark.parametrize("area", AREAS)
def test_planted_names_differ_and_each_case_claims_something(area):
    cases = _cases(area)
    assert len({c["name"] for c in cases}) == len(cases)
    assert all(_claims(c) or c.get("exact") for c in cases)
