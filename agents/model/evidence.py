"""Collect the lines of a survey, show the telling ones to a model, and verify each quote that it brings back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from ...core.base import Frozen
from ...core.facts import Evidence, Survey

TELLING = ("traps", "conventions", "migrations", "services", "datastores", "queues", "jobs", "caching", "auth", "integrations", "env_vars")
"""The fields of a survey whose lines are shown, in this order."""
_SHOWN = 120
_WIDTH = 240
_SHORTEST = 4


class Quote(Frozen):
    """Cite one line of the repository."""

    path: str
    line: int
    quote: str


def lines_of(survey: Survey) -> dict[tuple[str, int], Evidence]:
    """Return every line that a fact rests on, by path and number."""
    return {(found.path, found.line): found for found in _within(survey)}


def shown(survey: Survey) -> list[dict[str, Any]]:
    """Return the lines for a prompt as plain JSON: at most 120, each at most 240 characters, none twice, in the order of their facts."""
    found: dict[tuple[str, int], str] = {}
    for field in TELLING:
        for line in _within(getattr(survey, field)):
            found.setdefault((line.path, line.line), line.quote[:_WIDTH])
    return [{"path": path, "line": number, "text": text} for (path, number), text in list(found.items())[:_SHOWN]]


def verified(quotes: Iterable[Quote], known: Mapping[tuple[str, int], Evidence]) -> tuple[tuple[Evidence, ...], int]:
    """Return the lines that the quotes truly cite, and how many quotes cite nothing: no such line of a fact, or other words."""
    held: dict[tuple[str, int], Evidence] = {}
    wrong = 0
    for quote in quotes:
        line = known.get((quote.path, quote.line))
        cited, there = _bare(quote.quote), _bare(line.quote) if line else ""
        if line is None or len(cited) < min(_SHORTEST, len(there)) or not cited or cited not in there:
            wrong += 1
        else:
            held[(line.path, line.line)] = line
    return tuple(held.values()), wrong


def _bare(text: str) -> str:
    return " ".join(text.split())


def _within(value: Any) -> Iterator[Evidence]:
    if isinstance(value, Evidence):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _within(getattr(value, name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _within(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _within(item)
