"""Read the commit of a local checkout without touching it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .gitenv import command_of, environment


def commit_of(top: Path) -> str | None:
    """Return the hash that HEAD names if `top` is the top of a work tree; None for a folder inside one, an unborn branch or junk."""
    command = command_of(["rev-parse", "--show-cdup", "--verify", "HEAD^{commit}"])
    try:  # without GitPython: to import it takes longer than the whole look
        done = subprocess.run(command, cwd=top, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=20.0, check=True)
    except (subprocess.SubprocessError, OSError):
        return None
    lines = done.stdout.decode("utf-8", "replace").rstrip("\n").split("\n")
    return lines[-1] if len(lines[-1]) in (40, 64) and not lines[0].startswith("..") else None
