"""The redactor: run every layer over a text, remember what they find, and write markers in its place."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .dense import dense_lines, without
from .document import MARK, Document, Hit, pattern
from .layers import Layer, discover
from .markers import fit
from .render import merge, render
from .taint import TaintStore

_ROUNDS = 5
_REST = 6  # letters and digits beside a marker from which on a hit is taken further
_MARKER = pattern(r"\[REDACTED:[a-z0-9-]+\]")


@dataclass(frozen=True, slots=True, order=True)
class SecretFinding:
    """Where a secret stood: path, 1-based line, kind. Never the value."""

    path: str
    line: int
    kind: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without its secrets, as many lines long as before, and what was found in it."""

    text: str
    findings: tuple[SecretFinding, ...]


class Redactor:
    """Redact texts; every secret met on the way is remembered in the taint store and found again elsewhere."""

    def __init__(self, taint: TaintStore | None = None, layers: Iterable[Layer] | None = None) -> None:
        self.taint = TaintStore() if taint is None else taint
        self._layers: tuple[Layer, ...] = discover() if layers is None else tuple(layers)

    def redact(self, path: str, text: str, *, learn: bool = True) -> Redacted:
        """Return the text with markers in place of secrets; repeated until nothing more is found, so that it is idempotent.

        `learn=False` remembers nothing: for texts of our own, such as log lines.
        """
        findings: set[SecretFinding] = set()
        for round_number in range(_ROUNDS):
            doc = Document(path, text)
            hits = self._hits(doc, learn=learn and round_number == 0)
            if not hits:
                break
            findings.update(SecretFinding(path, doc.line(hit.start), hit.kind) for hit in hits)
            if round_number == _ROUNDS - 1:
                hits = _whole_lines(doc, hits)
            text = render(doc.data, fit(doc, hits))
        return Redacted(text, tuple(sorted(findings)))

    def learn(self, path: str, text: str) -> None:
        """Only remember the secrets of a text, so that they are recognised in others."""
        self._hits(Document(path, text), learn=True)

    def find(self, path: str, text: str) -> tuple[SecretFinding, ...]:
        """Return what `redact` would replace, without remembering anything."""
        doc = Document(path, text)
        hits = self._hits(doc, learn=False)
        return tuple(sorted({SecretFinding(path, doc.line(hit.start), hit.kind) for hit in hits}))

    def _hits(self, doc: Document, learn: bool) -> list[Hit]:
        lines = dense_lines(doc)
        read = without(doc, lines) if lines else doc
        hits = [hit for layer in self._layers for hit in layer(read, self.taint)]
        if learn:
            for hit in hits:
                if hit.value:
                    self.taint.add(hit.value, hit.kind)
        hits.extend(self.taint.find(read))
        hits.extend(lines)
        return merge(_beside_markers(doc, hits) if MARK in doc.data else hits)


def _beside_markers(doc: Document, hits: list[Hit]) -> list[Hit]:
    """Cut existing markers out of hits; what is left of a hit counts only when it could still be part of a secret."""
    kept: list[Hit] = []
    markers = [(m.start(), m.end()) for m in _MARKER.find(doc.data)]
    ends = [end for _, end in markers]
    for hit in hits:
        position, number = hit.start, bisect.bisect_right(ends, hit.start)
        if number == len(markers) or markers[number][0] >= hit.end:
            kept.append(hit)
            continue
        while number < len(markers) and markers[number][0] < hit.end:
            kept.extend(_rest(doc, position, markers[number][0], hit))
            position, number = markers[number][1], number + 1
        kept.extend(_rest(doc, position, hit.end, hit))
    return kept


def _rest(doc: Document, start: int, end: int, hit: Hit) -> Iterator[Hit]:
    if sum(chr(byte).isalnum() for byte in doc.data[start:end]) >= _REST:
        yield Hit(start, end, hit.kind, "", hit.bare)


def _whole_lines(doc: Document, hits: list[Hit]) -> list[Hit]:
    """Widen hits to their whole lines: what does not settle is not passed on."""
    return [Hit(doc.line_start(hit.start), doc.line_end(max(hit.start, hit.end - 1)), hit.kind) for hit in hits]


_STATELESS = TaintStore()


def scan(path: str, text: str, taint: TaintStore | None = None) -> tuple[SecretFinding, ...]:
    """Return what a redaction would still remove from the text, empty when it is clean: the out-door's question."""
    return Redactor(_STATELESS if taint is None else taint).find(path, text)
