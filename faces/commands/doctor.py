"""Check this installation: `deploybook doctor`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ...core.errors import ExitCode, UsageError
from .. import examination
from ..configuration import settle
from ..terminal.screen import table, width

if TYPE_CHECKING:
    from ..cli.session import Session

WORDS = {"passed": "PASSED", "failed": "FAILED", "absent": "absent", "note": "-"}


def carry_out(session: Session, as_json: bool) -> ExitCode:
    """Print what was checked, what is settled and by whom; exit 1 when something that is needed is missing."""
    broken: tuple[examination.Result, ...] = ()
    try:
        configuration = session.configure()
    except UsageError as error:  # the doctor still looks at everything else
        why = f"{error.what}: {error.why}" if error.why else error.what
        broken = (examination.Result("failed", "configuration", why, error.hint),)
        configuration = settle({}, discover=False, environ={})
    results = examination.examine(configuration) + broken
    failed = [result for result in results if result.status == "failed"]
    settled = examination.settings(configuration)
    if as_json:
        document = {
            "schema_version": 1,
            "healthy": not failed,
            "configuration": str(configuration.file) if configuration.file else None,
            "checks": [result.plain() for result in results],
            "settings": list(settled),
        }
        session.screen.product(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        found = [(WORDS[r.status], r.subject, r.detail) for r in results]
        mends = [f"{r.subject}: {r.mend}" for r in results if r.status != "passed" and r.mend]  # never cut: they are there to be copied
        session.screen.product(table(("RESULT", "WHAT", "DETAIL"), found, width()))
        if mends:
            session.screen.product("\n".join(("", "How to mend:", *(f"  {mend}" for mend in mends))))
        rows = [(str(s["setting"]), _value(s["value"]), str(s["source"]), str(s["variable"])) for s in settled]
        session.screen.product("\n" + table(("SETTING", "VALUE", "FROM", "VARIABLE"), rows, width()))
    if failed:
        session.screen.insist(f"{len(failed)} of {len(results)} checks failed", "red")
    return ExitCode.GATE_NOT_MET if failed else ExitCode.OK


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
