"""Hold one lock per run, since the checkpointer has none and two drivers of one run interleave silently."""

from __future__ import annotations

import json
import os
import socket
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..core.errors import RunLocked
from .home import Home, writing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def hold(home: Home, run_id: str) -> Iterator[None]:
    """Hold the run's lock for the block; raise RunLocked, which names the holder's process and host, when it is taken.

    The lock is the operating system's: it goes when its process dies, whatever killed it.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(home.locks / f"{run_id}.lock", timeout=0, mode=0o600)
    with writing(home.locks):
        try:
            lock.acquire()
        except Timeout as error:
            raise _locked(_note(home, run_id), run_id) from error
    try:
        with writing(home.locks):
            _note(home, run_id).write_text(json.dumps(_self()), "utf-8")
        yield
    finally:
        with suppress(OSError):
            _note(home, run_id).unlink(missing_ok=True)
        lock.release()


def held(home: Home, run_id: str) -> bool:
    """Say whether some process holds the run right now."""
    from filelock import FileLock, Timeout

    path = home.locks / f"{run_id}.lock"
    if not path.exists():
        return False
    try:
        with FileLock(path, timeout=0, mode=0o600):
            return False
    except Timeout:
        return True


def forget(home: Home, run_id: str) -> None:
    """Remove the files of a run's lock; only for a run that nobody holds and that will never be driven again."""
    for path in (home.locks / f"{run_id}.lock", _note(home, run_id)):
        path.unlink(missing_ok=True)


def _note(home: Home, run_id: str) -> Path:
    return home.locks / f"{run_id}.json"


def _self() -> dict[str, Any]:
    return {"pid": os.getpid(), "host": socket.gethostname(), "since": datetime.now(UTC).isoformat(timespec="seconds")}


def _locked(note: Path, run_id: str) -> RunLocked:
    why = "another process holds its lock"
    with suppress(OSError, ValueError, KeyError, TypeError):
        holder = json.loads(note.read_text("utf-8"))
        why = f"process {int(holder['pid'])} on {holder['host']} holds it since {holder['since']}"
    return RunLocked(f"run {run_id} is already being worked on", why, "wait until it ends, or end that process: nothing is lost")
