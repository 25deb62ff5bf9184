"""Split shell text into commands without a grammar: for lines that are too long or too broken for the parser."""

from __future__ import annotations

from collections.abc import Iterator

from .words import LITERAL_DOLLAR, Command, Raw

_BREAKS = frozenset(";|&\n(){}`<>")
MAX_WORD = 4096
"""Longer words are cut: no reference is that long."""

MAX_WORDS = 2000
"""Longer commands are split: no judge needs more words at once."""


def commands(text: str, line: int) -> Iterator[Command]:
    """Yield the commands of a text that starts on `line`, in one pass: quotes are respected, every operator ends a command."""
    words: list[Raw] = []
    current: list[str] = []
    quote = ""
    started = False
    for character, escaped in _characters(text):
        if quote:
            if character == quote and not escaped:
                quote = ""
            else:
                current.append(LITERAL_DOLLAR if character == "$" and (quote == "'" or escaped) else character)
            line += character == "\n"
            continue
        if not escaped and character in "'\"":
            quote, started = character, True
            continue
        if escaped or (character not in _BREAKS and not character.isspace()):
            current.append(LITERAL_DOLLAR if character == "$" and escaped else character)
            started = True
            continue
        if started:
            words.append(Raw("".join(current[:MAX_WORD]), line))
            current, started = [], False
        if words and (character in _BREAKS or len(words) >= MAX_WORDS):
            yield Command(tuple(words), words[0].line)
            words = []
        line += character == "\n"
    if started:
        words.append(Raw("".join(current[:MAX_WORD]), line))
    if words:
        yield Command(tuple(words), words[0].line)


def _characters(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each character and whether a backslash stands before it; a backslash at a line's end vanishes with the line break."""
    escaped = False
    for character in text:
        if escaped:
            escaped = False
            if character != "\n":
                yield character, True
            continue
        if character == "\\":
            escaped = True
            continue
        yield character, False
