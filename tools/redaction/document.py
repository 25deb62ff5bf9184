"""The text under inspection as bytes, the spans found in it, and compiled RE2 patterns over bytes."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import re2

from .families import Traits, fence_family, traits_of

MARK = b"[REDACTED:"
_ANYWHERE, _HERE, _WHOLE = re2._Anchor.UNANCHORED, re2._Anchor.ANCHOR_START, re2._Anchor.ANCHOR_BOTH


_NONE = (-1, -1)


class Match:
    """A match over bytes: offsets and bytes of its groups; a group that took no part has the offsets -1."""

    __slots__ = ("_data", "_spans")

    def __init__(self, data: bytes, spans: list[tuple[int, int]]) -> None:
        self._data = data
        self._spans = spans

    def start(self, group: int = 0) -> int:
        """Return the offset where the group begins."""
        return self._spans[group][0]

    def end(self, group: int = 0) -> int:
        """Return the offset behind the group."""
        return self._spans[group][1]

    def group(self, group: int = 0) -> bytes:
        """Return the bytes of the group, empty when it took no part."""
        start, end = self._spans[group]
        return self._data[start:end] if start >= 0 else b""


class Pattern:
    """A pattern over bytes in Latin-1 mode, so that any byte sequence can be searched in linear time.

    It calls RE2 below the module's `re` look-alike, which spends several times the search itself on each short match.
    """

    __slots__ = ("_match", "_sub", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.log_errors = False
        options.max_mem = 64 << 20
        compiled = re2.compile(source.encode("latin-1"), options=options)
        self._match: Callable[[Any, bytes, int, int], list[tuple[int, int]]] = compiled._regexp.Match
        self._sub: Any = compiled.sub

    def find(self, data: bytes, start: int = 0, end: int | None = None) -> Iterator[Match]:
        """Yield all matches of the pattern in data[start:end]."""
        stop = len(data) if end is None else min(end, len(data))
        while start <= stop:
            spans = self._match(_ANYWHERE, data, start, stop)
            if spans[0] == _NONE:
                return
            yield Match(data, spans)
            start = spans[0][1] + (spans[0][0] == spans[0][1])

    def at(self, data: bytes, start: int, end: int | None = None) -> Match | None:
        """Return the match that begins exactly at start, else None."""
        return self._one(_HERE, data, start, end)

    def search(self, data: bytes, start: int = 0, end: int | None = None) -> Match | None:
        """Return the first match in data[start:end], else None."""
        return self._one(_ANYWHERE, data, start, end)

    def _one(self, anchor: Any, data: bytes, start: int, end: int | None) -> Match | None:
        stop = len(data) if end is None else min(end, len(data))
        if start > stop:
            return None
        spans = self._match(anchor, data, start, stop)
        return None if spans[0] == _NONE else Match(data, spans)

    def replace(self, data: bytes, by: bytes = b"") -> bytes:
        """Return data with every match replaced."""
        replaced: bytes = self._sub(by, data)
        return replaced

    def full(self, data: bytes) -> bool:
        """Say whether the pattern covers all of data."""
        return self._match(_WHOLE, data, 0, len(data))[0] != _NONE


@lru_cache(maxsize=1024)
def pattern(source: str) -> Pattern:
    """Compile a pattern once; flags stand inline, as in `(?i)`."""
    return Pattern(source)


def either(*patterns: Pattern) -> Pattern:
    """Return the pattern that is found where one of the patterns is: one look over a text that holds none of them."""
    return pattern("|".join(f"(?:{one.source})" for one in patterns))


@dataclass(frozen=True, slots=True)
class Hit:
    """A span of secret bytes; `value` is the plain secret to be searched elsewhere, empty if it must not be."""

    start: int
    end: int
    kind: str
    value: str = field(default="", repr=False)
    bare: bool = False  # stands unquoted where the format needs quotes around a marker
    written: str = field(default="", repr=False)  # what to write instead of the plain marker


class Document:
    """A text with its path: bytes, format traits and line offsets. Never shows its content in repr."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path.replace("\\", "/")
        self.data = text.encode("utf-8", "surrogatepass")
        self.traits: Traits = traits_of(self.path)
        self.encoded: tuple[tuple[int, int, str], ...] | None = None  # spans in base64 and escapes, and what they say, once looked for

    @classmethod
    def of(cls, data: bytes) -> Document:
        """Return bytes of any kind, without a path, as they are."""
        made = cls("", "")
        made.data = data
        return made

    def __repr__(self) -> str:
        return f"Document({self.path!r}, {len(self.data)} bytes)"

    @cached_property
    def lowered(self) -> bytes:
        """The bytes with ASCII letters lowered, same offsets."""
        return self.data.lower()

    @cached_property
    def newlines(self) -> list[int]:
        """Offsets of all line feeds."""
        ends = itertools.accumulate(len(line) + 1 for line in self.data.split(b"\n"))
        return [end - 1 for end in ends][:-1]

    @cached_property
    def _fences(self) -> list[tuple[int, int, Traits]]:
        """Fenced code blocks of a Markdown text with the traits of their language."""
        found: list[tuple[int, int, Traits]] = []
        opened: tuple[int, str] | None = None
        for match in pattern(r"(?m)^[ \t>]*(?:```+|~~~+)[ \t]*([\w+.-]*)").find(self.data):
            if opened is None:
                opened = (match.end(), match.group(1).decode("latin-1"))
            else:
                found.append((opened[0], match.start(), fence_family(opened[1])))
                opened = None
        return found

    def traits_at(self, offset: int) -> Traits:
        """Return the traits that hold at an offset: those of the fence language inside Markdown fences."""
        if self.traits.family != "markdown":
            return self.traits
        index = bisect.bisect_right(self._fences, offset, key=lambda fence: fence[0]) - 1
        if index >= 0 and self._fences[index][0] <= offset < self._fences[index][1]:
            return self._fences[index][2]
        return self.traits

    def line(self, offset: int) -> int:
        """Return the 1-based line number of an offset."""
        return bisect.bisect_left(self.newlines, offset) + 1

    def line_start(self, offset: int) -> int:
        """Return the offset where the line of `offset` begins."""
        index = bisect.bisect_left(self.newlines, offset)
        return self.newlines[index - 1] + 1 if index else 0

    def line_end(self, offset: int) -> int:
        """Return the offset of the line feed that ends the line of `offset`, carriage return left out."""
        index = bisect.bisect_left(self.newlines, offset)
        end = self.newlines[index] if index < len(self.newlines) else len(self.data)
        return end - 1 if end > offset and self.data[end - 1 : end] == b"\r" else end

    def before(self, offset: int, limit: int = 400) -> bytes:
        """Return what stands before an offset on its line, at most `limit` bytes of it."""
        return self.data[max(self.line_start(offset), offset - limit) : offset]

    def text(self, start: int, end: int) -> str:
        """Decode a span."""
        return self.data[start:end].decode("utf-8", "replace")
