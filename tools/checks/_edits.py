"""Say which lines of a text a mend changes, join the changes of several, and apply them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple


class Edit(NamedTuple):
    """Replace the lines from `start` up to, not including, `end` (both from 0) by `lines`; an empty range puts them before `start`."""

    start: int
    end: int
    lines: tuple[str, ...]


def between(old: str, new: str) -> list[Edit]:
    """Return the changes that make one text of the other, by line."""
    before, after = old.split("\n"), new.split("\n")
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return [Edit(a, b, tuple(after[c:d])) for word, a, b, c, d in matcher.get_opcodes() if word != "equal"]


def merged(first: Iterable[Edit], second: Iterable[Edit]) -> list[Edit] | None:
    """Return the changes of both in order; null when two of them touch the same lines. One change that both make is made once."""
    found = sorted({*first, *second})
    for one, other in pairwise(found):
        if other.start < one.end or (other.start == one.start and other.end == one.end):
            return None
    return found


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with the changes made."""
    lines = text.split("\n")
    for edit in sorted(edits, reverse=True):
        lines[edit.start : edit.end] = edit.lines
    return "\n".join(lines)
