"""Lay out a plan folder: every file of it as bytes."""

from __future__ import annotations

import json

from ...core.base import plain
from ...core.facts import Survey
from ...core.findings import Review
from ...core.plan import Plan
from .markdown import plan_markdown
from .writing import MARKER

__all__ = ["MARKER", "files"]


def files(plan: Plan, survey: Survey, review: Review) -> dict[str, bytes]:
    """Return every file of the plan folder by relative path, the same bytes for the same values."""
    document = plain(plan)
    for artifact in document["artifacts"]:
        artifact.pop("content")  # the file stands beside it; sha256 binds the two
    found = {
        "PLAN.md": plan_markdown(plan).encode(),
        MARKER: _json(document),
        "survey.json": survey.to_json().encode(),
        "findings.json": _json({"schema": "deploybook.findings/1", **plain(review)}),
    }
    found |= {a.path: a.content.encode() for a in plan.artifacts}
    return found


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()
