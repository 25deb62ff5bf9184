"""Cut scripts into pieces that the parser can take: short enough, without control characters, heredocs kept whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

MAX_PIECE = 8_000
"""Characters after which a piece ends at the next line break outside a heredoc."""

MAX_LINE = 3_000
"""Characters beyond which a line is split without a grammar."""

_HEREDOC = re2.compile(r"<<-?\s*[\"'\\]?([A-Za-z_][A-Za-z0-9_]*)[\"']?")
_CONTROL = {code: " " for code in range(32) if code not in (9, 10)} | {127: " "}


@dataclass(frozen=True, slots=True)
class Piece:
    """Hold a piece of a script and the line it starts on; `simple` pieces go to the grammarless splitter."""

    text: str
    line: int
    simple: bool = False


def pieces(script: str) -> Iterator[Piece]:
    """Yield the pieces of a script in order; most scripts are one piece."""
    clean = script.translate(_CONTROL)
    if len(clean) <= MAX_PIECE and "\n" not in clean[MAX_LINE:] and len(clean) <= MAX_LINE:
        yield Piece(clean, 1)
        return
    gathered: list[str] = []
    start, size, waiting = 1, 0, ""
    for number, line in enumerate(clean.split("\n"), 1):
        if len(line) > MAX_LINE:
            if gathered:
                yield Piece("\n".join(gathered), start)
            yield Piece(line, number, simple=True)
            gathered, start, size, waiting = [], number + 1, 0, ""
            continue
        gathered.append(line)
        size += len(line) + 1
        waiting = _still_waiting(line, waiting)
        indented = line[:1] in (" ", "\t") or line.endswith(("\\", "|", "&&"))
        if (size > MAX_PIECE and not waiting and not indented) or size > 4 * MAX_PIECE:
            yield Piece("\n".join(gathered), start)
            gathered, start, size, waiting = [], number + 1, 0, ""
    if gathered:
        yield Piece("\n".join(gathered), start)


def _still_waiting(line: str, waiting: str) -> str:
    """Return the word that ends the heredoc open after this line, or "" when none is open."""
    if waiting:
        return "" if line.strip() == waiting else waiting
    found = _HEREDOC.search(line)
    return found.group(1) if found else ""
