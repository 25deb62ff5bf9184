"""Define words and commands of a script as the judges see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..expand import expand

LITERAL_DOLLAR = "\ue000"
"""Stands for a dollar sign that the shell does not expand (single quotes, backslash)."""

SUBSTITUTION = "$()"
"""Stands for the output of a command, which is judged by itself."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Hold a word before expansion; `splits` tells that its variables may make several words of it."""

    source: str
    line: int
    splits: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """Hold a word: `value` with known variables replaced, `shown` as written without quotes."""

    value: str
    shown: str
    line: int

    def cut(self, size: int) -> Word:
        """Return the word without its first `size` characters, as in `--image=x` the `x`."""
        shown = self.shown[size:] if self.shown[:size] == self.value[:size] else self.value[size:]
        return Word(self.value[size:], shown, self.line)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Hold `NAME=value`."""

    name: str
    value: Raw
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Command:
    """Hold one command; `downstream` names the programs its output flows through, `feeds` the shell that runs its output."""

    words: tuple[Raw, ...]
    line: int
    downstream: tuple[str, ...] = ()
    feeds: str = ""


@dataclass(frozen=True, slots=True)
class Heredoc:
    """Hold the body of a heredoc: the command that reads it, the file it is written to ("" for none), and the programs after it."""

    body: str
    line: int
    command: tuple[Raw, ...]
    target: str
    downstream: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stand for text that is too long to be split: it cannot be said to be pinned."""

    line: int


Item = Assignment | Command | Heredoc | Unreadable


def plain(source: str) -> str:
    """Return a raw source with literal dollar signs back in place."""
    return source.replace(LITERAL_DOLLAR, "$")


def expanded(raw: Raw, variables: Mapping[str, str]) -> list[Word]:
    """Return the words that a raw word becomes; an unquoted variable with spaces in its value becomes several."""
    value = plain(expand(raw.source, variables))
    shown = plain(raw.source)
    if raw.splits and value != shown:
        parts = value.split()
        if len(parts) > 1 and not raw.source.strip("${}").isidentifier():  # a part of a word: each turn of a loop gives it one value
            first = {name: given.split()[0] for name, given in variables.items() if given.split()}
            return [Word(plain(expand(raw.source, first)), shown, raw.line)]
        if len(parts) != 1:
            return [Word(part, part, raw.line) for part in parts[:64]]
    return [Word(value, shown, raw.line)]
