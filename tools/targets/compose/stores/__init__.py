"""Know how each kind of data store runs under Compose; one module a kind, each defining KIND."""

from __future__ import annotations

from functools import cache

from .....core.blueprint import Store
from .....core.registry import discover
from ..._store import StoreKind

__all__ = ["StoreKind", "kinds", "run_as"]


@cache
def kinds() -> dict[str, StoreKind]:
    """Return the store kinds that this platform can run itself, by survey id."""
    return {module.KIND.kind: module.KIND for module in discover(__name__, ("KIND",)).values()}


def run_as(store: Store) -> StoreKind:
    """Return how a store of a blueprint runs: as its kind, open where the blueprint gives it no password."""
    kind = kinds()[store.kind]
    return kind.open if kind.open is not None and store.password_input is None else kind
