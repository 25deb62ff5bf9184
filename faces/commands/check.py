"""Check a plan again: `deploybook check PLAN`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.errors import ExitCode, OutputError, UsageError

if TYPE_CHECKING:
    from ..checking import Checked
    from ..cli.session import Session

FORMS = ("text", "json", "sarif", "github")


def carry_out(
    session: Session,
    path: Path,
    form: str,
    flags: dict[str, Any],
    exit_zero: bool,
    repository: str | None = None,
    junit: Path | None = None,
    execute: bool = False,
) -> ExitCode:
    """Print what the checks find; exit 1 when a gate or a reviewer refuses the plan."""
    if form not in FORMS:
        raise UsageError(f"there is no form {form[:20]!r}", "", "one of " + ", ".join(FORMS))
    configuration = session.configure(**flags)

    from .. import checking

    checked = checking.review(path, configuration["profile"], repository, execute)
    session.screen.product(_rendered(checked, form, configuration["profile"]))
    if junit is not None:
        _write(junit, _rendered(checked, "junit", configuration["profile"]))
    verdict, count = checked.review.verdict, len(checked.review.blocking())
    if verdict == "passed":
        session.screen.talk(f"passed at profile {configuration['profile']}", "green")
    else:
        session.screen.talk(f"{verdict}: {count} error{'s' if count != 1 else ''} at profile {configuration['profile']}", "red")
        session.screen.talk("`deploybook explain CODE` says why a rule matters and how to mend it", "dim")
    return ExitCode.OK if verdict == "passed" or exit_zero else ExitCode.GATE_NOT_MET


def _rendered(checked: Checked, form: str, profile: str) -> str:
    from ...core.base import plain
    from .. import checking

    if form == "text":
        return checking.as_text(checked)
    if form == "json":
        return json.dumps({"schema": "deploybook.findings/1", **plain(checked.review)}, indent=2, ensure_ascii=False)
    from importlib.metadata import version

    from ...tools import reports

    notes = (*checked.notes, *checked.review.notes)
    return reports.render(reports.Report(checked.placed, profile, version("deploybook"), checked.review.verdict, notes), form)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise OutputError(f"{path} cannot be written", type(error).__name__, "give a file in a folder that you may write") from None
