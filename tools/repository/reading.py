"""Read one file under a root: regular files only, no link on the way, never more bytes than allowed."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Callable
from typing import Self

from .walking import open_folder

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
_SNIFF = 8192


class Unread(Exception):
    """Say why a file is described instead of read: too-large, binary, undecodable, special, unreadable."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Reader:
    """Read files under the folder descriptor `root`; the folder of the last file stays open, since most files come folder by folder."""

    def __init__(self, root: int) -> None:
        self.root = root
        self._folder, self._open = "", -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()

    def read(self, path: str, limit: int) -> bytes:
        """Return the bytes of the regular file at `path` (relative, normalised); raise Unread."""
        return self._opened(path, lambda d, size: _whole(d, size, limit) if size <= limit else None)

    def head(self, path: str, limit: int = _SNIFF) -> bytes:
        """Return the first bytes of the regular file at `path`, however large it is; raise Unread."""
        return self._opened(path, lambda d, _: os.read(d, limit))

    def _opened(self, path: str, read: Callable[[int, int], bytes | None]) -> bytes:
        folder, name = posixpath.split(path)
        try:
            descriptor = os.open(name, _FLAGS, dir_fd=self._entered(folder or "."))
        except OSError:
            raise Unread("unreadable") from None
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

    def _entered(self, folder: str) -> int:
        if self._open < 0 or folder != self._folder:
            self._leave()
            self._folder, self._open = folder, open_folder(self.root, folder)
        return self._open

    def _leave(self) -> None:
        if self._open >= 0:
            os.close(self._open)
            self._open = -1


def _whole(descriptor: int, size: int, limit: int) -> bytes:
    first = os.read(descriptor, size + 1)
    if len(first) == size and first:  # one byte more was asked for: this is the end
        return first
    return _drain(descriptor, limit, first)


def _drain(descriptor: int, limit: int, first: bytes) -> bytes:
    """Return `first` and everything behind it; a file that grows past `limit` while it is read is too large."""
    parts = [first]
    total = len(first)
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
