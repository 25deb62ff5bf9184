"""The text under inspection as bytes, the spans found in it, and compiled RE2 patterns over bytes."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Protocol

import re2

from .families import Traits, fence_family, traits_of

MARK = b"[REDACTED:"


class Match(Protocol):
    """The part of an RE2 match object that the layers use."""

    def start(self, group: int | str = 0) -> int:
        """Return the byte offset where the group begins, -1 if it took no part."""
        ...

    def end(self, group: int | str = 0) -> int:
        """Return the byte offset behind the group, -1 if it took no part."""
        ...

    def group(self, group: int | str = 0) -> bytes:
        """Return the bytes of the group."""
        ...


class Pattern:
    """A pattern over bytes in Latin-1 mode, so that any byte sequence can be searched in linear time."""

    __slots__ = ("_compiled",)

    def __init__(self, source: str) -> None:
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.log_errors = False
        options.max_mem = 64 << 20
        self._compiled: Any = re2.compile(source.encode("latin-1"), options=options)

    def find(self, data: bytes, start: int = 0, end: int | None = None) -> Iterator[Match]:
        """Yield all matches of the pattern in data[start:end]."""
        found: Iterator[Match] = self._compiled.finditer(data, start, end)
        return found

    def at(self, data: bytes, start: int, end: int | None = None) -> Match | None:
        """Return the match that begins exactly at start, else None."""
        found: Match | None = self._compiled.match(data, start, end)
        return found

    def search(self, data: bytes, start: int = 0, end: int | None = None) -> Match | None:
        """Return the first match in data[start:end], else None."""
        found: Match | None = self._compiled.search(data, start, end)
        return found

    def replace(self, data: bytes, by: bytes = b"") -> bytes:
        """Return data with every match replaced."""
        replaced: bytes = self._compiled.sub(by, data)
        return replaced

    def full(self, data: bytes) -> bool:
        """Say whether the pattern covers all of data."""
        return self._compiled.fullmatch(data) is not None


@lru_cache(maxsize=1024)
def pattern(source: str) -> Pattern:
    """Compile a pattern once; flags stand inline, as in `(?i)`."""
    return Pattern(source)


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

    def __repr__(self) -> str:
        return f"Document({self.path!r}, {len(self.data)} bytes)"

    @cached_property
    def lowered(self) -> bytes:
        """The bytes with ASCII letters lowered, same offsets."""
        return self.data.lower()

    @cached_property
    def newlines(self) -> list[int]:
        """Offsets of all line feeds."""
        return [m.start() for m in pattern(r"\n").find(self.data)]

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
        return self.data.rfind(b"\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """Return the offset of the line feed that ends the line of `offset`, carriage return left out."""
        end = self.data.find(b"\n", offset)
        end = len(self.data) if end < 0 else end
        return end - 1 if end > offset and self.data[end - 1 : end] == b"\r" else end

    def text(self, start: int, end: int) -> str:
        """Decode a span."""
        return self.data[start:end].decode("utf-8", "replace")
