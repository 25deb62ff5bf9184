"""Name what a run tells while it goes: one event type for terminal, server and log."""

from __future__ import annotations

from typing import Literal

from .base import Frozen


class Event(Frozen):
    """Tell one thing of a run: a node or section started, finished, failed, waits, or a remark."""

    kind: Literal["started", "finished", "failed", "waiting", "note", "retry"]
    node: str
    title: str = ""
    detail: str = ""
    seconds: float | None = None
    count: int | None = None
