"""The analyst opens, surveys, and refuses what is no back end, saying what it found and what fits that."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from deploybook.agents.analyst import analyse, rescan
from deploybook.core.errors import ExitCode, LimitError, NothingDetected, SourceError
from deploybook.core.settings import Limits
from deploybook.core.source import Source
from deploybook.tools.redaction import TaintStore

EXAMPLE = Path(__file__).parents[2] / "examples" / "notes-api"


def test_a_back_end_is_surveyed_with_evidence() -> None:
    survey = analyse(Source(location=str(EXAMPLE)), Limits(), TaintStore())
    assert survey.backends()
    assert all(service.evidence for service in survey.backends())


def test_a_front_end_alone_is_referred_to_what_fits_it(tmp_path: Path) -> None:
    manifest = {
        "name": "shop-web",
        "dependencies": {"react": "18.3.1", "react-dom": "18.3.1"},
        "scripts": {"build": "vite build", "dev": "vite"},
    }
    (tmp_path / "package.json").write_text(json.dumps(manifest | {"devDependencies": {"vite": "5.4.0"}}), "utf-8")
    (tmp_path / "index.html").write_text('<div id="root"></div><script type="module" src="/src/main.jsx"></script>', "utf-8")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.jsx").write_text("import React from 'react'\n", "utf-8")
    with pytest.raises(NothingDetected) as caught:
        analyse(Source(location=str(tmp_path)), Limits(), TaintStore())
    assert "front end" in caught.value.what
    assert "static host" in caught.value.hint
    assert caught.value.exit_code == ExitCode.NOTHING_DETECTED


def test_prose_alone_is_no_back_end(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Notes\n", "utf-8")
    with pytest.raises(NothingDetected, match="no back end was found") as caught:
        analyse(Source(location=str(tmp_path)), Limits(), TaintStore())
    assert caught.value.why
    assert "--subpath" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [("package.json", b"\0\xff\0", "binary"), ("package.json", b"[1", "malformed"), ("pyproject.toml", b"[project\n", "malformed")],
)
def test_what_could_not_be_read_is_named(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NothingDetected) as caught:
        analyse(Source(location=str(tmp_path)), Limits(), TaintStore())
    assert caught.value.why.endswith(f"not read: {name} ({kind})")


@pytest.mark.parametrize("work", [analyse, rescan])
def test_sources_that_cannot_be_read_are_typed(tmp_path: Path, work: object) -> None:
    assert callable(work)
    with pytest.raises(SourceError):
        work(Source(location=str(tmp_path / "nowhere")), Limits(), TaintStore())
    with pytest.raises(SourceError):
        work(Source(location=str(tmp_path)), Limits(), TaintStore())
    (tmp_path / "deep" / "er" / "still").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "still" / "a.py").write_text("", "utf-8")
    for number in range(5):
        (tmp_path / f"{number}.py").write_text("", "utf-8")
    with pytest.raises(LimitError):
        work(Source(location=str(tmp_path)), Limits(files=2), TaintStore())


def test_a_rescan_learns_what_the_analysis_learned(tmp_path: Path) -> None:
    """It reads the same files, so a resumed run knows the same secrets."""
    import secrets

    value = secrets.token_urlsafe(24)
    (tmp_path / ".env").write_text(f"DB_PASSWORD={value}\n", "utf-8")
    (tmp_path / "requirements.txt").write_text("flask==3.0.3\n", "utf-8")
    (tmp_path / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n", "utf-8")
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    first, second = TaintStore(), TaintStore()
    survey = analyse(Source(location=str(tmp_path)), Limits(), first)
    commit = rescan(Source(location=str(tmp_path)), Limits(), second)
    assert commit == survey.commit
    assert commit is not None
    assert len(second) == len(first) > 0
    assert value not in second.scrub(f"x {value} y")
