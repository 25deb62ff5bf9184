"""Check compose files against the Compose Specification's schema."""

from __future__ import annotations

from collections.abc import Sequence

from . import _schemas
from ._model import Item, Verdict, Workspace

TOOL = "compose-spec schema"
KINDS = ("compose",)
OUTSIDE = False
INSTALL = "comes with deploybook"


def available() -> bool:
    """Say that the schema is always there."""
    return True


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each compose file: unknown keys and wrong types fail it."""
    return [_schemas.apply("compose-spec", item.text) for item in items]
