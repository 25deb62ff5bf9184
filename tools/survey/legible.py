"""Say whether a line spells the name of a variable, and find one that does: a claim must be legible where it is cited."""

from __future__ import annotations

from collections.abc import Iterable

import re2

from ...core.facts import Evidence
from .evaluated import Place
from .view import View

_GLUE = re2.compile(r"[.\-:_]+")
_WORD = re2.compile(r"[a-z0-9_]{4,}")
_DOCUMENTS = (
    "README*",
    "*.md",
    ".env*",
    "*.env",
    "docker-compose*.y*ml",
    "compose*.y*ml",
    "Dockerfile*",
    "*.y*ml",
    "*.toml",
    "*.properties",
    "*.sh",
)
_MAX_SIZE = 200_000


def spells(name: str, line: str) -> bool:
    """Say whether a line spells a name: whole, with any of `.-:_` between its parts, or its last word of four letters or more."""
    folded, wanted = _GLUE.sub("_", line.lower()), _GLUE.sub("_", name.lower())
    return wanted in folded or any(wanted.endswith(word) for word in _WORD.findall(folded))


def cited(view: View, name: str, places: Iterable[Place], limit: int = 6) -> tuple[Evidence, ...]:
    """Return the evidence of the places, one of a document before them where none spells the name; empty where nothing does."""
    once = list(dict.fromkeys(places))
    if not any(spells(name, _line(view, p)) for p in once):
        found = mentioned(view, name)
        if found is None:
            return ()
        once.insert(0, found)
    return tuple(view.evidence(*p) for p in once[:limit])


def mentioned(view: View, name: str) -> Place | None:
    """Return the first line of a document or of settings that holds a text, None without one."""
    for path in view.named(*_DOCUMENTS):
        if view.repository.size(path) <= _MAX_SIZE and view.holds(path, name):
            number = view.find(path, name)
            if number:
                return path, number
    return None


def used(view: View, name: str, path: str) -> Place | None:
    """Return the first line of code that spells a name whose field the file declares: of that file, else of another of its language."""
    word = name.lower().rpartition("__")[2].rpartition("_")[2]
    same = [p for p in view.suffixed("." + path.rpartition(".")[2]) if p != path]
    for one in (path, *same):
        if view.holds(one, word):
            number = next((n for n, line in enumerate(view.lines(one), 1) if spells(name, line)), None)
            if number is not None:
                return one, number
    return None


def unspelled(name: str) -> str:
    """Return the sentence about a needed variable whose whole name stands on no line: a prefix here, a field there."""
    return f"The program needs {name}, but no line of the repository spells that name: it is put together from a prefix and a field."


def _line(view: View, place: Place) -> str:
    lines = view.lines(place[0])
    return lines[place[1] - 1] if 1 <= place[1] <= len(lines) else ""
