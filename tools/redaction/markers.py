"""Fit markers into YAML, where a bare bracket would open a list or break a flow collection."""

from __future__ import annotations

import json
from collections.abc import Sequence

import yaml

from .document import Document, Hit
from .render import merge, render

LIMIT = 4 << 20


def _plain_scalars(text: str) -> list[tuple[int, int, bool]]:
    """Return the character spans of plain scalars and whether each stands in a flow collection; empty when the text does not parse."""
    found: list[tuple[int, int, bool]] = []
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.ScalarEvent):
                if not event.style and event.start_mark and event.end_mark:
                    found.append((event.start_mark.index, event.end_mark.index, depth > 0))
            elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                depth += 1 if event.flow_style or depth else 0
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                depth -= 1 if depth else 0
    except (yaml.YAMLError, ValueError, RecursionError):
        return []
    return found


def _byte_spans(doc: Document, text: str) -> list[tuple[int, int, bool]]:
    spans = _plain_scalars(text)
    if len(text) == len(doc.data):
        return spans
    offsets, total = [0], 0
    for char in text:
        total += len(char.encode("utf-8", "surrogatepass"))
        offsets.append(total)
    return [(offsets[start], offsets[end], flow) for start, end, flow in spans]


def _whole(doc: Document, start: int, end: int, inside: list[Hit]) -> Hit:
    """Return a hit over a whole plain scalar; what is not secret in it is written into the quotes around the marker."""
    first = inside[0]
    if len(inside) == 1 and (first.start, first.end) == (start, end):
        return Hit(start, end, first.kind, first.value, True)
    shifted = [Hit(hit.start - start, hit.end - start, hit.kind) for hit in inside]
    shown = render(doc.data[start:end], shifted)
    return Hit(start, end, first.kind, "", False, json.dumps(shown, ensure_ascii=False))


def fit(doc: Document, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits as they must be written.

    A plain YAML scalar becomes a quoted one when a marker opens it or stands in a flow collection.
    """
    if doc.traits.family != "yaml" or len(doc.data) > LIMIT:
        return list(hits)
    ordered = merge(hits)
    fitted: list[Hit] = []
    position = 0
    for start, end, flow in _byte_spans(doc, doc.data.decode("utf-8", "surrogatepass")):
        while position < len(ordered) and ordered[position].start < start:
            fitted.append(ordered[position])
            position += 1
        inside: list[Hit] = []
        while position < len(ordered) and ordered[position].end <= end:
            inside.append(ordered[position])
            position += 1
        if inside and (flow or inside[0].start == start) and b"\n" not in doc.data[start:end]:
            fitted.append(_whole(doc, start, end, inside))
        else:
            fitted.extend(inside)
    return fitted + ordered[position:]
