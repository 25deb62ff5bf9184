"""Hold a parsed document: plain data, and the line where each key or element of it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Path = tuple[str | int, ...]
_MISSING = object()


class Document:
    """Be data (dicts, lists, str, int, bool, None) with `line(*path)`. Numbers with a point stay text, as written (`3.10`)."""

    __slots__ = ("_locate", "data", "path")

    def __init__(self, path: str, data: Any, locate: Callable[[Path], int | None]) -> None:
        self.path, self.data, self._locate = path, data, locate

    def get(self, *path: str | int, default: Any = None) -> Any:
        """Return what stands at the path of keys and indices, `default` where something on the way is missing or of another form."""
        here = self.data
        for step in path:
            key: Any = step
            try:
                here = here[key] if isinstance(here, dict if isinstance(step, str) else list) else _MISSING
            except (KeyError, IndexError):
                here = _MISSING
            if here is _MISSING:
                return default
        return here

    def table(self, *path: str | int) -> dict[str, Any]:
        """Return the mapping at the path, empty where there is none."""
        found = self.get(*path)
        return found if isinstance(found, dict) else {}

    def items(self, *path: str | int) -> list[Any]:
        """Return the list at the path, empty where there is none."""
        found = self.get(*path)
        return found if isinstance(found, list) else []

    def text(self, *path: str | int) -> str | None:
        """Return the scalar at the path as text, None where there is none (booleans as `true` and `false`)."""
        found = self.get(*path)
        if isinstance(found, bool):
            return "true" if found else "false"
        return str(found) if isinstance(found, str | int | float) else None

    def line(self, *path: str | int) -> int:
        """Return the 1-based line of the key or element at the path; of its nearest known ancestor where it has none; at least 1."""
        steps = tuple(path)
        while steps:
            found = self._locate(steps)
            if found is not None:
                return found
            steps = steps[:-1]
        return 1

    def walk(self) -> Iterator[tuple[Path, Any]]:
        """Yield every (path, value) below the top, parents first, in document order."""
        pending: list[tuple[Path, Any]] = [((), self.data)]
        while pending:
            path, value = pending.pop()
            if path:
                yield path, value
            if isinstance(value, dict):
                pending.extend(((*path, k), v) for k, v in reversed(list(value.items())))
            elif isinstance(value, list):
                pending.extend(((*path, i), v) for i, v in reversed(list(enumerate(value))))
