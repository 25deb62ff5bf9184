"""The state home is private, can be moved, and says what to do when it cannot hold state."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

import pytest
from deploybook.checkpoints.home import Home, locate, refused
from deploybook.core.errors import ExitCode, StateError


def test_the_variable_moves_the_state_home_and_an_argument_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPLOYBOOK_HOME", str(tmp_path / "a"))
    assert locate().root == tmp_path / "a"
    assert locate(tmp_path / "b").root == tmp_path / "b"


def test_without_the_variable_the_platform_says_where(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DEPLOYBOOK_HOME")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert locate().root.name == "deploybook"


def test_what_is_created_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    home = Home(tmp_path / "deep" / "home").ready()
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (home.root, home.blobs, home.locks)] == [0o700] * 3


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    """Pointing the variable at a shared folder must not lock others out of it."""
    tmp_path.chmod(0o755)
    Home(tmp_path).ready()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_file_in_the_way_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "home"):
        with pytest.raises(StateError) as caught:
            Home(place).ready()
        assert "a file stands" in caught.value.why
        assert "DEPLOYBOOK_HOME" in caught.value.hint


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "no space left"),
        (errno.EDQUOT, "no space left"),
        (errno.EROFS, "cannot be written"),
        (errno.EIO, "could not be read"),
    ],
)
def test_every_way_to_refuse_says_what_and_hints(tmp_path: Path, number: int, words: str) -> None:
    error = refused(tmp_path, OSError(number, "as the system says"))
    assert words in error.what
    assert error.hint
    assert error.exit_code == ExitCode.USAGE
