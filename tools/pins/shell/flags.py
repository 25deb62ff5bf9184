"""Know which flags of which commands take a value, and split a command's words into options and arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

import yaml

from .words import Word


@lru_cache(maxsize=1)
def _table() -> dict[str, frozenset[str]]:
    """Read the table of flags once per process."""
    text = resources.files(__package__).joinpath("flags.yaml").read_text(encoding="utf-8")
    return {key: frozenset(value.split()) for key, value in yaml.load(text, Loader=yaml.CSafeLoader).items()}


def takes(key: str) -> frozenset[str]:
    """Return the flags of a table entry that take a value."""
    return _table()[key]


@dataclass
class Arguments:
    """Hold the options by flag (a flag without value maps to an empty list), and the arguments in order."""

    options: dict[str, list[Word]] = field(default_factory=dict)
    positionals: list[Word] = field(default_factory=list)

    def has(self, *flags: str) -> bool:
        """Tell whether any of the flags is given."""
        return any(flag in self.options for flag in flags)

    def value(self, *flags: str) -> Word | None:
        """Return the last value of the first of the flags that has one."""
        for flag in flags:
            if self.options.get(flag):
                return self.options[flag][-1]
        return None

    def values(self, *flags: str) -> list[Word]:
        """Return all values of the flags."""
        return [word for flag in flags for word in self.options.get(flag, ())]


def split(words: Sequence[Word], key: str, *, first_only: bool = False) -> Arguments:
    """Split words by the table entry `key`; with `first_only` everything after the first argument is an argument (docker run IMAGE …)."""
    valued = takes(key)
    found = Arguments()
    place = 0
    while place < len(words):
        word = words[place]
        place += 1
        text = word.value
        if text == "--":
            found.positionals.extend(words[place:])
            break
        if not text.startswith("-") or text == "-":
            if first_only:
                found.positionals.extend(words[place - 1 :])
                break
            found.positionals.append(word)
            continue
        flag, value, wants_next = _flag(word, valued)
        values = found.options.setdefault(flag, [])
        if value is not None:
            values.append(value)
        elif wants_next and place < len(words):
            values.append(words[place])
            place += 1
    return found


def _flag(word: Word, valued: frozenset[str]) -> tuple[str, Word | None, bool]:
    """Return the flag of a word, its attached value, and whether its value is the next word."""
    text = word.value
    name, equals, _ = text.partition("=")
    if equals and (name.startswith("--") or name in valued or len(name) > 2):
        return name, word.cut(len(name) + 1), False
    if text in valued:
        return text, None, True
    if text.startswith("--") or len(text) < 3:
        return text, None, False
    for place, letter in enumerate(text[1:], 1):
        short = f"-{letter}"
        if short in valued:
            rest = text[place + 1 :]
            return short, (word.cut(place + 1) if rest else None), not rest
    return text, None, False
