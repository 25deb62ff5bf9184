"""Find the lines of a block that was read as a step or a file again on its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ._guide import blocks as guide
from ._guide.reading import LONGEST, told

HIDDEN = -1  # the row of a line that was read as output: what stands there is left alone


@dataclass(frozen=True, slots=True)
class Block:
    """Be one block read as a step or a file; rows count from 0.

    `before` is the row of its first line, `end` the row behind its last one; `rows` tells for each line of `text` its row on the page and
    what stands before it there (indentation, a quotation mark, a prompt), with `HIDDEN` for the output between commands.
    """

    before: int
    end: int
    text: str
    rows: tuple[tuple[int, str], ...]


def blocks(page: str) -> Iterator[Block]:
    """Yield the blocks of a page that are steps or files; one whose lines are not those of the page as they stand is passed over."""
    lines = page.split("\n")
    for item in told(lines):
        if isinstance(item, guide.Block) and (item.run is not None or item.file):
            rows = _rows(item, lines)
            if rows is not None:
                text = item.run if item.run is not None else item.content
                yield Block(item.line, item.line + len(rows), text, rows)


def _rows(block: guide.Block, lines: list[str]) -> tuple[tuple[int, str], ...] | None:
    found: list[tuple[int, str]] = []
    text = block.run if block.run is not None else block.content
    for row, line in enumerate(text.split("\n")[:-1], start=block.line):
        whole = lines[row].rstrip() if row < len(lines) else ""
        if row < len(lines) and not line.strip() and whole.strip() and block.run is not None:
            found.append((HIDDEN, ""))
        elif row >= len(lines) or len(lines[row]) > LONGEST or not (whole.endswith(line.rstrip()) or not line.strip()):
            return None
        else:
            kept = line.rstrip()
            found.append((row, whole[: len(whole) - len(kept)] if kept else ""))
    return tuple(found)
