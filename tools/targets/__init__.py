"""Know the target platforms: each folder holds one platform's component rules, file templates and section templates."""

from __future__ import annotations

from types import ModuleType

from ...core.errors import UsageError
from ...core.registry import discover

REQUIRED = ("TITLE", "SUMMARY")


def platforms() -> dict[str, ModuleType]:
    """Return the platforms that plans can be written for, by name."""
    return discover(__name__, REQUIRED)


def platform(name: str) -> ModuleType:
    """Return one platform; raise UsageError for a name that no folder carries."""
    found = platforms()
    if name not in found:
        raise UsageError(
            f"no plans for the target {name!r}", "no folder of tools/targets carries that name", f"use one of: {', '.join(found)}"
        )
    return found[name]
