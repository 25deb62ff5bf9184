"""Call the command line as people do: in this process where that is enough, as a process of its own where it matters."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from deploybook.faces import cli

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "notes-api"


@dataclass(frozen=True)
class Call:
    """Be what one call came to."""

    code: int
    out: str
    err: str

    def failed(self, code: int, *phrases: str) -> None:
        """Assert that it failed as failures must: the exit code, what/why/hint on stderr, nothing on stdout, no traceback."""
        assert self.code == code, self
        assert self.out == "", self
        assert self.err.count("error: ") == 1, self
        assert "  hint: " in self.err, self
        assert "Traceback" not in self.err, self
        for phrase in phrases:
            assert phrase in self.err, (phrase, self.err)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder with a plain terminal's environment, so that no configuration or colour of the caller matters."""
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., Call]:
    """Run the command line in this process."""

    def run(*arguments: str | Path) -> Call:
        capsys.readouterr()
        code = cli.run([str(a) for a in arguments])
        seen = capsys.readouterr()
        return Call(code, seen.out, seen.err)

    return run


@pytest.fixture
def spawn() -> Callable[..., Call]:
    """Run the command line in a process of its own."""

    def run(*arguments: str | Path, **options: object) -> Call:
        done = subprocess.run(
            [sys.executable, "-m", "deploybook", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=dict(os.environ),
            **options,  # type: ignore[call-overload]
        )
        return Call(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """Return a copy of the bundled back end."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "notes-api"))
