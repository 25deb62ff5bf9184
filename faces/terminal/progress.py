"""Show a run while it goes: one line per node, drawn in place on a terminal, appended elsewhere."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.live import Live
    from rich.spinner import Spinner
    from rich.table import Table

    from ...core.events import Event
    from .screen import Screen

_MARKS = {"waiting": "?", "failed": "x", "finished": "+", "started": " ", "retry": "~"}
_WORDS = {"waiting": "waits for answers", "failed": "failed", "retry": "tries again"}
_COLORS = {"waiting": "yellow", "failed": "red", "finished": "green", "retry": "yellow"}


@dataclass
class Line:
    """Be what is known of one node."""

    title: str
    state: str = "started"
    detail: str = ""
    began: float = field(default_factory=time.monotonic)
    seconds: float | None = None

    def number(self) -> int | None:
        """Return the section's number, which its title begins with, or null for a node that is no section's."""
        head = self.title.partition(".")[0]
        return int(head) if head.isdecimal() else None

    def elapsed(self) -> str:
        """Return the seconds that the node took, or takes so far."""
        return f"{self.seconds if self.seconds is not None else time.monotonic() - self.began:.1f} s"


class Progress:
    """Take events and show them; use it as a context manager around the run."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.lines: dict[str, Line] = {}
        self.spinners: dict[str, Spinner] = {}
        self.live: Live | None = None
        self.began = time.monotonic()

    def __enter__(self) -> Self:
        if self.screen.live():
            from rich.console import Console
            from rich.live import Live

            from .screen import colored

            console = Console(stderr=True, no_color=not colored(sys.stderr, self.screen.color), highlight=False)
            self.live = Live(get_renderable=self._table, console=console, refresh_per_second=8, transient=False)
            self.live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.live is not None:
            self.live.stop()
            self.live = None

    def __call__(self, event: Event) -> None:
        """Take one event of the run."""
        if event.node == "run":  # said about the run as a whole: that it stops after this step
            self.screen.insist(event.detail, "yellow")
            return
        line = self.lines.setdefault(event.node, Line(event.title or event.node))
        line.title = event.title or line.title
        if event.kind == "note":
            line.detail = event.detail or line.detail
            if self.live is None and self.screen.verbose:
                self.screen.talk(f"  {line.title}: {event.detail}", "dim")
            return
        if event.kind == "started" and line.state != "started":
            line.began, line.seconds = time.monotonic(), None
        line.state = event.kind
        line.detail = event.detail or (line.detail if event.kind == "finished" else _WORDS.get(event.kind, ""))
        if event.kind in ("finished", "failed", "waiting"):
            line.seconds = event.seconds if event.seconds is not None else time.monotonic() - line.began
        if self.live is None and (event.kind != "started" or self.screen.verbose):
            self._append(line)

    def _append(self, line: Line) -> None:
        detail = f"  {line.detail}" if line.detail else ""
        self.screen.talk(f"{_MARKS[line.state]} {line.elapsed():>8}  {line.title}{detail}")

    def _table(self) -> Table:
        from rich.spinner import Spinner
        from rich.table import Table
        from rich.text import Text

        from .screen import harmless

        grid = Table.grid(padding=(0, 1), expand=True)
        grid.add_column(no_wrap=True, min_width=1)
        grid.add_column(no_wrap=True, min_width=7, justify="right")
        grid.add_column(no_wrap=True)
        grid.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        for node, line in in_order(self.lines):
            spinner = self.spinners.setdefault(node, Spinner("line", style="cyan"))
            mark = spinner if line.state == "started" else Text(_MARKS[line.state], style=_COLORS[line.state])
            grid.add_row(mark, Text(line.elapsed(), style="dim"), Text(harmless(line.title)), Text(harmless(line.detail), style="dim"))
        return grid


def in_order(lines: dict[str, Line]) -> list[tuple[str, Line]]:
    """Return the lines as they began, but those of numbered sections, which begin together, by their number."""
    listed = list(lines.items())
    numbered = [(node, line) for node, line in listed if line.number() is not None]
    numbered.sort(key=lambda item: item[1].number() or 0)
    return [numbered.pop(0) if line.number() is not None else (node, line) for node, line in listed]
