"""Keep JSON values and files outside the graph's state, addressed by the sha256 of their bytes."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..core.base import sha256
from ..core.errors import StateError
from .home import writing
from .scrubbing import Scrub, scrubbed

_HEX = frozenset("0123456789abcdef")


def encode(value: Any, scrub: Scrub) -> bytes:
    """Return the bytes under which a JSON value is stored: every text in it scrubbed, keys sorted, no spaces; ASCII only."""
    return json.dumps(scrubbed(value, scrub), sort_keys=True, separators=(",", ":")).encode()


def is_ref(text: object) -> bool:
    """Say whether text has the form of a reference: 64 lower-case hexadecimal digits."""
    return isinstance(text, str) and len(text) == 64 and _HEX.issuperset(text)


class BlobStore:
    """Store bytes by content: written whole or not at all, verified when read. Safe for many processes at once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, ref: str) -> Path:
        """Return where a reference is kept; raise StateError for a text that is no reference."""
        if not is_ref(ref):
            raise StateError("not a reference to a stored value", f"{ref[:80]!r}", "the run's state is damaged: plan again")
        return self.root / ref[:2] / ref[2:]

    def put(self, content: bytes) -> str:
        """Store content and return its reference; raise StateError when it cannot be written."""
        ref = sha256(content)
        target = self.path(ref)
        with writing(self.root):
            if not self._holds(target, ref):
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _write(target, content)
        return ref

    def get(self, ref: str) -> bytes:
        """Return the content of a reference; raise StateError when it is missing or no longer what was stored."""
        target = self.path(ref)
        try:
            content = target.read_bytes()
        except FileNotFoundError as error:
            raise StateError(f"a value of this run is missing: {target}", "the file was removed", "plan again") from error
        except OSError as error:
            raise StateError(f"a value of this run cannot be read: {target}", str(error.strerror), "check owner and mode") from error
        if sha256(content) != ref:
            raise StateError(f"a value of this run is damaged: {target}", "its content does not match its sha256", "plan again")
        return content

    def _holds(self, target: Path, ref: str) -> bool:
        """Say whether the content is there and sound; a damaged copy is written again."""
        try:
            return sha256(target.read_bytes()) == ref
        except FileNotFoundError:
            return False

    def sweep(self, keep: frozenset[str], older_than_s: float, now: float) -> int:
        """Remove values that are not in `keep` and were written before `now - older_than_s` (seconds); return how many went."""
        gone = 0
        for file in sorted(self.root.glob("??/*")):
            if file.parent.name + file.name in keep:
                continue
            with suppress(FileNotFoundError):
                if file.stat().st_mtime < now - older_than_s:
                    file.unlink()
                    gone += 1
        return gone


def _write(target: Path, content: bytes) -> None:
    """Write beside the target, flush to the disk, then rename: a reader never meets half a file, nor does a killed writer leave one."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
