"""Validate texts by their own language's tools: libraries always, outside programs where they are installed.

A validator is one module here with `TOOL`, `KINDS`, `OUTSIDE`, `INSTALL`, `available()` and `validate(items, workspace)`. What is absent
is said to be absent; it never counts as passed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from types import ModuleType

from ...core.registry import discover
from ._model import Item, Problem, Result, Validator, Verdict, Workspace

__all__ = ["Item", "Problem", "Result", "Validator", "Verdict", "Workspace", "inventory", "validate", "validators"]


@cache
def validators() -> dict[str, ModuleType]:
    """Return the validators by name, sorted."""
    return discover(__name__, required=("TOOL", "KINDS", "OUTSIDE", "INSTALL", "available", "validate"))


def inventory() -> tuple[tuple[str, bool, str], ...]:
    """Return (tool, available, how to install it) of each outside tool, for `doctor`."""
    return tuple((m.TOOL, bool(m.available()), m.INSTALL) for m in validators().values() if m.OUTSIDE)


def validate(items: Sequence[Item], workspace: Workspace, *, outside: bool) -> Iterator[tuple[Item, str, Verdict]]:
    """Yield (item, tool, verdict) of every library validator, or of every outside tool; one that breaks answers `absent` and why."""
    for module in validators().values():
        if bool(module.OUTSIDE) != outside:
            continue
        mine = [item for item in items if item.kind in module.KINDS]
        if not mine:
            continue
        yield from zip(mine, [module.TOOL] * len(mine), _answers(module, mine, workspace), strict=True)


def _answers(module: ModuleType, items: list[Item], workspace: Workspace) -> list[Verdict]:
    if not module.available():
        return [Verdict("absent", note=f"{module.TOOL} is not installed: {module.INSTALL}") for _ in items]
    try:
        found: list[Verdict] = module.validate(items, workspace)
    except Exception as error:  # a validator that broke has checked nothing
        return [Verdict("absent", note=f"{module.TOOL} broke: {type(error).__name__}") for _ in items]
    return found
