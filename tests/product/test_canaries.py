"""Plant secrets of every kind in every place, plan through the real command line, look for any form of any on every surface."""

from __future__ import annotations

import importlib.util
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SEEDS = int(os.environ.get("CANARY_SEEDS", "2"))
"""A seed plants kinds x placements; no hit in n plantings bounds the leak rate at 3/n with 95 % confidence (CANARY_SEEDS=8: 0.1 %)."""
WINDOW = 8


def _canaries() -> ModuleType:
    spec = importlib.util.spec_from_file_location("canaries", ROOT / "tests" / "support" / "canaries.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


canaries = _canaries()


def planted(repo: Path, seed: int) -> list[str]:
    """Write a small back end whose files carry one canary per kind and placement; return the canaries."""
    rng = random.Random(seed)
    (repo / "app").mkdir(parents=True)
    (repo / "requirements.txt").write_text("fastapi==0.115.6\nuvicorn==0.34.0\npsycopg[binary]==3.2.3\nsqlalchemy==2.0.36\n", "utf-8")
    (repo / "app" / "main.py").write_text(
        "import os\nfrom fastapi import FastAPI\nimport sqlalchemy as sa\napp = FastAPI()\n"
        'engine = sa.create_engine(os.environ["DATABASE_URL"])\n\n'
        '@app.get("/health")\ndef health():\n    return {"ok": True}\n',
        "utf-8",
    )
    values = []
    for kind, make in canaries.kinds().items():
        for place, write in canaries.placements().items():
            value = make(rng)
            name, text = write(kind, value)
            path = repo / "parts" / f"{place}-{kind}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            values.append(value)
    return values


def surfaces(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the bytes of every file and the decoded cells of every database below the folders."""
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            content = path.read_bytes()
            yield str(path), content
            if content.startswith(b"SQLite format 3"):
                with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
                    tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
                    for table in tables:
                        for row in database.execute(f'SELECT * FROM "{table}"'):
                            yield f"{path}:{table}", b"\0".join(c if isinstance(c, bytes) else str(c).encode() for c in row)


def leaks(values: list[str], found: Iterator[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """Return (surface, canary) for each forbidden form of 8 characters or more that stands on a surface."""
    heads: dict[str, list[tuple[str, str]]] = {}
    for value in values:
        for form in canaries.forbidden_forms(value):
            heads.setdefault(form[:WINDOW], []).append((form, value))
    hits = set()
    for name, content in found:
        text = content.decode("latin-1")
        seen = {text[at : at + WINDOW] for at in range(max(0, len(text) - WINDOW + 1))}
        for head in seen & heads.keys():
            hits.update((name, value) for form, value in heads[head] if form in text)
    return sorted(hits)


def run(args: list[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Run the command line with every place it may write to inside `folder`."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "user"),
        "TMPDIR": str(folder / "tmp"),
        "DEPLOYBOOK_HOME": str(folder / "state"),
        "NO_COLOR": "1",
    }
    for name in ("user", "tmp", "state"):
        (folder / name).mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, "-P", "-m", "deploybook", *args], cwd=folder, env=environment, capture_output=True, timeout=150, check=False
    )


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_form_of_any_canary_stands_on_any_surface(tmp_path: Path, seed: int) -> None:
    """The law of the in-door and the out-door, over plan, survey, databases with WAL, blobs, temporary files and both streams."""
    repo, out = tmp_path / "repo", tmp_path / "plan"
    values = planted(repo, seed)
    assert len(canaries.kinds()) >= 30 and len(canaries.placements()) >= 8
    assert len(values) == len(canaries.kinds()) * len(canaries.placements())
    done = run(["plan", str(repo), "--out", str(out), "--no-input", "--verbose", "--debug"], tmp_path)
    assert (out / "PLAN.md").is_file(), done.stderr.decode()[-2000:]
    (tmp_path / "streams").mkdir()
    (tmp_path / "streams" / "stdout").write_bytes(done.stdout)
    (tmp_path / "streams" / "stderr").write_bytes(done.stderr)
    folders = [tmp_path / name for name in ("plan", "state", "tmp", "user", "streams")]
    assert leaks(values, surfaces(*folders)) == []
    plan = (out / "PLAN.md").read_text("utf-8")
    assert "postgres:" in plan and "fastapi" in plan.lower(), "a plan of nothing but [REDACTED] would pass"


def test_the_search_sees_a_canary_that_was_let_through(tmp_path: Path) -> None:
    """The mutation check of the whole product: without the redaction at the in-door the same search finds canaries."""
    repo = tmp_path / "repo"
    values = planted(repo, 99)
    (tmp_path / "mutant.py").write_text(
        "import sys\nfrom deploybook.tools.redaction import engine\n"
        "engine.Redactor.redact = lambda self, path, text, *words, **options: engine.Redacted(text, ())\n"
        "engine.Redactor.learn = lambda self, *words, **options: None\n"
        "from deploybook.faces.cli import run\nsys.exit(run(sys.argv[1:]))\n",
        "utf-8",
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DEPLOYBOOK_HOME": str(tmp_path / "state"), "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-P", str(tmp_path / "mutant.py"), "survey", str(repo), "--format", "json"],
        env=environment, capture_output=True, timeout=150, check=False,
    )  # fmt: skip
    assert leaks(values, iter([("stdout", done.stdout)])), done.stderr.decode()[-2000:]
