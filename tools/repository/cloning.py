"""Bring a git repository into a private folder: one revision deep, nothing of it run."""

from __future__ import annotations

from pathlib import Path

from ...core.errors import SourceError
from .addresses import SCHEMES, is_url, scheme_of, shown
from .gitenv import run_git

_FETCH_SECONDS = 300.0
_LOCAL_SECONDS = 120.0


def clone(location: str, revision: str | None, to: Path) -> str:
    """Return the hash of the commit that was laid out in `to`; raise SourceError with a hint for every way this fails.

    `revision` is a branch, a tag or a full hash (any expression git understands where `location` is a folder of this machine).
    """
    try:
        from git.exc import GitCommandError, GitCommandNotFound
    except ImportError:  # GitPython looks for the program when it is imported
        raise SourceError("git is not installed", f"it is needed to read {shown(location)}", "install git, or give a folder") from None
    _check(location, revision)
    wanted = revision or "HEAD"
    try:
        if not is_url(location):
            wanted = run_git(Path(location), ["rev-parse", "--verify", "--end-of-options", f"{wanted}^{{commit}}"], _LOCAL_SECONDS)
        to.mkdir(mode=0o700)
        run_git(to, ["init", "--quiet", "--template="], _LOCAL_SECONDS)
        run_git(
            to, ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--", _remote(location), wanted], _FETCH_SECONDS
        )
        run_git(to, ["checkout", "--quiet", "--detach", "--force", "FETCH_HEAD"], _LOCAL_SECONDS)
        return run_git(to, ["rev-parse", "--verify", "HEAD"], _LOCAL_SECONDS)
    except GitCommandNotFound:
        raise SourceError("git is not installed", f"it is needed to read {shown(location)}", "install git, or give a folder") from None
    except GitCommandError as error:
        raise _failure(location, revision, f"{error.stderr or ''} {error.status}") from None


def _remote(location: str) -> str:
    return location if is_url(location) else Path(location).as_uri()


def _check(location: str, revision: str | None) -> None:
    if is_url(location) and scheme_of(location) not in SCHEMES:
        raise SourceError(
            f"not a supported address: {scheme_of(location)}://…",
            f"git URLs are read over {', '.join(SCHEMES)} only",
            "use the https:// address",
        )
    if location.startswith("-") or (revision or "").startswith("-"):
        raise SourceError("not a source", "a source or revision never starts with a dash", "check the command line")


def _failure(location: str, revision: str | None, said: str) -> SourceError:
    """Return the error for what git said, by its well-known sentences; what git printed is never repeated."""
    words, where = said.lower(), shown(location)
    if "couldn't find remote ref" in words or "needed a single revision" in words or "not our ref" in words:
        return SourceError(
            f"no such revision in {where}: {revision or 'HEAD'}",
            "the repository is empty or holds no such branch, tag or full hash",
            "name a branch, a tag or a full commit hash",
        )
    if any(
        w in words
        for w in ("authentication failed", "could not read username", "could not read password", "permission denied", "403", "401")
    ):
        return SourceError(
            f"not allowed to read {where}",
            "the server asks for credentials, and this tool never prompts for any nor uses stored ones",
            "clone it yourself and give the folder, or use an ssh:// address with a key in your agent",
        )
    if any(
        w in words
        for w in ("could not resolve host", "unable to connect", "connection refused", "network is unreachable", "failed to connect")
    ):
        return SourceError(
            f"cannot reach {where}", "the host does not answer from here", "check the address and the network, or give a local folder"
        )
    if "timeout" in words or "timed out" in words or "-9" in words:
        return SourceError(
            f"reading {where} took too long", f"gave up after {int(_FETCH_SECONDS)} s", "clone it yourself and give the folder"
        )
    if any(w in words for w in ("not found", "does not exist", "does not appear to be a git repository", "not a git repository")):
        return SourceError(f"no git repository at {where}", "nothing there answers as one", "check the address")
    if "no space left" in words:
        return SourceError(f"cannot clone {where}", "the temporary folder is full or missing", "free some space or set TMPDIR")
    return SourceError(f"cannot clone {where}", "git refused the repository", "clone it yourself and give the folder")
