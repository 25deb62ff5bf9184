"""Go through a page from top to bottom: its headings, its text, its blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import re2

from .._view.prose import parser
from .blocks import Block, alone, block_of, command_of
from .layout import laid_out

LONGEST = 20_000  # a Markdown parser's brackets cost seconds in a line that nobody writes


@dataclass(frozen=True, slots=True)
class Heading:
    """Be a heading with its level."""

    level: int
    text: str


def told(lines: Sequence[str]) -> Iterator[Heading | str | Block]:
    """Yield what a page says in order: headings, pieces of text, blocks; of a line no more than its first characters is read."""
    before, level, in_table = "", 0, False
    if titled := _title(lines):
        yield Heading(1, titled)
    for token in parser().parse("\n".join(laid_out([line[:LONGEST] for line in lines]).lines)):
        if token.type in ("heading_open", "heading_close"):
            level = int(token.tag[1:]) if token.type == "heading_open" else 0
            before = ""
        elif token.type in ("table_open", "table_close"):
            in_table = token.type == "table_open"
        elif token.type == "inline" and level:
            yield Heading(level, token.content)
        elif token.type == "inline" and (in_table or not (command := alone(token))):
            before = token.content
            yield before
        elif token.type in ("inline", "fence", "code_block"):
            yield command_of(token, command) if token.type == "inline" else block_of(token, before)
            before = ""


_TITLE = re2.compile(r"""^title\s*[:=]\s*["']?([^"'\n]+?)["']?\s*$""")


def _title(lines: Sequence[str]) -> str:
    """Return the title that stands in front of a page, between `---` or `+++`; empty where there is none."""
    if not lines or lines[0].strip() not in ("---", "+++"):
        return ""
    for line in lines[1:60]:
        if line.strip() == lines[0].strip():
            return ""
        if match := _TITLE.match(line[:400]):
            return str(match.group(1)).strip()
    return ""
