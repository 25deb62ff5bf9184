"""Open a source: decide between folder and URL, and give a Repository that is closed and cleaned up afterwards."""

from __future__ import annotations

import os
import posixpath
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...core.errors import SourceError
from ...core.settings import Limits
from ...core.source import Source
from ..redaction import TaintStore
from .addresses import is_url, name_of, password_of, shown
from .reading import Reader
from .repository import Repository
from .walking import FOLDER_FLAGS, walk


@contextmanager
def open_repository(source: Source, limits: Limits | None = None, taint: TaintStore | None = None) -> Iterator[Repository]:
    """Yield the repository that `source` names: a local folder (read in place), a bare repository or a git URL (cloned aside).

    Secrets met on the way are added to `taint`. Raise SourceError (no such path, not a folder, unreachable, empty, unreadable)
    or LimitError. Nothing is written into the source and nothing of it is run.
    """
    bounds = limits or Limits()
    store = TaintStore() if taint is None else taint
    with tempfile.TemporaryDirectory(prefix="deploybook-", ignore_cleanup_errors=True) as private:
        top, name, commit = _locate(source, Path(private), store)
        folder = _inside(top, source)
        root = _open_root(folder, source)
        try:
            tree = walk(root, bounds)
            if not tree.sizes:
                raise _empty(source, bool(tree.skipped))
            with Reader(root) as reader:
                yield Repository(reader, tree, name if source.subpath in ("", ".") else folder.name, commit, bounds, store)
        finally:
            os.close(root)


def _locate(source: Source, private: Path, taint: TaintStore) -> tuple[Path, str, str | None]:
    """Return the folder to read, the repository's name and its commit, after cloning where that is needed."""
    if is_url(source.location):
        from .cloning import clone

        password = password_of(source.location)
        if password:
            taint.add(password, "url-password")
        top = private / (name_of(source.location) or "repository")
        return top, top.name, clone(source.location, source.revision, top)
    path = Path(source.location).expanduser()
    top = _existing(path, source.location)
    if _is_bare(top) or source.revision:
        from .cloning import clone

        aside = private / (top.name.removesuffix(".git") or "repository")
        return aside, aside.name, clone(str(top), source.revision, aside)
    return top, top.name, _commit(top)


def _existing(path: Path, location: str) -> Path:
    try:
        top = Path(os.path.realpath(path, strict=True))
        if not top.is_dir():
            raise SourceError(
                f"not a folder: {location}", "a repository is a folder or a git URL", "name the folder that holds the project's manifest"
            )
        return top
    except FileNotFoundError:
        raise SourceError(
            f"no such path: {location}",
            "neither a folder of this machine nor a git URL",
            "check the spelling, or give an https:// or ssh:// URL",
        ) from None
    except PermissionError:
        raise _unreadable(location) from None
    except (OSError, ValueError):
        raise SourceError(
            f"not a usable path: {location!r}", "the path cannot be resolved (a cycle of links, a name too long)", "give a plain folder"
        ) from None


def _is_bare(top: Path) -> bool:
    return (top / "HEAD").is_file() and (top / "objects").is_dir() and (top / "refs").is_dir() and not (top / ".git").exists()


def _commit(top: Path) -> str | None:
    if not os.path.lexists(top / ".git"):
        return None
    from .commits import commit_of

    return commit_of(top)


def _inside(top: Path, source: Source) -> Path:
    """Return the sub-folder asked for; raise SourceError where it leaves the repository."""
    clean = posixpath.normpath(source.subpath or ".")
    if clean == ".":
        return top
    folder = Path(os.path.realpath(top / clean))
    if clean.startswith(("/", "..")) or not folder.is_relative_to(os.path.realpath(top)):
        raise SourceError(
            f"sub-path outside the repository: {source.subpath}", "it must name a folder below the root", "use a relative path"
        )
    if not folder.is_dir():
        raise SourceError(f"no such folder in the repository: {source.subpath}", "the sub-path names nothing", "check the spelling")
    return folder


def _open_root(folder: Path, source: Source) -> int:
    try:
        root = os.open(folder, FOLDER_FLAGS)
    except OSError:
        raise _unreadable(shown(source.location)) from None
    try:
        with os.scandir(root):
            pass
    except OSError:
        os.close(root)
        raise _unreadable(shown(source.location)) from None
    return root


def _unreadable(location: str) -> SourceError:
    return SourceError(f"cannot read {location}", "permission denied", "run as a user who may read the folder")


def _empty(source: Source, only_left_out: bool) -> SourceError:
    where = shown(source.location)
    if only_left_out:
        return SourceError(
            f"nothing to read in {where}", "it holds only dependencies, caches, links or special files", "name the project's folder"
        )
    return SourceError(f"the folder is empty: {where}", "there is no file in it", "name the folder that holds the project's files")
