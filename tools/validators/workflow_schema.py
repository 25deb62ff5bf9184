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


def _as_github_reads(document: Any) -> None:
    """Give a job's `strategy` a matrix where it has none: GitHub takes one with `fail-fast` alone, its published schema does not."""
    jobs = document.get("jobs") if isinstance(document, dict) else None
    for job in jobs.values() if isinstance(jobs, dict) else ():
        strategy = job.get("strategy") if isinstance(job, dict) else None
        if isinstance(strategy, dict):
            strategy.setdefault("matrix", {"only": [1]})
