"""Check GitHub workflows against their schema."""

from __future__ import annotations

from collections.abc import Sequence

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
    return [_schemas.apply("github-workflows", item.text) for item in items]
