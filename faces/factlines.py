"""Lay a survey out for a terminal: one section for each kind of fact, names and places whole wherever there is room."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from .factsheet import Row, rows
from .terminal.screen import harmless

if TYPE_CHECKING:
    from ..core.facts import Survey

_SURE = ("", "certain", "high")
_NAME, _PLACE, _ALONE = 0.36, 0.36, 0.6  # of the terminal's columns, at most
_TOLD = ("trap", "out-of-scope")  # rows whose value is a sentence: it gets lines of its own
_BARE = ("iac", "container", "ci", "api-spec", "secret")  # rows whose name is their place: a third column would only repeat it
Line = tuple[str, str, str]


def as_lines(survey: Survey, columns: int) -> str:
    """Return every fact of a survey in sections no wider than `columns`: name, value, the line that says so.

    Names are shown without their kind, which stands in the section's head; `--explain` takes them with or without it.
    """
    parts: list[str] = []
    for group, found in groupby(rows(survey), key=lambda row: row.group):
        section = list(found)
        kind = section[0].id.partition(":")[0]
        parts += ["", f"{group}  ({kind}:…)", *_section(kind, list(_lines(section)), columns)]
    return "\n".join(parts[1:])


def _section(kind: str, lines: list[Line], columns: int) -> Iterator[str]:
    """Yield the lines of one section, its columns as wide as they need to be."""
    if all(not place for _, _, place in lines):
        left = min(max(len(name) for name, _, _ in lines), int(columns * _ALONE))
        for name, value, _ in lines:
            yield f"  {_tail(name, left):<{left}}  {_cut(value, columns - left - 4)}".rstrip()
        return
    if kind in _TOLD:
        for name, value, place in lines:
            yield f"  {_short(name, max(12, columns - len(place) - 4))}  {place}"
            yield from textwrap.wrap(value, columns, initial_indent="    ", subsequent_indent="    ")
        return
    left = min(max(len(name) for name, _, _ in lines), int(columns * _NAME))
    right = min(max(len(place) for _, _, place in lines), int(columns * _PLACE))
    middle = min(max(len(value) for _, value, _ in lines), max(4, columns - left - right - 6))
    for name, value, place in lines:
        yield f"  {_short(name, left):<{left}}  {_cut(value, middle):<{middle}}  {_tail(place, right)}".rstrip()


def _lines(found: Iterable[Row]) -> Iterator[Line]:
    """Yield (name, value, place) of the rows of one section; secrets of one file share a line."""
    found = list(found)
    if found[0].id.startswith("secret:"):
        for path, places in groupby(found, key=lambda row: row.place.rpartition(":")[0]):
            kinds: dict[str, list[str]] = {}
            for row in places:
                kinds.setdefault(row.value.removeprefix("a committed ").partition(";")[0], []).append(row.place.rpartition(":")[2])
            yield path, "; ".join(f"{kind} on {_numbers(numbers)}" for kind, numbers in kinds.items()), ""
        return
    for row in found:
        kind, _, name = harmless(row.id).partition(":")
        value = " ".join(harmless(row.value).split())
        doubt = "" if row.confidence in _SURE else f"  [{row.confidence}]"
        yield name, value + doubt, "" if kind in _BARE else row.source()


def _numbers(numbers: list[str]) -> str:
    shown = ", ".join(numbers[:6])
    return f"line{'s' if len(numbers) > 1 else ''} {shown}{f' and {len(numbers) - 6} more' if len(numbers) > 6 else ''}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _tail(text: str, width: int) -> str:
    """Cut a place at its head: the file's name and the line are what the reader needs."""
    return text if len(text) <= width else "…" + text[len(text) - width + 1 :]


def _short(text: str, width: int) -> str:
    """Cut a name in its middle: its beginning tells the family, its end the member."""
    if len(text) <= width:
        return text
    head = (width - 1) // 2
    return f"{text[:head]}…{text[len(text) - (width - 1 - head) :]}"
