"""Secrets inside encodings: base64, hex, percent and unicode escapes are decoded and the layers asked about what they say."""

from __future__ import annotations

from collections.abc import Iterator

from ..document import MARK, Document, Hit
from ..encodings import encoded_runs
from ..taint import TaintStore

ORDER = 90

_DEPTH = 2


def _tells(text: str, taint: TaintStore, depth: int) -> list[Hit]:
    """Return what the layers find in a decoded text."""
    from . import modules

    inner = Document("decoded.txt" if "\n" not in text and "{" not in text else "decoded.env", text)
    if MARK in inner.data:
        return []
    hits = taint.find(inner)
    for name, layer in modules().items():
        if name != "encoded":
            hits.extend(layer(inner, taint))
        elif depth < _DEPTH:
            hits.extend(search(inner, taint, depth + 1))
    return hits


def search(doc: Document, taint: TaintStore, depth: int) -> Iterator[Hit]:
    """Yield encoded runs whose decoded text holds a secret, looking into nested encodings down to a fixed depth."""
    for start, end, text in encoded_runs(doc):
        told = _tells(text, taint, depth)
        if told:
            yield Hit(start, end, told[0].kind)
            # An empty span carries what was found inside, so that it is remembered without being written.
            yield from (Hit(start, start, hit.kind, hit.value) for hit in told if hit.value)


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield encoded secrets."""
    if doc.traits.family != "lock":
        yield from search(doc, taint, 0)
