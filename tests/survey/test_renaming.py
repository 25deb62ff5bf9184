"""Laws of names: a tree that stands deeper, with services and settings of other names, has the same facts; and so has every table."""

import hashlib
import re
from pathlib import Path

import pytest
import yaml
from deploybook.core.facts import Survey
from deploybook.core.source import Source
from deploybook.tools.repository import open_repository
from deploybook.tools.survey import survey

TABLES = sorted((Path(__file__).parent.parent / "detectors").glob("*.yaml"))
SERVICE = (
    "role", "language", "runtime", "framework", "image", "runtime_version", "package_manager", "package_manager_version", "start_command",
    "port", "listens", "orm", "health_path",
)  # fmt: skip
ROOT_ONLY = {  # what only counts at the root of a tree
    "a start script alone", "beside any code base a script is only a script",
    "an App Platform specification under another name at the top of the tree",
}  # fmt: skip
NAMED_AFTER = {"evolutions of Play"}  # a build without a name of its own is named after its folder


FOLDER = "zorvex"
_SERVICE = re.compile(r"(?<![\w.@/-])([a-z]{3,}(?:-[a-z]+)*)-(service|gateway|processor)(?![\w-])")
_SETTING = re.compile(r"\b(SHOP|ORDERS?|BILLING|ACME|MYAPP|CATALOG|INVENTORY|TRACKER|LEDGER)_[A-Z0-9_]+\b")


def _nonsense(word: str) -> str:
    seed = hashlib.sha256(word.encode()).digest()
    return "".join("zvkqjx"[a % 6] + "aeiou"[b % 5] for a, b in zip(seed[:3], seed[3:6], strict=True))


def _other(text: str, prefixes: frozenset[str]) -> str:
    """Return a text with compound service names and the given prefixes of settings replaced, each always by the same word."""
    text = _SERVICE.sub(lambda m: m.group().replace(m.group(1), _nonsense(m.group(1)), 1), text)

    def setting(found: re.Match[str]) -> str:
        own = found.group(1)
        return found.group().replace(own, _nonsense(own).upper(), 1) if own in prefixes else found.group()

    return _SETTING.sub(setting, text)


def own_prefixes(files: dict[str, str]) -> frozenset[str]:
    """Return the prefixes that stand in whole names of settings only: one that code puts before a field's name must stay."""
    text = "\n".join(files.values())
    found = {m.group(1) for m in _SETTING.finditer(text)}
    bare = {w for p in found for w in (p, p.lower(), p.capitalize(), f"{p}_") if re.search(rf"(?<![A-Za-z0-9]){w}(?![A-Za-z0-9_])", text)}
    return frozenset(p for p in found if not bare & {p, p.lower(), p.capitalize(), f"{p}_"})


def renamed(files: dict[str, str]) -> dict[str, str]:
    """Return the tree below a folder of another name, its own names replaced wherever they stand."""
    prefixes = own_prefixes(files)
    return {f"{FOLDER}/project/{_other(path, prefixes)}": _other(text, prefixes) for path, text in files.items()}


def replaced(value: object, prefixes: frozenset[str]) -> object:
    """Return plain data with the same names replaced, to compare with what the renamed tree gives."""
    if isinstance(value, str):
        return _other(value, prefixes)
    if isinstance(value, list | tuple):
        return [replaced(v, prefixes) for v in value]
    return value


def surveyed(folder: Path, files: dict[str, str]) -> Survey:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    with open_repository(Source(location=str(folder))) as repository:
        return survey(repository)


def facts(found: Survey) -> dict[str, list[object]]:
    return {
        "services": sorted(([getattr(s, k) for k in SERVICE] for s in found.services), key=str),
        "datastores": sorted(([d.kind, d.version, d.required] for d in found.datastores), key=str),
        "queues": sorted(([q.kind, q.backend] for q in found.queues), key=str),
        "migrations": sorted(m.tool for m in found.migrations),
        "env_vars": sorted(([e.name, e.required, e.default, e.secret] for e in found.env_vars), key=str),
        "jobs": sorted(([j.name, j.kind, j.schedule] for j in found.jobs), key=str),
        "named": sorted([*(n.kind for n in (*found.auth, *found.caching, *found.integrations)), *(s.kind for s in found.api_specs)]),
        "conflicts": sorted(c.subject.partition(":")[0] for c in found.conflicts),
        "out_of_scope": sorted(o.why for o in found.out_of_scope),
    }


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.stem)
def test_names_and_folders_decide_nothing(table, tmp_path):
    for number, case in enumerate(yaml.safe_load(table.read_text(encoding="utf-8"))):
        if case["name"] in ROOT_ONLY | NAMED_AFTER:
            continue
        before = facts(surveyed(tmp_path / f"{number}/project", case["files"]))
        after = facts(surveyed(tmp_path / f"{number}/up", renamed(case["files"])))
        for key, value in before.items():
            assert sorted(replaced(value, own_prefixes(case["files"])), key=str) == after[key], (case["name"], key)
