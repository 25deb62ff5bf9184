"""Answer what a run asks: `deploybook answer RUN id=value …`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import conducting

if TYPE_CHECKING:
    from ...core.errors import ExitCode
    from ..cli.session import Session


def carry_out(
    session: Session, *, run: str, given: list[str], flags: dict[str, Any], repo: str | None, force: bool, as_json: bool, exit_zero: bool
) -> ExitCode:  # fmt: skip
    """Give answers to a waiting run and carry it on; without any answer, ask the person at the terminal.

    Raise UsageError naming each answer that is not accepted: nothing is lost then, and the run still waits.
    """
    configuration = session.configure(**flags)
    answers = conducting.given_answers(flags["answers"], given)
    home = Path(configuration["home"]).expanduser() if configuration["home"] else None

    from ...graph import run as engine

    options: dict[str, Any] = {"home": home, "force": force, "repository": repo}
    if answers:
        outcome = conducting.watched(session, run, lambda listen: engine.answer(run, answers, on_event=listen, **options))
    else:
        outcome = conducting.answered(session, engine.status(run, home=home), **options)
    return conducting.told(session, outcome, as_json=as_json, exit_zero=exit_zero)
