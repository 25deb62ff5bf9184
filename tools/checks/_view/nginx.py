"""Split nginx configuration into directives with their blocks; the parser that judges syntax is a validator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MAX_TEXT = 300_000  # characters that are read; what is longer is no configuration
DEEPEST = 20  # blocks within blocks that are told apart; no configuration nests so deeply


@dataclass(frozen=True, slots=True)
class Directive:
    """Be one directive: its name, arguments, line, and the names of the blocks it stands in, outermost first."""

    name: str
    args: tuple[str, ...]
    line: int
    blocks: tuple[str, ...]


def directives(text: str) -> Iterator[Directive]:
    """Yield every directive in order, block directives included; unbalanced braces are read as far as they go."""
    blocks: list[str] = []
    words: list[str] = []
    first, deeper = 1, 0
    for token, line, quoted in _tokens(text[:MAX_TEXT]):
        if not quoted and token in (";", "{", "}"):
            if words:
                yield Directive(words[0], tuple(words[1:]), first, tuple(blocks))
            if token == "{":
                deeper += len(blocks) >= DEEPEST
                blocks += [words[0] if words else ""] if len(blocks) < DEEPEST else []
            elif token == "}" and deeper:
                deeper -= 1
            elif token == "}" and blocks:
                blocks.pop()
            words = []
            continue
        if not words:
            first = line
        words.append(token)


def _tokens(text: str) -> Iterator[tuple[str, int, bool]]:
    at, line, size = 0, 1, len(text)
    while at < size:
        char = text[at]
        if char == "\n":
            line += 1
            at += 1
        elif char.isspace():
            at += 1
        elif char == "#":
            end = text.find("\n", at)
            at = size if end < 0 else end
        elif char in ";{}":
            yield char, line, False
            at += 1
        elif char in "\"'":
            token, at, passed = _quoted(text, at)
            yield token, line, True
            line += passed
        else:
            end = _word_end(text, at)
            yield text[at:end], line, False
            at = end


def _quoted(text: str, start: int) -> tuple[str, int, int]:
    quote, at, out = text[start], start + 1, []
    while at < len(text) and text[at] != quote:
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
        out.append(text[at])
        at += 1
    return "".join(out), at + 1, text.count("\n", start, at)


def _word_end(text: str, start: int) -> int:
    at, depth = start, 0
    while at < len(text):
        char = text[at]
        if char == "$" and text[at + 1 : at + 2] == "{":
            depth += 1
            at += 1
        elif char == "}" and depth:
            depth -= 1
        elif char == "\\":
            at += 1
        elif depth == 0 and (char.isspace() or char in ";{}"):
            break
        at += 1
    return min(at, len(text))
