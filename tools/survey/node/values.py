"""Name what static evaluation finds: a literal, a read of the environment, text with holes, or a piece of code."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from ..parsers.javascript import Literal, Script


@dataclass(frozen=True, slots=True)
class Place:
    """Point at a line of a file."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Known:
    """Be a literal value and where it is written."""

    value: Literal
    at: Place


@dataclass(frozen=True, slots=True)
class EnvRead:
    """Be a value read from the environment; `default` is used when the variable is not set, `required` when a schema says so."""

    name: str
    at: Place
    default: Known | EnvRead | None = None
    required: bool | None = None
    type: str | None = None

    def settled(self) -> Known | None:
        """Return the literal that remains when nothing is set in the environment."""
        value: Known | EnvRead | None = self.default
        while isinstance(value, EnvRead):
            value = value.default
        return value

    def names(self) -> tuple[str, ...]:
        """Return the variables in the order in which they are tried."""
        return (self.name, *(self.default.names() if isinstance(self.default, EnvRead) else ()))


@dataclass(frozen=True, slots=True)
class Parts:
    """Be text put together from values, None for an unknown one."""

    parts: tuple[Value | None, ...]
    at: Place


@dataclass(frozen=True, slots=True)
class Code:
    """Be a node that stays code: an object, array, function, class, call or `new`."""

    script: Script = field(repr=False)
    node: Node

    @property
    def at(self) -> Place:
        """Return where it begins."""
        return Place(self.script.path, int(self.node.start_point[0]) + 1)


@dataclass(frozen=True, slots=True)
class Module:
    """Be a whole library or file under a name: what `import * as x` or `require('x')` gives."""

    module: str
    path: str | None  # the repository's file, None for a library


@dataclass(frozen=True, slots=True)
class Foreign:
    """Be a name of a library: `Router` of `express`."""

    module: str
    name: str


Value = Known | EnvRead | Parts | Code | Module | Foreign


def first_env(value: Value | None) -> EnvRead | None:
    """Return the first read of the environment in a value."""
    if isinstance(value, EnvRead):
        return value
    if isinstance(value, Parts):
        return next((found for part in value.parts if (found := first_env(part)) is not None), None)
    return None


def settled(value: Value | None) -> Known | None:
    """Return the literal that a value has when nothing is set in the environment."""
    if isinstance(value, Known):
        return value
    if isinstance(value, EnvRead):
        return value.settled()
    if isinstance(value, Parts):
        pieces = [settled(p) for p in value.parts]
        if all(p is not None and isinstance(p.value, str | int) for p in pieces):
            return Known("".join(str(p.value) for p in pieces if p is not None), value.at)
    return None


def number(value: Value | None) -> Known | None:
    """Return a port-like literal: a whole number, written as number or text."""
    known = settled(value)
    if known is None or isinstance(known.value, bool):
        return None
    if isinstance(known.value, int):
        return known
    if isinstance(known.value, str) and known.value.strip().isdigit():
        return Known(int(known.value.strip()), known.at)
    return None
