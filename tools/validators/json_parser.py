"""Parse JSON files."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ._model import Item, Problem, Verdict, Workspace, verdict

TOOL = "json"
KINDS = ("json",)
OUTSIDE = False
INSTALL = "comes with deploybook"


def available() -> bool:
    """Say that the parser is always there."""
    return True


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each file; a key given twice fails it."""
    return [_one(item.text) for item in items]


def _one(text: str) -> Verdict:
    doubles: list[str] = []

    def pairs(entries: list[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _ in entries]
        doubles.extend(name for name in set(names) if names.count(name) > 1)
        return dict(entries)

    try:
        json.loads(text, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        return verdict([Problem(error.lineno, error.msg)])
    except RecursionError:
        return Verdict("absent", note="nested too deeply to read")
    return verdict([Problem(1, f"the key {name} is given twice") for name in sorted(doubles)], good="syntax-only")
