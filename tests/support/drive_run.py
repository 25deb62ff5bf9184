"""Drive a run with doubles in a process of its own: drive_run.py <folder> start|answer|resume [<run> [<answers as JSON>]].

The folder holds `repo/`, `home/`, `script.json` and `log`. Prints events to stderr and one JSON line with the outcome to stdout.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from crew_doubles import Doubles, fingerprint
from deploybook.core.errors import DeploybookError
from deploybook.core.events import Event
from deploybook.core.settings import Settings
from deploybook.core.source import Source
from deploybook.graph import run
from deploybook.graph.outcome import Outcome, Request


def told(event: Event) -> None:
    print(event.kind, event.node, event.detail, file=sys.stderr, flush=True)


def main(folder: Path, verb: str, *rest: str) -> dict[str, object]:
    doubles = Doubles(folder / "script.json", folder / "log")
    options = {"home": folder / "home", "crew": doubles, "on_event": told}
    if verb == "start":
        settings = Settings(no_input="--no-input" in rest)
        outcome = run.start(Request(source=Source(location=str(folder / "repo")), settings=settings), **options)
    elif verb == "answer":
        outcome = run.answer(rest[0], json.loads(rest[1]), **options)
    else:
        outcome = run.resume(rest[0], **options)
    return shown(outcome)


def shown(outcome: Outcome) -> dict[str, object]:
    return {
        "run": outcome.run_id,
        "status": outcome.status,
        "verdict": outcome.verdict,
        "questions": [question.id for question in outcome.questions],
        "files": fingerprint(outcome.files, outcome.run_id),
        "exit": int(outcome.exit_code),
        "error": outcome.error.what if outcome.error else None,
    }


if __name__ == "__main__":
    try:
        print(json.dumps(main(Path(sys.argv[1]), *sys.argv[2:])))
    except DeploybookError as error:
        print(json.dumps({"status": "refused", "error": error.what, "why": error.why, "hint": error.hint, "exit": int(error.exit_code)}))
