"""Hostile lines: a very long line with more assignments than people write is taken as a whole, so that it costs little time."""

from __future__ import annotations

import itertools

from .document import Document, Hit, pattern

KIND = "dense-line"
LONG = 64 << 10  # bytes of a line from which on it is counted
MANY = 4000  # places in it where a secret could stand

_PLACES = pattern(
    r"(?i)(?:pass|pwd|secret|token|key|cred|auth|salt|cookie|sig)[\w.-]{0,20}[\"'\x60\])]{0,3}[ \t]*[:=,(|]"
    r"|://[^\s/@]{0,80}@|--?[a-z-]*pass|-----BEGIN"
)


def dense_lines(doc: Document) -> list[Hit]:
    """Return the lines that are taken as a whole."""
    if len(doc.data) < LONG:
        return []
    found: list[Hit] = []
    start = 0
    for end in [*doc.newlines, len(doc.data)]:
        if end - start >= LONG and sum(1 for _ in itertools.islice(_PLACES.find(doc.data, start, end), MANY)) == MANY:
            found.append(Hit(start, end - (doc.data[end - 1 : end] == b"\r"), KIND))
        start = end + 1
    return found


def without(doc: Document, lines: list[Hit]) -> Document:
    """Return the document with blanks in place of the lines; offsets stay."""
    data = bytearray(doc.data)
    for line in lines:
        data[line.start : line.end] = b" " * (line.end - line.start)
    return Document(doc.path, data.decode("utf-8", "surrogatepass"))
