"""Judge a model's words before a reader sees them: no secret, no markup, and nothing to copy that the plan does not say already."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import re2

from ...tools.pins import verdict
from .door import Door

SECRET, LENGTH, SIGNS, MARKUP, ADDRESS, CODE, VERSION, NUMBER = (
    "holds a secret",
    "is empty or too long",
    "holds control characters",
    "holds markup or a placeholder",
    "names an address of its own",
    "brings code of its own",
    "is not pinned",
    "brings a version or figure of its own",
)
_SPAN = re2.compile(r"`+([^`]+)`+")
_MARKUP = re2.compile(r"<[A-Za-z!/?]|&[#A-Za-z0-9]+;|\]\s*[(\[]|!\[|\]:|\[(?:DOMAIN|REGISTRY)\]")
_STRUCTURE = re2.compile(r"(?m)^(?: {4,}\S|\s*(?:#{1,6}\s|[`~]{3}|={3,}\s*$|-{3,}\s*$))")
_ADDRESS = re2.compile(r"(?i)[a-z][a-z0-9+.-]*://[^\s`)>\]]*|\bwww\.[^\s`)>\]]+")
_EXPANSION = re2.compile(r"\$[({A-Za-z_]|&&|\|\||>>|\\\S")
_OPTION = re2.compile(r"(?:^|[\s(\[])(--?[A-Za-z][\w-]*)")
_DOTTED = re2.compile(r"\bv?\d+(?:\.\d+)+\w*")


@dataclass(frozen=True)
class Known:
    """Hold the words that may be repeated: `spoken` for code and numbers, `pins` for the project's own versions."""

    door: Door
    spoken: str
    pins: Mapping[str, str] = field(default_factory=dict)

    def holds(self, piece: str) -> bool:
        """Say whether a piece of code stands in what is known, as a whole and not as a part of a longer word."""
        piece = " ".join(piece.split())
        if not piece:
            return False
        edges = [r"(?:^|[^\w-])" if _is_word(piece[0]) else "", r"(?:$|[^\w-])" if _is_word(piece[-1]) else ""]
        return bool(re2.search(edges[0] + re2.escape(piece) + edges[1], self.spoken))

    def objection(self, text: str, most: int, *, lines: bool = False) -> str | None:
        """Return why a text may not be taken, or null; `most` bounds its characters, `lines` allows more than one line."""
        if not text.strip() or len(text) > most:
            return LENGTH
        if any(_is_sign(char) for char in text if not (lines and char == "\n")):
            return SIGNS
        if self.door.leaks(text):
            return SECRET
        prose = _SPAN.sub(" ", text)
        if _MARKUP.search(prose) or _STRUCTURE.search(text) or "`" in prose:
            return MARKUP
        return self._foreign(text, prose)

    def _foreign(self, text: str, prose: str) -> str | None:
        if any(found not in self.spoken for found in _ADDRESS.findall(text)):
            return ADDRESS
        if not all(self.holds(span) for span in _SPAN.findall(text)) or _EXPANSION.search(prose):
            return CODE
        if not all(self.holds(option) for option in _OPTION.findall(prose)):
            return CODE
        if not verdict(text, "markdown", dict(self.pins)).passed:
            return VERSION
        if not all(self.holds(number) for number in _DOTTED.findall(prose)):
            return NUMBER
        return None


def fixed(text: str) -> Iterator[str]:
    """Yield what a rewording must keep: table lines, code spans and numbers."""
    yield from (line.strip() for line in text.split("\n") if line.strip().startswith("|"))
    yield from (f"`{span}`" for span in _SPAN.findall(text))
    yield from re2.findall(r"\d+(?:[.:]\d+)*", text)


def joined(texts: Iterable[str]) -> str:
    """Return texts as one, blanks evened out, so that a piece of code is found however it was broken into lines."""
    return "\n".join(" ".join(text.split()) for text in texts if text)


def _is_word(char: str) -> bool:
    return char.isalnum() or char in "_-"


def _is_sign(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")
