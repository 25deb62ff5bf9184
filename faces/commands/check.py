"""Check a plan again: `deploybook check PLAN`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.errors import ExitCode, OutputError, UsageError

if TYPE_CHECKING:
    from ..checking import Checked
    from ..cli.session import Session
    from ..mending import Mended

FORMS = ("text", "json", "sarif", "github")


def carry_out(
    session: Session,
    named: str,
    form: str,
    flags: dict[str, Any],
    exit_zero: bool,
    repository: str | None = None,
    junit: Path | None = None,
    execute: bool = False,
    fix: bool = False,
    unsafe: bool = False,
    diff: bool = False,
) -> ExitCode:
    """Print what the checks find; exit 1 when a gate or a reviewer refuses the plan.

    With `fix` the mends are applied first, and what is left is printed; with `diff` only what they would change, and the exit is 1 when
    that is anything.
    """
    if form not in FORMS:
        raise UsageError(f"there is no form {form[:20]!r}", "", "one of " + ", ".join(FORMS))
    if unsafe and not (fix or diff):
        raise UsageError("--unsafe-fixes applies nothing by itself", "", "give it with --fix, or with --diff to see what it would change")
    configuration = session.configure(**flags)

    from .. import checking, conducting, mending

    conducting.refuse_nameless(named, "what is to be checked", "a folder or a file")
    path = Path(named)
    mended = mending.Mended()
    if fix or diff:
        mended = mending.mend(path, configuration["profile"], unsafe=unsafe, write=not diff)
    if diff:
        session.screen.product(mended.diff) if mended.diff else None
        fixes, files = checking.counted(len(mended.fixed), "fix", "fixes"), checking.counted(len(mended.files), "file")
        session.screen.talk(f"{fixes} in {files}, not written")
        return ExitCode.GATE_NOT_MET if mended.fixed and not exit_zero else ExitCode.OK
    checked = checking.review(path, configuration["profile"], repository, execute)
    session.screen.product(_rendered(checked, form, configuration["profile"]))
    if junit is not None:
        _write(junit, _rendered(checked, "junit", configuration["profile"]))
    _tell_fixes(session, checked, mended, fix, unsafe)
    _tell_verdict(session, checked, configuration["profile"])
    return ExitCode.OK if checked.review.verdict == "passed" or exit_zero else ExitCode.GATE_NOT_MET


def _tell_verdict(session: Session, checked: Checked, profile: str) -> None:
    from ..checking import counted

    verdict, warned = checked.review.verdict, sum(1 for f in checked.review.findings if f.severity == "warning" and f.ignored is None)
    counts = [counted(len(checked.review.blocking()), "error")] if verdict != "passed" else []
    counts += [counted(warned, "warning")] if warned else []
    told = f"{verdict} at profile {profile}" + (f": {', '.join(counts)}" if counts else "")
    session.screen.talk(told, "green" if verdict == "passed" else "red")
    if verdict != "passed":
        session.screen.talk("`deploybook explain CODE` says why a rule matters and how to mend it", "dim")


def _tell_fixes(session: Session, checked: Checked, mended: Mended, fix: bool, unsafe: bool) -> None:
    """Say how many findings were fixed, and how many can be, where there is any."""
    for text in mended.fixed:
        session.screen.talk(f"fixed {text}", "dim")
    risky = mended.left if fix else checked.risky
    parts = [f"{len(mended.fixed)} fixed"] if fix else [f"{checked.safe} fixable with --fix"] if checked.safe else []
    if fix or risky:
        parts.append(f"{risky} {'not fixed' if unsafe else 'fixable with --unsafe-fixes'}")
    if parts:
        session.screen.talk(", ".join(parts))


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
        why = error.strerror or type(error).__name__
        raise OutputError(f"{path} cannot be written", why, "give a file in a folder that you may write") from None
