"""Lint SQL for PostgreSQL with squawk (the binary comes with the wheel squawk-cli): syntax, locks, what a running release would miss."""

from __future__ import annotations

import json
from collections.abc import Sequence

from . import _process
from ._model import Item, Problem, Verdict, Workspace, absent, verdict

TOOL = "squawk"
KINDS = ("sql",)
OUTSIDE = True
INSTALL = "pip install 'deploybook[validate]'"
# habits of style, and time limits that the session sets for all statements
_IGNORED = (
    "prefer-robust-stmts",
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-identity",
    "prefer-text-field",
    "prefer-timestamp-tz",
    "require-lock-timeout",
    "require-statement-timeout",
)
_OTHER_DIALECT = ("`", "ENGINE=", "AUTO_INCREMENT", "AUTOINCREMENT", "IDENTITY(1", "\nGO\n", "{{")


def available() -> bool:
    """Say whether squawk can be started."""
    return _process.find(TOOL) is not None


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each SQL file: what does not parse fails it, risks for a running system are warnings."""
    program = _process.find(TOOL)
    if program is None:
        return absent(items, INSTALL)
    mine = {f"{number:04d}.sql": number for number, item in enumerate(items) if not _foreign(item.text)}
    answers = [Verdict("absent", note="not PostgreSQL's SQL, as far as its words tell") for _ in items]
    if not mine:
        return answers
    with _process.folder({name: items[number].text for name, number in mine.items()}) as root:
        done = _process.run([program, "--reporter", "json", f"--exclude={','.join(_IGNORED)}", *mine], root)
    try:
        entries = json.loads(done.out or "[]")
    except ValueError:
        return absent(items, done.err.strip().partition("\n")[0] or f"exit status {done.status}")
    problems: dict[int, list[Problem]] = {}
    for entry in entries if done.status is not None else ():
        number = mine.get(str(entry.get("file", "")))
        if number is not None:
            rule = str(entry.get("rule_name", ""))
            level = "error" if rule == "syntax-error" else "warning"
            text = f"{entry.get('message', '')} ({rule})"
            problems.setdefault(number, []).append(
                Problem(int(entry.get("line", 0)) + 1, text, "error" if level == "error" else "warning", rule)
            )
    for number in mine.values():
        answers[number] = verdict(problems.get(number, []))
    return answers


def _foreign(text: str) -> bool:
    upper = text.upper()
    return any(word in upper for word in _OTHER_DIALECT)
