"""List runs: `deploybook runs`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.errors import ExitCode
from ..terminal.screen import table, width

if TYPE_CHECKING:
    from ...checkpoints.ledger import Run
    from ..cli.session import Session


def carry_out(session: Session, as_json: bool) -> ExitCode:
    """Print the runs of this state home, the newest first."""
    from ...core.base import plain
    from ...graph.listing import runs

    configuration = session.configure()
    found = runs(Path(configuration["home"]).expanduser() if configuration["home"] else None)
    if as_json:
        session.screen.product(json.dumps({"schema_version": 1, "runs": plain(list(found))}, indent=2, ensure_ascii=False))
        return ExitCode.OK
    if not found:
        session.screen.talk("no runs yet; `deploybook plan REPO` starts one")
        return ExitCode.OK
    session.screen.product(
        table(("RUN", "STATUS", "VERDICT", "UPDATED (UTC)", "REPOSITORY", "PLAN"), [_row(run) for run in found], width())
    )
    waiting = [run for run in found if run.status == "waiting"]
    if waiting:
        session.screen.talk(f"{len(waiting)} waiting for answers: `{session.program} show RUN` says for which", "yellow")
    return ExitCode.OK


def _row(run: Run) -> tuple[str, ...]:
    """Return the columns of a run; the last eight characters of an id are enough to name it."""
    waits = f" for {len(run.questions)}" if run.status == "waiting" else ""
    plan = "" if run.out is None else "not written" if run.status == "done" and run.problem else run.out
    return (run.id[-8:], run.status + waits, run.verdict or "", run.updated[:16].replace("T", " "), run.source.location, plan)
