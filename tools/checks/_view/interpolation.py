"""Find `${NAME}` references in text that compose, envsubst or a template fills in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

_REFERENCE = re2.compile(r"\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)(:?[-?+=])?|\$([A-Za-z_][A-Za-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Reference:
    """Be one interpolated variable; `operator` is `:?`, `:-`, … or empty."""

    name: str
    operator: str
    line: int

    @property
    def optional(self) -> bool:
        """Say whether a default stands in for an unset variable."""
        return self.operator in (":-", "-", ":+", "+")

    @property
    def guarded(self) -> bool:
        """Say whether an unset variable stops with a message."""
        return self.operator in (":?", "?")


def references(text: str, line: int = 1) -> Iterator[Reference]:
    """Yield the variables of a text; `$$` escapes a dollar sign. `line` is the text's first line."""
    if "$" not in text:
        return
    for match in _REFERENCE.finditer(text):
        name = match.group(1) or match.group(3)
        if name:
            yield Reference(str(name), str(match.group(2) or ""), line + text.count("\n", 0, match.start()))


_WHOLE = re2.compile(r"^\$\{[A-Za-z_][A-Za-z0-9_]*:?-([^${}]*)\}$")


def by_default(text: str) -> str:
    """Return what a text that is one variable with a default stands for when nobody sets it, any other text as it is."""
    found = _WHOLE.match(text)
    return str(found.group(1)) if found is not None else text
