"""Read the commit of a local checkout without touching it."""

from __future__ import annotations

from pathlib import Path

from .gitenv import run_git


def commit_of(top: Path) -> str | None:
    """Return the hash that HEAD names if `top` is the top of a work tree; None for a folder inside one, an unborn branch or junk."""
    from git.exc import GitCommandError, GitCommandNotFound

    try:
        shown = run_git(top, ["rev-parse", "--show-cdup", "--verify", "HEAD^{commit}"], 20.0)
    except (GitCommandError, GitCommandNotFound, OSError):
        return None
    lines = shown.split("\n")
    return lines[-1] if len(lines[-1]) in (40, 64) and not lines[0].startswith("..") else None
