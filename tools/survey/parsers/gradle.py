"""Read Gradle build scripts of both dialects (Groovy and Kotlin) as statements with nested blocks.

Build scripts are programs, but what they declare has one plain shape in both dialects: words, strings and blocks. One lexer and one
reader serve both; nothing is evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

_MAX_CHARS = 500_000
_MAX_DEPTH = 60
_OPEN, _CLOSE = "([", ")]"
_CONTINUES = (",", "=", "+", "+=", "&&", "||", "?:", "->", ".")


@dataclass(frozen=True, slots=True)
class Token:
    """Be one token: a word, a string (text without quotes), a number or a sign."""

    kind: Literal["word", "text", "number", "sign", "line"]
    text: str
    line: int


@dataclass(slots=True)
class Statement:
    """Be one statement: its tokens, and the statements of the block that ends it."""

    tokens: list[Token]
    block: list[Statement] = field(default_factory=list)
    has_block: bool = False

    @property
    def line(self) -> int:
        """Return the line where it begins."""
        return self.tokens[0].line if self.tokens else 1

    @property
    def head(self) -> str:
        """Return the dotted name that it begins with (`java.sourceCompatibility`, `id`), empty for anything else."""
        parts: list[str] = []
        for token in self.tokens:
            if token.kind == "word" and (not parts or parts[-1] == "."):
                parts.append(token.text.strip("`"))
            elif token.text == "." and parts:
                parts.append(".")
            else:
                break
        return "".join(parts).rstrip(".")

    @property
    def texts(self) -> list[Token]:
        """Return its strings in order."""
        return [t for t in self.tokens if t.kind == "text"]

    def after(self, *signs: str) -> list[Token]:
        """Return the tokens behind the first of these signs, empty without one."""
        at = next((i for i, t in enumerate(self.tokens) if t.kind == "sign" and t.text in signs), None)
        return [] if at is None else self.tokens[at + 1 :]

    def words(self) -> set[str]:
        """Return its words."""
        return {t.text for t in self.tokens if t.kind == "word"}


def read_gradle(text: str) -> list[Statement]:
    """Return the statements of a build script, none for a giant."""
    if len(text) > _MAX_CHARS:
        return []
    return _Reader(list(_tokens(text))).statements(0)


def walk(statements: list[Statement], *within: str) -> Iterator[tuple[tuple[str, ...], Statement]]:
    """Yield (names of the blocks around, statement) for every statement, outer first."""
    for one in statements:
        yield within, one
        if one.has_block:
            yield from walk(one.block, *within, one.head)


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens, self._at = tokens, 0

    def statements(self, depth: int) -> list[Statement]:
        found: list[Statement] = []
        current = Statement([])
        nested = 0
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.text == "{" and token.kind == "sign" and not nested and depth < _MAX_DEPTH:
                current.block.extend(self.statements(depth + 1))
                current.has_block = True
                continue
            if token.text == "}" and token.kind == "sign" and not nested:
                break
            if token.kind == "sign" and token.text in (*_OPEN, "{"):
                nested += 1
            elif token.kind == "sign" and token.text in (*_CLOSE, "}"):
                nested = max(0, nested - 1)
            if token.kind == "line" or (token.text == ";" and token.kind == "sign"):
                if current.tokens and not nested and (token.text == ";" or not self._goes_on(current)):
                    found.append(current)
                    current = Statement([])
                continue
            current.tokens.append(token)
        if current.tokens:
            found.append(current)
        return found

    def _goes_on(self, current: Statement) -> bool:
        """Say whether the statement continues on the next line: an operator ends this line or begins the next."""
        following = next((t for t in self._tokens[self._at :] if t.kind != "line"), None)
        return current.tokens[-1].text in _CONTINUES or (following is not None and following.text in (".", "?:", "?."))


def _tokens(text: str) -> Iterator[Token]:
    at, line = 0, 1
    while at < len(text):
        c = text[at]
        if c == "\n":
            yield Token("line", c, line)
            line += 1
            at += 1
        elif c.isspace():
            at += 1
        elif text.startswith("//", at):
            at = _until(text, "\n", at)
        elif text.startswith("/*", at):
            end = text.find("*/", at)
            end = len(text) if end < 0 else end + 2
            line += text.count("\n", at, end)
            at = end
        elif c in "\"'":
            inner, end = _string(text, at)
            yield Token("text", inner, line)
            line += text.count("\n", at, end)
            at = end
        elif c.isalpha() or c in "_$`":
            end = at + 1
            while end < len(text) and (text[end].isalnum() or text[end] in "_$" or (c == "`" and text[end] != "\n")):
                end += 1
                if c == "`" and text[end - 1] == "`":
                    break
            yield Token("word", text[at:end], line)
            at = end
        elif c.isdigit():
            end = at + 1
            while end < len(text) and (text[end].isalnum() or text[end] in "._"):
                end += 1
            yield Token("number", text[at:end], line)
            at = end
        else:
            sign = next((s for s in ("->", "?:", "+=", "&&", "||", "?.") if text.startswith(s, at)), c)
            yield Token("sign", sign, line)
            at += len(sign)


def _until(text: str, mark: str, at: int) -> int:
    end = text.find(mark, at)
    return len(text) if end < 0 else end


def _string(text: str, at: int) -> tuple[str, int]:
    """Return (inner text, end) of the string that begins at a quote; an unclosed one ends with its line."""
    quote = text[at]
    if text.startswith(quote * 3, at):
        end = text.find(quote * 3, at + 3)
        end = len(text) if end < 0 else end
        return text[at + 3 : end], min(end + 3, len(text))
    end = at + 1
    while end < len(text) and text[end] != quote and text[end] != "\n":
        end += 2 if text[end] == "\\" else 1
    return text[at + 1 : end], min(end + 1, len(text))
