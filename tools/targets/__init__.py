"""Know the target platforms: each folder holds one platform's component rules, file templates and section templates."""

from __future__ import annotations

from typing import cast

from ...core.errors import UsageError
from ...core.registry import discover
from ._platform import Platform
from ._store import PASSWORD_PATTERN, StoreKind

__all__ = ["PASSWORD_PATTERN", "Platform", "StoreKind", "platform", "platforms"]

REQUIRED = ("TITLE", "SUMMARY", "store_kinds", "draft_section")


def platforms() -> dict[str, Platform]:
    """Return the platforms that plans can be written for, by name."""
    return {name: cast(Platform, module) for name, module in discover(__name__, REQUIRED).items()}


def platform(name: str) -> Platform:
    """Return one platform; raise UsageError for a name that no folder carries."""
    found = platforms()
    if name not in found:
        raise UsageError(
            f"no plans for the target {name!r}", "no folder of tools/targets carries that name", f"use one of: {', '.join(found)}"
        )
    return found[name]
