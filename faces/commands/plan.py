"""Write the playbook of a repository: `deploybook plan REPO --out DIR`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import conducting

if TYPE_CHECKING:
    from ...core.errors import ExitCode
    from ..cli.session import Session


def carry_out(
    session: Session,
    *,
    source: dict[str, Any],
    flags: dict[str, Any],
    given: list[str],
    pause: bool,
    force: bool,
    as_json: bool,
    exit_zero: bool,
) -> ExitCode:
    """Start a run and carry it to its plan, asking what is open where a person can be asked.

    Without a terminal nothing is asked: defaults are taken and listed as assumptions, unless `pause` says to stop at open questions.
    Without a folder, or with `-`, the Markdown itself is the product; on a terminal it is only said how to get at it.
    """
    configuration = session.configure(**flags)
    conducting.refuse_nameless(source["repo"])
    screen = session.screen
    asks = not configuration["no-input"] and screen.asks()
    settings = configuration.settings(no_input=not (asks or pause))
    answers = conducting.given_answers(configuration["answers"], given)
    out = conducting.folder(configuration["out"]) if configuration["out"] != "-" else None
    if out is not None:
        conducting.early_refusal(out, force)
    home = Path(configuration["home"]).expanduser() if configuration["home"] else None

    from ...checkpoints.ledger import new_run_id
    from ...core.source import Source
    from ...graph import run as engine
    from ...graph.outcome import Request

    run_id, began = new_run_id(), time.monotonic()
    place = Source(location=source["repo"], revision=source["revision"], subpath=source["subpath"])
    request = Request(source=place, settings=settings, answers=answers, out=out, force=force)
    screen.talk(f"planning {named(source['repo'])} (run {run_id})", "dim")
    outcome = conducting.watched(session, run_id, lambda listen: engine.start(request, run_id=run_id, on_event=listen, home=home))
    if asks and not pause:
        outcome = conducting.answered(session, outcome, home=home, force=force)
    code = conducting.told(session, outcome, as_json=as_json, exit_zero=exit_zero, seconds=time.monotonic() - began)
    if out is None and outcome.status == "done" and not as_json and (configuration["out"] == "-" or not sys.stdout.isatty()):
        screen.product(outcome.files["PLAN.md"].decode())
    return code


def named(location: str) -> str:
    """Return a location as it may be shown: an address without its credentials."""
    head, mark, rest = location.partition("://")
    if not mark:
        return location
    host, slash, path = rest.partition("/")
    return f"{head}://{host.rpartition('@')[2]}{slash}{path}"
