"""Go on with a run: `deploybook resume RUN`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import conducting

if TYPE_CHECKING:
    from ...core.errors import ExitCode
    from ..cli.session import Session


def carry_out(
    session: Session, *, run: str, flags: dict[str, Any], repo: str | None, force: bool, as_json: bool, exit_zero: bool
) -> ExitCode:  # fmt: skip
    """Carry a run on from where it stopped; a finished one is written to `--out` again, a waiting one asks or takes its defaults."""
    configuration = session.configure(**flags)
    home = Path(configuration["home"]).expanduser() if configuration["home"] else None
    out = conducting.folder(configuration["out"])
    if out is not None:
        conducting.early_refusal(out, force)

    from ...graph import run as engine

    options: dict[str, Any] = {"home": home, "force": force, "repository": repo}
    outcome = conducting.watched(session, run, lambda listen: engine.resume(run, on_event=listen, out=out, **options))
    if outcome.status == "waiting" and flags["no_input"]:
        waiting = outcome.run_id
        outcome = conducting.watched(session, waiting, lambda listen: engine.answer(waiting, {}, on_event=listen, **options))
    elif not configuration["no-input"]:
        outcome = conducting.answered(session, outcome, **options)
    return conducting.told(session, outcome, as_json=as_json, exit_zero=exit_zero)
