"""Read the fenced blocks of a Markdown page so that a line of a block can be found again on the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ._view.prose import parser

LONGEST = 20_000  # a Markdown parser's brackets cost seconds in a line that nobody writes


@dataclass(frozen=True, slots=True)
class Block:
    """Be one fenced block read as a step or a file; rows count from 0.

    `before` is the row of its first line, `end` the row behind its last one; `rows` tells for each line of `text` its row on the page and
    what stands before it there (indentation, a quotation mark, a prompt).
    """

    before: int
    end: int
    text: str
    rows: tuple[tuple[int, str], ...]


def blocks(page: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page, each as a file or script and as a console transcript; one with a cut line is passed over."""
    lines = page.split("\n")
    for token in parser().parse("\n".join(line[:LONGEST] for line in lines)):
        if token.type != "fence" or token.map is None:
            continue
        before = token.map[0] + 1
        content = token.content.split("\n")[:-1]
        rows = []
        for row, line in enumerate(content, start=before):
            whole = lines[row] if row < len(lines) else ""
            if len(whole) > LONGEST or not (whole.endswith(line) or not line.strip()):
                break
            rows.append((row, whole[: len(whole) - len(line)] if whole.endswith(line) else ""))
        if len(rows) == len(content):
            end = before + len(content)
            yield Block(before, end, token.content, tuple(rows))
            kept = tuple((rows[number][0], rows[number][1] + mark) for number, mark, _ in _prompted(token.content) if number < len(rows))
            yield Block(before, end, typed(token.content), kept)


def typed(content: str) -> str:
    """Return the commands of a console transcript: lines behind a prompt and their continuations; all lines when none has a prompt."""
    return "\n".join(line for _, _, line in _prompted(content)) + "\n"


def _prompted(content: str) -> Iterator[tuple[int, str, str]]:
    """Yield number, prompt and text of each line that is typed."""
    lines = content.split("\n")
    if not any(line.startswith(("$ ", "# ", "> ")) for line in lines):
        yield from ((number, "", line) for number, line in enumerate(lines))
        return
    going_on = False
    for number, line in enumerate(lines):
        if line.startswith(("$ ", "# ")) or (going_on and line.startswith("> ")):
            yield number, line[:2], line[2:]
            going_on = line.endswith("\\")
        elif going_on:
            yield number, "", line
            going_on = line.endswith("\\")
