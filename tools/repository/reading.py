"""Read one file under a root: regular files only, no link on the way, never more bytes than allowed."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Callable

from .walking import open_folder

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
_SNIFF = 8192


class Unread(Exception):
    """Say why a file is described instead of read: too-large, binary, undecodable, special, unreadable."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def read_bytes(root: int, path: str, limit: int) -> bytes:
    """Return the bytes of the regular file at `path` (relative, normalised) under `root`; raise Unread."""
    return _opened(root, path, lambda d, size: _drain(d, limit) if size <= limit else None)


def read_head(root: int, path: str, limit: int = _SNIFF) -> bytes:
    """Return the first bytes of the regular file at `path` under `root`, however large it is; raise Unread."""
    return _opened(root, path, lambda d, _: os.read(d, limit))


def _opened(root: int, path: str, read: Callable[[int, int], bytes | None]) -> bytes:
    folder, name = posixpath.split(path)
    try:
        parent = open_folder(root, folder or ".")
    except OSError:
        raise Unread("unreadable") from None
    try:
        descriptor = os.open(name, _FLAGS, dir_fd=parent)
    except OSError:
        raise Unread("unreadable") from None
    finally:
        os.close(parent)
    try:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode):
            raise Unread("special")
        found = read(descriptor, info.st_size)
        if found is None:
            raise Unread("too-large")
        return found
    except OSError:
        raise Unread("unreadable") from None
    finally:
        os.close(descriptor)


def _drain(descriptor: int, limit: int) -> bytes:
    """Return everything behind the descriptor; a file that grows past `limit` while it is read is too large."""
    parts: list[bytes] = []
    total = 0
    while chunk := os.read(descriptor, min(1 << 20, limit + 1 - total)):
        parts.append(chunk)
        total += len(chunk)
        if total > limit:
            raise Unread("too-large")
    return b"".join(parts)


def decode(data: bytes) -> str:
    """Return the text of UTF-8 bytes without byte-order mark and with LF line ends; raise Unread for anything else."""
    if b"\0" in data[:_SNIFF]:
        raise Unread("binary")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unread("undecodable") from None
    if "\0" in text:
        raise Unread("binary")
    return text.replace("\r\n", "\n")
