"""Keep product and talk apart: the product goes to stdout, everything said about it to stderr, colour only where it is wanted."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Literal

from ...core.errors import OutputError

Color = Literal["auto", "always", "never"]
_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_DIRECTION_MARKS = frozenset(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F]))


def harmless(text: str) -> str:
    """Return text without control characters and direction marks: what a repository says may not steer the reader's terminal."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if (ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160 or c in _DIRECTION_MARKS else c
        for c in text
    )


def colored(stream: IO[str], color: Color = "auto", environ: Mapping[str, str] | None = None) -> bool:
    """Say whether a stream gets colour: the flag first, then NO_COLOR, FORCE_COLOR, TERM=dumb, at last whether it is a terminal."""
    env = os.environ if environ is None else environ
    if color != "auto":
        return color == "always"
    if env.get("NO_COLOR"):
        return False
    if env.get("FORCE_COLOR", "0") != "0":
        return True
    return env.get("TERM") != "dumb" and stream.isatty()


def silence(stream: IO[str]) -> None:
    """Let whatever else goes to a stream that takes no more go nowhere; what it still holds could not be flushed as the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def unwritable(stream: IO[str], error: OSError) -> OutputError:
    """Return the error for a standard output that takes no more, and silence it."""
    silence(stream)
    why = error.strerror or type(error).__name__
    return OutputError("cannot write to standard output", why, "make room where it goes, or send it elsewhere")


@dataclass
class Screen:
    """Write to both streams as one run was told to."""

    color: Color = "auto"
    quiet: bool = False
    verbose: bool = False

    def product(self, text: str) -> None:
        """Write what was asked for to stdout, word for word, with one newline at the end; harmless where stdout is a terminal.

        Raise BrokenPipeError when the reader is gone, OutputError when stdout takes no more for another reason.
        """
        try:
            sys.stdout.write((harmless(text) if sys.stdout.isatty() else text).removesuffix("\n") + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise unwritable(sys.stdout, error) from error

    def talk(self, text: str = "", *styles: str) -> None:
        """Say something about the work on stderr, unless told to be quiet."""
        if not self.quiet:
            self.insist(text, *styles)

    def insist(self, text: str = "", *styles: str, mark: str = "") -> None:
        """Say something on stderr that a quiet run says as well: errors and what they ask for; a mark in front of it stands out."""
        head = f"{self.styled(mark, 'red', 'bold')} " if mark else ""
        try:
            sys.stderr.write(head + self.styled(harmless(text), *styles) + "\n")
            sys.stderr.flush()
        except OSError:  # nobody listens, or the log's disk is full: that is no reason to stop the work
            silence(sys.stderr)

    def styled(self, text: str, *styles: str) -> str:
        """Return text in styles for stderr, or as it is where no colour is wanted."""
        if not text or not styles or not colored(sys.stderr, self.color):
            return text
        return f"\x1b[{';'.join(_STYLES[style] for style in styles)}m{text}\x1b[0m"

    def live(self) -> bool:
        """Say whether lines on stderr may be drawn again in place."""
        return not self.quiet and sys.stderr.isatty() and os.environ.get("TERM", "") not in ("", "dumb")

    def asks(self) -> bool:
        """Say whether a person can be asked: both the question and the answer need a terminal."""
        return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def width() -> int | None:
    """Return the columns of the terminal that stdout is, or null when it is none and nothing should be cut."""
    return shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else None


def table(head: Sequence[str], rows: Iterable[Sequence[str]], limit: int | None = None) -> str:
    """Return aligned columns under a ruled head; the last column takes what is left of `limit` and is cut with an ellipsis."""
    cells = [[" ".join(harmless(cell).split()) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    if limit is not None:
        widths = _narrowed(widths, limit)
    lines = ["  ".join(_cut(cell, width).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _narrowed(widths: list[int], limit: int) -> list[int]:
    """Take what is too wide from the widest column, again and again, down to eight characters each."""
    fitted = list(widths)
    while sum(fitted) + 2 * (len(fitted) - 1) > limit and max(fitted) > 8:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _cut(cell: str, width: int) -> str:
    return cell if len(cell) <= width else cell[: width - 1] + "…"
