"""Replace the texts of several files: all of them or none, each by one rename, and none that somebody changed meanwhile."""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ...core.errors import OutputError


@dataclass(frozen=True, slots=True)
class Change:
    """Be one file to replace: its name as the plan calls it, where it lies, what it held when it was judged, what it shall hold."""

    name: str
    path: Path
    old: bytes
    new: bytes

    def diff(self, shown: str, without_secrets: Callable[[str, str], str]) -> str:
        """Return the change as a unified diff under the name by which the caller knows the file; its secrets are taken out first."""
        texts = (without_secrets(self.name, data.decode("utf-8", "replace")) for data in (self.old, self.new))
        before, after = (io.StringIO(text, newline="\n").readlines() for text in texts)
        lines = difflib.unified_diff(before, after, f"a/{shown}", f"b/{shown}")
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def replace_all(changes: Iterable[Change]) -> tuple[str, ...]:
    """Replace every file and return their names; raise OutputError when one cannot be written or is not what was judged.

    Nothing is changed then: the texts are written beside the files first, and what was renamed before a failure is put back. Rights and
    owner of a file stay as they are, as far as the system lets them.
    """
    wanted = [change for change in changes if change.old != change.new]
    with contextlib.ExitStack() as stack:
        fresh = [(change, stack.enter_context(_beside(change))) for change in wanted]
        for change in wanted:
            _unchanged(change)
        done: list[Change] = []
        for change, path in fresh:
            try:
                path.replace(change.path)
            except OSError as error:
                _put_back(done)
                raise _refused(change, error) from error
            done.append(change)
    return tuple(change.name for change in wanted)


@contextlib.contextmanager
def _beside(change: Change) -> Iterator[Path]:
    """Yield a new file with the wanted text beside the old one; it is removed when it was not renamed."""
    path: Path | None = None
    try:
        if not os.access(change.path, os.W_OK):
            raise PermissionError(13, "Permission denied")  # a rename would replace it all the same
        status = change.path.lstat()
        handle, name = tempfile.mkstemp(prefix=f".{change.path.name}.", dir=change.path.parent)
        path = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(change.new)
            file.flush()
            os.fchmod(file.fileno(), status.st_mode & 0o7777)
            with contextlib.suppress(OSError):
                os.fchown(file.fileno(), status.st_uid, status.st_gid)
            os.fsync(file.fileno())
    except OSError as error:
        if path is not None:
            path.unlink(missing_ok=True)
        raise _refused(change, error) from error
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _unchanged(change: Change) -> None:
    try:
        same = not change.path.is_symlink() and change.path.read_bytes() == change.old
    except OSError as error:
        raise _refused(change, error) from error
    if not same:
        why = "what was judged is not what lies there; nothing was written"
        raise OutputError(f"{change.name} was changed meanwhile", why, "check it again")


def _put_back(done: Iterable[Change]) -> None:
    for change in done:
        with contextlib.suppress(OSError), _beside(Change(change.name, change.path, change.new, change.old)) as path:
            path.replace(change.path)


def _refused(change: Change, error: OSError) -> OutputError:
    why = f"{error.strerror or type(error).__name__}; nothing was written"
    return OutputError(f"{change.name} cannot be written", why, "give yourself the right to write it, or use --diff")
