"""Columns of CSV files and Markdown tables whose head is named like a secret, and rows `| DB_PASSWORD | v |`."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from .. import looks
from ..document import Document, Hit, pattern
from ..families import Traits
from ..judge import judge_as
from ..keys import Key, Strength, classify
from ..taint import TaintStore

ORDER = 80

_ROW = pattern(r"(?m)^[ \t]*\|(.+)\|[ \t]*\r?$")
_RULE = pattern(r"[\s|:-]+")
_CELL = pattern(r"[^|]+")


_PLACE = pattern(r"[\w@./+-]*\w\.\w{1,12}(?::[0-9]{1,6})?|[\w@./+-]+:[0-9]{1,6}")
"""A file, with or without its line, or a host with its port: where a table points to, never what it hides."""
_GENERATION = pattern(r"(?i)[\w-]*[a-z][-_.]?v[0-9]{1,2}")
"""A name with its generation, as `orders-v2`."""
_OF_NAMES = frozenset("read_by used_by service services component components process processes for evidence required type kind".split())
"""Heads of columns that say what reads a variable or where it stands, never what it is set to."""


def _telling(value: str) -> bool:
    if _PLACE.full(value.encode()) and not looks.is_random(value.rpartition(".")[0], 12):
        return False
    if _GENERATION.full(value.encode()) and looks.is_wordy(value.rstrip("0123456789")[:-1].rstrip("-_.")):
        return False
    return not looks.is_weak(value) and " " not in value and any(char.isdigit() for char in value) and any(char.isalpha() for char in value)


def _judge(doc: Document, key: Key, start: int, end: int, traits: Traits, strict: bool) -> Iterator[Hit]:
    while start < end and doc.data[start] in b" \t\"'\x60*":
        start += 1
    while end > start and doc.data[end - 1] in b" \t\"'\x60*\r":
        end -= 1
    value = doc.text(start, end)
    if strict and not _telling(value):
        return
    verdict = judge_as(key, value, traits, True)
    if verdict:
        yield Hit(start, end, verdict.kind, value if verdict.spread else "")


def _csv(doc: Document) -> Iterator[Hit]:
    """Yield cells under secret heads of a character-separated file."""
    head_end = doc.line_end(0)
    head = doc.text(0, head_end)
    separator = max(",;\t|", key=head.count)
    names = next(iter(csv.reader([head], delimiter=separator)), [])
    wanted = {index: classify(name.strip()) for index, name in enumerate(names)}
    wanted = {index: key for index, key in wanted.items() if key.strength >= Strength.SECRET}
    if not wanted:
        return
    cell = pattern(rf"(?:\"(?:[^\"]|\"\")*\"|[^{separator}\r\n]*)(?:{'[|]' if separator == '|' else separator}|\r?\n|\z)")
    at, index = head_end, 0
    at = doc.data.find(b"\n", head_end) + 1
    while 0 < at < len(doc.data):
        found = cell.at(doc.data, at, at + 8192)
        if not found or found.end() == at:
            break
        body = found.group().rstrip(b"\r\n")
        closed = found.group().endswith(b"\n")
        end = found.start() + len(body) - (0 if closed or not body.endswith(separator.encode()) else 1)
        if index in wanted:
            yield from _judge(doc, wanted[index], found.start(), end, doc.traits, False)
        at, index = found.end(), 0 if closed else index + 1


def _markdown(doc: Document) -> Iterator[Hit]:
    """Yield cells of Markdown tables: under a secret head, or beside a secret name in the first column."""
    heads: list[Key] = []
    names: list[bool] = []
    last_end = -9
    for row in _ROW.find(doc.data):
        cells = [(c.start(), c.end()) for c in _CELL.find(doc.data, row.start(1), row.end(1))]
        texts = [doc.text(*cell).strip(" \t`*\"'") for cell in cells]
        if row.start() > last_end + 2:
            words = [text.replace(" ", "_") for text in texts]
            heads, names = [classify(word) for word in words], [word.lower() in _OF_NAMES for word in words]
        elif not _RULE.full(row.group(1)):
            first = classify(texts[0].replace(" ", "_")) if texts else heads[0]
            for index, cell in enumerate(cells):
                key = heads[index] if index < len(heads) else first
                if key.strength >= Strength.SECRET:
                    yield from _judge(doc, key, *cell, doc.traits_at(cell[0]), True)
                elif index and first.strength >= Strength.SECRET and not (index < len(names) and names[index]):
                    yield from _judge(doc, first, *cell, doc.traits_at(cell[0]), True)
        last_end = row.end()


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield secret cells of tables."""
    if doc.traits.family == "csv" and doc.data:
        yield from _csv(doc)
    elif doc.traits.family in {"markdown", "text"}:
        yield from _markdown(doc)
