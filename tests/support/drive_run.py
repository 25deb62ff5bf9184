"""Drive a run with doubles in a process of its own: drive_run.py <folder> start|answer|resume [<run> [<answers as JSON>]].

drive_run.py serve                                                 (a process per line of stdin, forked)
The folder holds `repo/`, `home/`, `script.json` and `log`. Prints events to stderr and one JSON line with the outcome to stdout.
"""

from __future__ import annotations

import json
import os
import signal
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


def told_apart(folder: Path, words: list[str]) -> None:
    """Print the outcome of one command, or the refusal, as one JSON line."""
    try:
        print(json.dumps(main(folder, *words)), flush=True)
    except DeploybookError as error:
        refusal = {"status": "refused", "error": error.what, "why": error.why, "hint": error.hint, "exit": int(error.exit_code)}
        print(json.dumps(refusal), flush=True)


def serve() -> None:
    """Fork a process per line of stdin (`{"folder", "words", "out", "err", "env"}`) and answer with its id: a start without the imports."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are reaped by themselves
    print("ready", flush=True)
    for line in sys.stdin:
        given = json.loads(line)
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.environ.clear()
            os.environ.update(given["env"])
            for number, name in ((1, "out"), (2, "err")):
                os.dup2(os.open(given[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
            told_apart(Path(given["folder"]), given["words"])
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    else:
        told_apart(Path(sys.argv[1]), sys.argv[2:])
