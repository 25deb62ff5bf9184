"""Split the words of a command into options and positional arguments, knowing which options take a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .words import Word


@dataclass(frozen=True, slots=True)
class Arguments:
    """Hold the options in order (name, value or null) and the positional words."""

    options: tuple[tuple[str, Word | None], ...]
    positionals: tuple[Word, ...]

    def values(self, *names: str) -> tuple[Word, ...]:
        """Return the values of these options in order."""
        return tuple(value for name, value in self.options if name in names and value is not None)

    def has(self, *names: str) -> bool:
        """Say whether one of these options is given."""
        return any(name in names for name, _ in self.options)


def split(words: Sequence[Word], valued: frozenset[str], stop: bool = False) -> Arguments:
    """Return options and positionals; `valued` names the options that take a value, `stop` ends options at the first positional.

    Understands `--name=value`, `-nvalue` and `-abc` bundles whose last letter takes a value.
    """
    options: list[tuple[str, Word | None]] = []
    positionals: list[Word] = []
    at = 0
    while at < len(words):
        word = words[at]
        text = word.template
        at += 1
        if text == "--":
            positionals.extend(words[at:])
            break
        if not text.startswith("-") or text == "-":
            positionals.append(word)
            if stop:
                positionals.extend(words[at:])
                break
            continue
        follower = words[at] if at < len(words) else None
        name, value, used = _option(word, text, valued, follower)
        options.extend((n, None) for n in name[:-1])
        options.append((name[-1], value))
        at += used
    return Arguments(tuple(options), tuple(positionals))


def _option(word: Word, text: str, valued: frozenset[str], follower: Word | None) -> tuple[list[str], Word | None, int]:
    if text.startswith("--") or text in valued:
        name, equals, _rest = text.partition("=")
        if equals:
            return [name], cut(word, len(name) + 1), 0
        return ([name], follower, 1) if name in valued else ([name], None, 0)
    names: list[str] = []
    for index, letter in enumerate(text[1:], start=1):
        flag = "-" + letter
        names.append(flag)
        if flag in valued:
            if index + 1 < len(text):
                return names, cut(word, index + 1), 0
            return names, follower, 1
    return names or [text], None, 0


def cut(word: Word, start: int) -> Word:
    """Return the word without its first characters, variables kept."""
    return Word(word.text, word.line, word.template[start:], word.variables, word.substitutions, word.quoted)
