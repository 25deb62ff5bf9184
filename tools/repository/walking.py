"""Walk a tree by folder descriptors: no link is followed, nothing is opened but folders, every list is sorted."""

from __future__ import annotations

import os
import posixpath
import stat
from dataclasses import dataclass, field

from ...core.errors import LimitError
from ...core.settings import Limits
from .ignoring import INTERNAL, kind_inside, kind_of

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(slots=True)
class Tree:
    """What a walk saw: files with their sizes, folders, links inside the root, and what was left out with the reason."""

    sizes: dict[str, int] = field(default_factory=dict)
    folders: set[str] = field(default_factory=lambda: {"."})
    links: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)


def walk(root: int, limits: Limits) -> Tree:
    """Return the tree under the folder descriptor `root`; raise LimitError beyond `limits.files` entries."""
    tree = Tree()
    raw_links: dict[str, str] = {}
    pending: list[tuple[str, str, int]] = [(".", "", 0)]
    while pending:
        path, name, depth = pending.pop()
        entries = _entries(root, path, tree)
        if entries is None:
            continue
        names = {n for n, _ in entries}
        why = kind_inside(name, names) if name else None
        if why:
            tree.skipped[path] = why
            continue
        tree.folders.add(path)
        deeper = []
        for entry, info in entries:
            where = entry if path == "." else f"{path}/{entry}"
            if stat.S_ISDIR(info.st_mode):
                reason = kind_of(entry, name, names) or ("too-deep" if depth >= limits.depth else None)
                if reason is None:
                    deeper.append((where, entry, depth + 1))
                elif reason != INTERNAL:  # with or without its history, a tree is the same tree
                    tree.skipped[where] = reason
            elif entry != ".git":
                _note(root, where, info, tree, raw_links)
        if len(tree.sizes) + len(tree.folders) > limits.files:
            raise _too_many(limits)
        pending.extend(reversed(deeper))
    _settle_links(raw_links, tree)
    return tree


def _entries(root: int, path: str, tree: Tree) -> list[tuple[str, os.stat_result]] | None:
    """Return the sorted entries of a folder with their own (unfollowed) status, or None where it cannot be read."""
    try:
        descriptor = open_folder(root, path)
    except OSError:
        tree.skipped[path] = "unreadable"
        return None
    try:
        found = []
        with os.scandir(descriptor) as scan:
            for entry in scan:
                try:
                    entry.name.encode("utf-8")
                    found.append((entry.name, entry.stat(follow_symlinks=False)))
                except UnicodeEncodeError:
                    tree.skipped[_printable(path, entry.name)] = "undecodable-name"
                except OSError:
                    tree.skipped[_printable(path, entry.name)] = "unreadable"
        return sorted(found, key=lambda item: item[0])
    except OSError:
        tree.skipped[path] = "unreadable"
        return None
    finally:
        os.close(descriptor)


def open_folder(root: int, path: str) -> int:
    """Return a new descriptor of the folder at `path` under `root`, component by component, following no link; raise OSError."""
    current = os.open(".", FOLDER_FLAGS, dir_fd=root)
    for part in () if path == "." else path.split("/"):
        try:
            following = os.open(part, FOLDER_FLAGS, dir_fd=current)
        finally:
            os.close(current)
        current = following
    return current


def _note(root: int, where: str, info: os.stat_result, tree: Tree, raw_links: dict[str, str]) -> None:
    if stat.S_ISREG(info.st_mode):
        tree.sizes[where] = info.st_size
    elif stat.S_ISLNK(info.st_mode):
        raw_links[where] = _target(root, where)
    else:
        tree.skipped[where] = "special"


def _target(root: int, where: str) -> str:
    folder, name = posixpath.split(where)
    try:
        descriptor = open_folder(root, folder or ".")
    except OSError:
        return ""
    try:
        return os.readlink(name, dir_fd=descriptor)
    except OSError:
        return ""
    finally:
        os.close(descriptor)


def _settle_links(raw: dict[str, str], tree: Tree) -> None:
    """Keep the links that end at a file or folder of the tree, through at most 20 hops; describe the others."""
    for where, target in sorted(raw.items()):
        goal = _inside(where, target)
        for _ in range(20):
            if goal is None or goal not in raw:
                break
            goal = _inside(goal, raw[goal])
        if goal is None:
            tree.skipped[where] = "link-outside"
        elif goal in tree.sizes or goal in tree.folders:
            tree.links[where] = goal
            tree.skipped[where] = "link-inside"
        else:
            tree.skipped[where] = "link-broken"


def _inside(where: str, target: str) -> str | None:
    if not target or target.startswith("/"):
        return None
    goal = posixpath.normpath(posixpath.join(posixpath.dirname(where), target))
    return None if goal == ".." or goal.startswith("../") else goal


def _printable(path: str, name: str) -> str:
    shown = name.encode("utf-8", "replace").decode()
    return shown if path == "." else f"{path}/{shown}"


def _too_many(limits: Limits) -> LimitError:
    return LimitError(
        "the repository holds too many files",
        f"more than {limits.files} files and folders were found outside dependency and cache folders",
        "name the part to survey as sub-path, or raise the limit of files",
    )
