"""Start an outside tool: clean environment, own temporary home, time limit, nothing of the caller's settings, no network meant."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TIMEOUT_S = 30.0
_MAX_OUTPUT = 400_000


@dataclass(frozen=True, slots=True)
class Completed:
    """Be the end of a tool: exit status (null: it was stopped at the time limit), standard output and error."""

    status: int | None
    out: str
    err: str


@cache
def find(program: str) -> str | None:
    """Return the program's path: beside the running Python first (wheels bring some), then on PATH, then in the system folders."""
    beside = Path(sys.executable).parent / program
    if beside.is_file() and os.access(beside, os.X_OK):
        return str(beside)
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin:/usr/local/sbin:/usr/local/bin")


@cache
def version(program: str) -> str:
    """Return what a tool says of its version, empty for one that is missing."""
    path = find(program)
    if path is None:
        return ""
    with folder({}) as root:
        done = run([path, "--version"], root, timeout=10)
    return done.out or done.err


@contextlib.contextmanager
def folder(files: Mapping[str, str]) -> Iterator[Path]:
    """Give a temporary folder that holds these files; a path that would leave it is left out."""
    with tempfile.TemporaryDirectory(prefix="deploybook-") as name:
        root = Path(name)
        for path, text in sorted(files.items()):
            target = (root / path.lstrip("/")).resolve()
            if target != root.resolve() and target.is_relative_to(root.resolve()):
                with contextlib.suppress(OSError):
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_text(text, "utf-8")
        yield root


def run(argv: Sequence[str], cwd: Path, stdin: str = "", extra: Mapping[str, str] | None = None, timeout: float = TIMEOUT_S) -> Completed:
    """Return what the tool said; its whole process group is ended at the time limit."""
    env = {
        "PATH": os.environ.get("PATH", "/usr/local/bin:/usr/bin:/bin"),
        "HOME": str(cwd),
        "TMPDIR": str(cwd),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "DOCKER_HOST": "unix:///nonexistent/docker.sock",
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
        **(extra or {}),
    }
    try:
        process = subprocess.Popen(
            list(argv),
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        return Completed(None, "", f"cannot be started: {type(error).__name__}")
    try:
        out, err = process.communicate(stdin, timeout=timeout)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return Completed(None, "", f"stopped after {timeout:.0f} s")
    return Completed(process.returncode, out[:_MAX_OUTPUT], err[:_MAX_OUTPUT])
