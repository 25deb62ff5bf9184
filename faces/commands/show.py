"""Show a run: its plan, or what it waits for: `deploybook show RUN`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.errors import ExitCode, UsageError
from .. import conducting
from ..terminal.screen import colored, harmless

if TYPE_CHECKING:
    from ..cli.session import Session

FORMS = ("md", "json", "summary")


def carry_out(session: Session, run: str, form: str) -> ExitCode:
    """Print the plan of a finished run in one of its forms; of any other run, where it stands."""
    if form not in FORMS:
        raise UsageError(f"there is no form {form[:20]!r}", "", "one of " + ", ".join(FORMS))
    configuration = session.configure()

    from ...graph import run as engine

    outcome = engine.status(run, home=Path(configuration["home"]).expanduser() if configuration["home"] else None)
    if outcome.status != "done" or form == "summary":
        code = conducting.told(session, outcome, as_json=False, exit_zero=True)
        return ExitCode.OK if outcome.status in ("done", "waiting") else code
    text = outcome.files["PLAN.md" if form == "md" else "plan.json"].decode()
    if form == "md" and sys.stdout.isatty() and colored(sys.stdout, session.screen.color):
        print_markdown(text)
    else:
        session.screen.product(text)
    return ExitCode.OK


def print_markdown(text: str) -> None:
    """Print Markdown to the terminal with its structure drawn, through the reader's pager where it is longer than the screen."""
    from rich.console import Console
    from rich.markdown import Markdown

    os.environ.setdefault("LESS", "-FRX")  # keep colour, end at once when it fits on the screen
    console = Console(force_terminal=True)
    with console.pager(styles=True):
        console.print(Markdown(harmless(text)))
