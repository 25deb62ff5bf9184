"""Check GitHub workflows against their schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import _schemas
from ._model import Item, Verdict, Workspace

TOOL = "github-workflow schema"
KINDS = ("workflow",)
OUTSIDE = False
INSTALL = "comes with deploybook"


def available() -> bool:
    """Say that the schema is always there."""
    return True


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each workflow."""
    return [_schemas.apply("github-workflows", item.text, _as_github_reads) for item in items]


_FILTERS = {"branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore", "types"}


def _as_github_reads(document: Any) -> None:
    """Change what GitHub takes and its published schema does not: a `strategy` without a matrix, a filter that is one text."""
    events = document.get("on") if isinstance(document, dict) else None
    for event in events.values() if isinstance(events, dict) else ():
        for name in _FILTERS & event.keys() if isinstance(event, dict) else ():
            event[name] = [event[name]] if isinstance(event[name], str) else event[name]
    jobs = document.get("jobs") if isinstance(document, dict) else None
    for job in jobs.values() if isinstance(jobs, dict) else ():
        strategy = job.get("strategy") if isinstance(job, dict) else None
        if isinstance(strategy, dict):
            strategy.setdefault("matrix", {"only": [1]})
