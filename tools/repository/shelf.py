"""Keep what was made of files as long as there is room; what was not asked for the longest time makes way."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Shelf(Generic[K, T]):
    """Hold values up to a sum of weights (`room`, in any unit); the newest one always fits."""

    def __init__(self, room: int) -> None:
        self._room, self._used = room, 0
        self._held: OrderedDict[K, tuple[T, int]] = OrderedDict()

    def get(self, key: K, make: Callable[[], tuple[T, int]]) -> T:
        """Return the value held for `key`; else what `make` gives with its weight, which is held from then on."""
        found = self._held.get(key)
        if found is not None:
            self._held.move_to_end(key)
            return found[0]
        value, weight = make()
        self._held[key] = value, weight
        self._used += weight
        while self._used > self._room and len(self._held) > 1:
            self._used -= self._held.popitem(last=False)[1][1]
        return value

    def __contains__(self, key: K) -> bool:
        return key in self._held
