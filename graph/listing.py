"""List runs as they stand, without loading LangGraph."""

from __future__ import annotations

from pathlib import Path

from ..checkpoints import locks
from ..checkpoints.home import locate
from ..checkpoints.ledger import Ledger, Run


def runs(home: Path | None = None) -> tuple[Run, ...]:
    """Return every run, the newest first; one that no process drives any more, though none said so, counts as interrupted."""
    place = locate(home).ready()
    return tuple(
        run.model_copy(update={"status": "interrupted"}) if run.status in ("planned", "running") and not locks.held(place, run.id) else run
        for run in Ledger.of(place).runs()
    )
