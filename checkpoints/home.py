"""Say where run state lives: `$DEPLOYBOOK_HOME`, else the user's state folder of the platform."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = "DEPLOYBOOK_HOME"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REFUSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


@dataclass(frozen=True, slots=True)
class Home:
    """Name the files of one state home; every file in it is readable by its owner only."""

    root: Path

    @property
    def checkpoints(self) -> Path:
        """Return the database of LangGraph checkpoints."""
        return self.root / "checkpoints.db"

    @property
    def ledger(self) -> Path:
        """Return the database of runs; a file of its own, because two writers on one SQLite file block each other."""
        return self.root / "ledger.db"

    @property
    def blobs(self) -> Path:
        """Return the folder of content-addressed values."""
        return self.root / "blobs"

    @property
    def locks(self) -> Path:
        """Return the folder of run locks."""
        return self.root / "locks"

    def ready(self) -> Home:
        """Create what is missing with mode 0700 and return self; raise StateError when the place cannot hold state.

        A folder that exists keeps its mode: it may be shared on purpose, and what is created in it is private by itself.
        """
        with writing(self.root):
            for folder in (self.root, self.blobs, self.locks):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not os.access(self.root, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, "not writable", str(self.root))
        return self


def locate(root: Path | str | None = None) -> Home:
    """Return the state home: `root` when given, else `$DEPLOYBOOK_HOME`, else the platform's state folder; create nothing."""
    named = root or os.environ.get(VARIABLE)
    if named:
        return Home(Path(named).expanduser().absolute())
    from platformdirs import user_state_path

    return Home(user_state_path("deploybook", appauthor=False))


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn an OSError of the block into a StateError that says what to free or where to point `$DEPLOYBOOK_HOME`."""
    try:
        yield
    except OSError as error:
        raise refused(place, error) from error


def refused(place: Path, error: OSError) -> StateError:
    """Return the StateError for an OSError met while state was written at `place`."""
    elsewhere = f"set {VARIABLE} to a folder that you can write to"
    if error.errno in _FULL:
        return StateError(f"no space left for run state in {place}", str(error.strerror), f"free some space, or {elsewhere}")
    if error.errno in _REFUSED:
        return StateError(f"run state cannot be written in {place}", str(error.strerror), elsewhere)
    if isinstance(error, FileExistsError | NotADirectoryError):
        return StateError(f"run state cannot be kept in {place}", "a file stands where a folder is needed", elsewhere)
    return StateError(f"run state in {place} could not be read or written", str(error.strerror or error), elsewhere)
