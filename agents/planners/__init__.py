"""Plan the eleven sections: one module a section, each a `plan(survey, blueprint, revision)` that returns a draft."""

from __future__ import annotations

from functools import cache
from types import ModuleType

from ...core.registry import discover
from ...core.sections import sections
from ._revision import Revision

__all__ = ["Revision", "planners"]


@cache
def planners() -> dict[str, ModuleType]:
    """Return the planner module of every section, in the order of the request; raise KeyError when one is missing."""
    found = discover(__name__, ("plan",))
    return {section.id: found[section.id] for section in sections()}
