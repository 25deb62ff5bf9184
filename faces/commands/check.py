"""Check a plan again: `deploybook check PLAN`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from ..cli.session import Session

FORMS = ("text", "json")


def carry_out(session: Session, path: Path, form: str, flags: dict[str, Any], exit_zero: bool) -> ExitCode:
    """Print what the checks find; exit 1 when a gate or a reviewer refuses the plan."""
    if form not in FORMS:
        raise UsageError(f"there is no form {form[:20]!r}", "", "one of " + ", ".join(FORMS))
    configuration = session.configure(**flags)

    from ...core.base import plain
    from .. import checking

    checked = checking.review(path, configuration["profile"])
    verdict = checked.review.verdict
    if form == "json":
        document = {"schema": "deploybook.findings/1", **plain(checked.review)}
        session.screen.product(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        session.screen.product(checking.as_text(checked))
    count = len(checked.review.blocking())
    if verdict == "passed":
        session.screen.talk(f"passed at profile {configuration['profile']}", "green")
    else:
        session.screen.talk(f"{verdict}: {count} error{'s' if count != 1 else ''} at profile {configuration['profile']}", "red")
        session.screen.talk("`deploybook explain CODE` says why a rule matters and how to mend it", "dim")
    return ExitCode.OK if verdict == "passed" or exit_zero else ExitCode.GATE_NOT_MET
