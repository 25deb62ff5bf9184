"""Explain a rule, offline: `deploybook explain PIN001`."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ...core.errors import ExitCode, UsageError
from ..terminal.screen import colored, table, width

if TYPE_CHECKING:
    from ..cli.session import Session


def carry_out(session: Session, subject: str | None) -> ExitCode:
    """Print the documentation of a rule named by code or name, or the list of rules; raise UsageError for an unknown one."""
    from ...tools import checks

    session.configure()
    if subject is None:
        rows = [(r.code, r.name, "gate" if r.gate else r.severity, r.profile, r.summary) for r, _ in checks.rules().values()]
        session.screen.product(table(("CODE", "RULE", "SEVERITY", "FROM", "WHAT IT SAYS"), rows, width()))
        return ExitCode.OK
    try:
        text = checks.explain(subject)
    except KeyError:
        known = {name.lower(): name for rule, _ in checks.rules().values() for name in (rule.code, rule.name)}
        near = [known[name] for name in get_close_matches(subject.lower(), known, n=3, cutoff=0.6)]
        hint = f"near: {', '.join(near)}" if near else "`deploybook explain` lists the rules"
        raise UsageError(f"there is no rule {subject[:40]!r}", "", hint) from None
    if sys.stdout.isatty() and colored(sys.stdout, session.screen.color):
        from .show import print_markdown

        print_markdown(text)
    else:
        session.screen.product(text)
    return ExitCode.OK
