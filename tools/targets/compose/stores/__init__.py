"""Know how each kind of data store runs under Compose; one module a kind, each defining KIND."""

from __future__ import annotations

from functools import cache

from .....core.registry import discover
from ..._store import StoreKind

__all__ = ["StoreKind", "kinds"]


@cache
def kinds() -> dict[str, StoreKind]:
    """Return the store kinds that this platform can run itself, by survey id."""
    return {module.KIND.kind: module.KIND for module in discover(__name__, ("KIND",)).values()}
