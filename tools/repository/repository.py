"""Hold an opened repository: its files, their redacted text, its commit, and what was left out."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from typing import Protocol

from ...core.errors import LimitError
from ...core.facts import Located, SecretPlace
from ...core.settings import Limits
from ..redaction import Redactor, TaintStore
from ..redaction.suspects import committed
from .bearing import may_bear_secrets
from .reading import Reader, Unread, decode
from .shelf import Shelf
from .sweeping import suspects
from .walking import Tree

_ROOM = 96_000_000  # characters of files kept at once as read, and half of it as redacted; a file that made way is read again


class Pattern(Protocol):
    """Be a compiled RE2 pattern over text."""

    def search(self, text: str) -> object | None:
        """Return the first match or None."""
        ...


class Patterns(Protocol):
    """Be a compiled RE2 set of patterns over text."""

    def Match(self, text: str) -> Iterable[int] | None:  # noqa: N802 - the library's name
        """Return the numbers of the patterns that are found, None without one."""
        ...


class Repository:
    """Give the files of one tree, each read once while there is room, redacted before anyone sees it; never write, never run."""

    def __init__(self, reader: Reader, tree: Tree, name: str, commit: str | None, limits: Limits, taint: TaintStore) -> None:
        self.name, self.commit = name, commit
        self._reader, self._tree, self._limits = reader, tree, limits
        taint.spare(part for folder in (name, *tree.folders) for part in folder.split("/"))
        self._redactor = Redactor(taint)
        self._texts: Shelf[str, str | None] = Shelf(_ROOM // 2)
        self._raw: Shelf[str, str | None] = Shelf(_ROOM)
        self._given: set[str] = set()
        self._met: set[str] = set()
        self._secrets: set[SecretPlace] = set()
        self._unread = dict(tree.skipped)
        self._bytes = 0
        self._files = tuple(sorted(tree.sizes))
        self._learn()

    def files(self) -> tuple[str, ...]:
        """Return the paths of all regular files outside dependency and cache folders, relative, sorted."""
        return self._files

    def folders(self) -> tuple[str, ...]:
        """Return the paths of all folders that were entered, `.` among them, sorted."""
        return tuple(sorted(self._tree.folders))

    def exists(self, path: str) -> bool:
        """Say whether a file, folder or left-out entry stands at `path`; nothing outside the root ever does."""
        clean = _clean(path)
        known = self._tree
        return clean is not None and (clean in known.sizes or clean in known.folders or clean in known.skipped)

    def real(self, path: str) -> str | None:
        """Return the path of the file that `path` names, through a link inside the root; None where there is none."""
        if path in self._tree.sizes:
            return path
        clean = _clean(path)
        if clean is None:
            return None
        clean = self._tree.links.get(clean, clean)
        if clean in self._tree.sizes:
            return clean
        for folder, goal in self._tree.links.items():
            if clean.startswith(folder + "/") and goal + clean[len(folder) :] in self._tree.sizes:
                return goal + clean[len(folder) :]
        return None

    def size(self, path: str) -> int:
        """Return the size in bytes that the walk saw, 0 for what is no file."""
        return self._tree.sizes.get(path, 0)

    def text(self, path: str) -> str | None:
        """Return the redacted text, lines as in the file; None where the file is described instead (see `skipped`) or missing.

        Raise LimitError when the bytes read so far exceed `limits.total_bytes`.
        """
        real = self.real(path)
        if real is None:
            return None
        return self._texts.get(real, lambda: self._redacted(real))

    def first_line(self, path: str) -> str:
        """Return the redacted first line of a file that is too large to be read; empty for what is binary, missing or longer than 8 KiB."""
        real = self.real(path)
        try:
            head = self._reader.head(real) if real is not None else b""
            line = decode(head.partition(b"\n")[0]) if b"\n" in head and b"\0" not in head else ""
        except Unread:
            return ""
        return self._redactor.redact(path, line.rstrip("\r")).text

    def holds(self, path: str, *words: str) -> bool:
        """Say whether a file's text holds one of the words, without letting any of it out: a cheap look before `text`."""
        real = path if path in self._tree.sizes else self.real(path)
        raw = self._unredacted(real) if real is not None else None
        if raw is not None:
            for word in words:
                if word in raw:
                    return True
        return False

    def matches(self, path: str, pattern: Pattern) -> bool:
        """Say whether an RE2 pattern is found in a file's text, without letting any of it out."""
        real = self.real(path)
        raw = self._unredacted(real) if real is not None else None
        return raw is not None and pattern.search(raw) is not None

    def among(self, path: str, patterns: Patterns) -> tuple[int, ...]:
        """Return the numbers of those patterns of a set that are found in a file's text, without letting any of it out."""
        real = self.real(path)
        raw = self._unredacted(real) if real is not None else None
        return () if raw is None else tuple(patterns.Match(raw) or ())

    def _unredacted(self, real: str) -> str | None:
        return self._raw.get(real, lambda: _weighed(self._read(real)))

    def clean(self, text: str) -> str:
        """Return text without any secret met in this repository so far, as many lines long."""
        return self._redactor.taint.scrub(text)

    @property
    def secrets(self) -> tuple[SecretPlace, ...]:
        """Return where committed secrets stand, of every file read so far, sorted; never a value."""
        return tuple(sorted(self._secrets, key=lambda s: (s.path, s.line, s.kind)))

    @property
    def skipped(self) -> tuple[Located, ...]:
        """Return what was described instead of read, with the reason as kind, sorted by path."""
        return tuple(Located(kind=kind, path=path) for path, kind in sorted(self._unread.items()))

    @property
    def files_read(self) -> int:
        """Return how many files were read so far."""
        return len(self._given)

    def sweep(self, aside: Callable[[str], bool]) -> None:
        """Look for committed secrets in the small text files that nobody has asked for so far; `secrets` then holds theirs too.

        Of the paths that are `aside` (tests, documents) only tokens of issuers and key blocks count.
        """
        for path, text in suspects(self._reader.root, self._tree.sizes, self._given, aside):
            found = committed(path, text, self._redactor.taint, aside(path))
            self._secrets.update(SecretPlace(path=f.path, line=f.line, kind=f.kind) for f in found)

    def _read(self, path: str) -> str | None:
        try:
            data = self._reader.read(path, self._limits.file_bytes)
        except Unread as reason:
            self._unread[path] = reason.kind
            return None
        if path not in self._met:
            self._met.add(path)
            self._bytes += len(data)
        if self._bytes > self._limits.total_bytes:
            raise LimitError(
                "the repository holds too much text to read",
                f"more than {self._limits.total_bytes} bytes would have to be read",
                "name the part to survey as sub-path, or raise the limit of bytes in all",
            )
        try:
            return decode(data)
        except Unread as reason:
            self._unread[path] = reason.kind
            return None

    def _redacted(self, path: str) -> tuple[str | None, int]:
        raw = self._unredacted(path)
        if raw is None:
            return None, 0
        self._given.add(path)
        done = self._redactor.redact(path, raw)
        self._secrets.update(SecretPlace(path=f.path, line=f.line, kind=f.kind) for f in done.findings)
        return _weighed(raw if done.text == raw else done.text)

    def _learn(self) -> None:
        """Read the files that exist to hold settings and secrets first, so that their values are known everywhere else."""
        bearing = [p for p in self._files if may_bear_secrets(p, self._tree.sizes[p])]
        for path in bearing:
            raw = self._unredacted(path)
            if raw is not None:
                self._redactor.learn(path, raw)
        for path in bearing:
            self.text(path)


def _weighed(text: str | None) -> tuple[str | None, int]:
    return text, 0 if text is None else len(text)


def _clean(path: str) -> str | None:
    """Return `path` normalised, or None where it is absolute, leaves the root or cannot be a path."""
    if not path or path.startswith("/") or "\0" in path:
        return None
    clean = posixpath.normpath(path)
    return None if clean == ".." or clean.startswith("../") else clean
