"""Tokens that show their issuer by a prefix or shape: a hit wherever they stand.

A scan for the fixed letters of all shapes finds the places; only there the shape itself is tried.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import veto
from ..document import Document, Hit, pattern
from ..issuers import INNER, SHAPES
from ..taint import TaintStore

ORDER = 20

_U = "[A-Za-z0-9_-]"
_MIDDLE = pattern(f"\\.{_U}{{6,7}}\\.{_U}{{27,40}}")
_USUAL = 256  # bytes in which nearly every token ends; only one that does not is looked at further
_LONGEST = 8192
_EDGE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")


def _escape(text: str) -> str:
    return "".join(char if char.isalnum() or char == "_" else "\\" + char for char in text)


def _table() -> dict[bytes, list[tuple[str, int, str]]]:
    """Return for the fixed letters of each shape: kind, distance back to its beginning, whole shape."""
    table: dict[bytes, list[tuple[str, int, str]]] = {}
    for kind, shapes in SHAPES.items():
        for shape in shapes:
            letters, _, rest = shape.partition(" ")
            table.setdefault(letters.encode(), []).append((kind, 0, _escape(letters) + rest))
    for kind, letters, back, shape in INNER:
        table.setdefault(letters.encode(), []).append((kind, back, shape))
    return table


_TABLE = _table()
_LETTERS = pattern("|".join(_escape(letters.decode()) for letters in sorted(_TABLE, key=lambda letters: (-len(letters), letters))))


def _closure() -> dict[bytes, tuple[tuple[str, int, str], ...]]:
    """Return for fixed letters their shapes and those of all fixed letters with which they begin."""
    return {
        letters: tuple(entry for length in range(len(letters), 1, -1) for entry in _TABLE.get(letters[:length], ())) for letters in _TABLE
    }


_ENTRIES = _closure()


def _opens(doc: Document, start: int) -> bool:
    """Say whether a token may begin here: no letter or digit before it, escapes such as \\n or %3D apart."""
    data = doc.data
    if start < 0:
        return False
    return start == 0 or data[start - 1] not in _EDGE or data[start - 2 : start - 1] == b"\\" or data[start - 3 : start - 2] == b"%"


def _at(doc: Document, at: int, letters: bytes) -> tuple[int, int, str] | None:
    """Return the first shape that stands around fixed letters as a whole token."""
    for kind, back, shape in _ENTRIES[letters]:
        if not _opens(doc, at - back):
            continue
        found = pattern(shape).at(doc.data, at - back, at + _USUAL)
        if found and found.end() == at + _USUAL:
            found = pattern(shape).at(doc.data, at - back, at + _LONGEST)
        if found and (found.end() >= len(doc.data) or doc.data[found.end()] not in _EDGE):
            return found.start(), found.end(), kind
    return None


def _dotted(doc: Document) -> Iterator[tuple[int, int]]:
    """Yield tokens of chat bots: three dotted parts, the first of which is found by looking back."""
    for middle in _MIDDLE.find(doc.data):
        start = middle.start()
        while start > 0 and middle.start() - start <= 28 and (doc.data[start - 1] in _EDGE or doc.data[start - 1] in b"_-"):
            start -= 1
        free = middle.end() >= len(doc.data) or doc.data[middle.end()] not in _EDGE
        if free and 23 <= middle.start() - start <= 28 and doc.data[start] in b"MNO":
            yield start, middle.end()


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield tokens of known issuers."""
    covered = 0
    for place in _LETTERS.find(doc.data):
        found = _at(doc, place.start(), place.group()) if place.start() >= covered else None
        if found is None:
            continue
        start, end, kind = found
        value = doc.text(start, end)
        if not veto.is_placeholder(value) and (kind == "jwt" or len(set(value)) > 6):
            covered = end
            yield Hit(start, end, kind, value)
    yield from (Hit(start, end, "bot-token", doc.text(start, end)) for start, end in _dotted(doc))
