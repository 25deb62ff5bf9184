"""Conduct a run for a person: show it going, ask what is open, tell how it ended."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import ExitCode, UsageError
from .checking import place
from .cli.failing import say, trace
from .terminal.asking import ask, listed
from .terminal.progress import Progress

if TYPE_CHECKING:
    from ..core.events import Event
    from ..graph.outcome import Outcome
    from .cli.session import Session

_SHOWN = 5
Drive = Callable[[Callable[["Event"], None]], "Outcome"]


def watched(session: Session, run_id: str, drive: Drive) -> Outcome:
    """Return what a run comes to, its progress shown; from its first event on, an interrupt names the command that resumes it."""
    with Progress(session.screen) as progress:

        def listen(event: Event) -> None:
            session.run_id = run_id
            progress(event)

        return drive(listen)


def answered(session: Session, outcome: Outcome, **options: Any) -> Outcome:
    """Ask the person at the terminal until the run waits no more, or they leave; return where it stands then."""
    while outcome.status == "waiting" and session.screen.asks():
        session.run_id = outcome.run_id
        try:
            answers = ask(outcome.questions, session.screen)
        except EOFError:
            session.screen.insist()
            return outcome
        try:
            outcome = watched(session, outcome.run_id, _giving(outcome.run_id, answers, options))
        except UsageError as error:
            say(session, error.what, error.why, error.hint)
    return outcome


def _giving(run: str, answers: Mapping[str, str], options: Mapping[str, Any]) -> Drive:
    from ..graph import run as engine

    return lambda listen: engine.answer(run, answers, on_event=listen, **options)


def told(session: Session, outcome: Outcome, *, as_json: bool, exit_zero: bool, seconds: float | None = None) -> ExitCode:
    """Tell how a run ended and return the exit code that is owed."""
    code = outcome.exit_code
    if exit_zero and code is ExitCode.GATE_NOT_MET:
        code = ExitCode.OK
    if as_json:
        session.screen.product(json.dumps(result(outcome, code), indent=2, ensure_ascii=False))
    if outcome.status == "waiting":
        _waits(session, outcome, as_json)
    elif outcome.status == "done":
        _done(session, outcome, as_json, seconds)
    elif outcome.status == "interrupted":
        session.screen.insist("interrupted", "yellow")
        session.screen.insist("  what is finished is kept; go on with:")
        session.screen.insist(f"  {session.program} resume {outcome.run_id}", "bold")
    elif outcome.status == "running":
        say(session, f"run {outcome.run_id} is being worked on by another process", "", "wait until it ends")
    if outcome.error is not None:
        again = (
            ""
            if outcome.status == "done" or "deploybook resume" in outcome.error.hint
            else f"{session.program} resume {outcome.run_id} goes on from there"
        )
        kept = again if outcome.error.exit_code not in (ExitCode.NOTHING_DETECTED, ExitCode.USAGE) else ""
        say(session, outcome.error.what, outcome.error.why, "; ".join(part for part in (outcome.error.hint, kept) if part))
        if session.debug:
            trace(session, outcome.error)
    return code


def result(outcome: Outcome, code: ExitCode) -> dict[str, Any]:
    """Return an outcome as plain JSON for scripts (keys are always present)."""
    from ..core.base import plain

    error = outcome.error
    return {
        "schema_version": 1,
        "run_id": outcome.run_id,
        "status": outcome.status,
        "exit_code": int(code),
        "verdict": outcome.verdict,
        "out": str(outcome.out) if outcome.out else None,
        "questions": plain(list(outcome.questions)),
        "findings": counts(outcome),
        "error": {"what": error.what, "why": error.why, "hint": error.hint} if error else None,
    }


def counts(outcome: Outcome) -> Mapping[str, int]:
    """Return how many findings of each severity stand in the review, those ignored with a reason left out."""
    standing = [f for f in outcome.review.findings if f.ignored is None] if outcome.review else []
    return {severity: sum(f.severity == severity for f in standing) for severity in ("error", "warning", "info")}


def _waits(session: Session, outcome: Outcome, as_json: bool) -> None:
    if not as_json:
        session.screen.product(listed(outcome.questions))
    words = " ".join(shlex.quote(f"{question.id}={question.default or '…'}") for question in outcome.questions)
    count = len(outcome.questions)
    session.screen.insist(
        f"waiting for {count} answer{'s' if count != 1 else ''}; give {'them' if count != 1 else 'it'} here or elsewhere:", "yellow"
    )
    session.screen.insist(f"  {session.program} answer {outcome.run_id} {words}", "bold")


def _done(session: Session, outcome: Outcome, as_json: bool, seconds: float | None) -> None:
    screen, plan = session.screen, outcome.plan
    if plan is None:
        return
    found, written = counts(outcome), outcome.out if outcome.error is None else None
    passed = outcome.verdict == "passed"
    took = f" in {seconds:.0f} s" if seconds is not None else ""
    screen.talk()
    screen.talk(f"{'plan passed its gates' if passed else 'plan does NOT pass its gates'}{took}", "green" if passed else "red", "bold")
    screen.talk(f"  {len(plan.steps)} steps, {len(plan.artifacts)} files, {len(plan.inputs)} inputs, {len(plan.assumptions)} assumptions")
    words = {"error": "error", "warning": "warning", "info": "remark"}
    tally = ", ".join(f"{count} {words[severity]}{'' if count == 1 else 's'}" for severity, count in found.items())
    listed_in = " (in findings.json)" if any(found.values()) and written else ""
    screen.talk(f"  findings: {tally}{listed_in}; unverified claims: {len(plan.unverified)}")
    for note in plan.notes:
        screen.talk(f"  {note}", "yellow")
    if not passed and outcome.review is not None:
        for finding in outcome.review.blocking()[:_SHOWN]:
            screen.insist(f"  {finding.code} {finding.rule} in {place(finding)}: {finding.message}", "red")
        left = len(outcome.review.blocking()) - _SHOWN
        if left > 0:
            screen.insist(f"  and {left} more: {session.program} check {_near(written) if written else 'PLAN'}", "dim")
    if written is not None:
        if not as_json:
            screen.product(str(written / "PLAN.md"))
        screen.talk(f"next: read {_near(written / 'PLAN.md')}, then follow it from its first step", "dim")
    elif outcome.error is None:
        screen.talk(f"next: {session.program} show {outcome.run_id}   or   {session.program} resume {outcome.run_id} --out playbook", "dim")


def _near(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def given_answers(configured: str | Path | None, pairs: list[str]) -> dict[str, str]:
    """Return the answers of the file and of the command line, the latter winning; raise UsageError for what is not well formed."""
    from . import answers

    from_file = answers.load(Path(configured).expanduser()) if configured else {}
    return from_file | answers.words(pairs)


def refuse_nameless(word: str, what: str = "the repository", given: str = "a folder or a git URL") -> None:
    """Raise UsageError for an empty word, which a path would take for the current folder: most likely a variable that is not set."""
    if not word.strip():
        raise UsageError(f"{what} has no name", "the word given for it is empty", f"name {given}; `.` is this folder")


def folder(configured: str | None) -> Path | None:
    """Return the folder that a setting names, `..` followed as the file system does, or null where none is set."""
    if not configured:
        return None
    path = Path(configured).expanduser()
    return path.resolve() if ".." in path.parts else path


def early_refusal(out: Path, force: bool) -> None:
    """Raise OutputError for a folder that could not take the plan, before any work is done."""
    import os

    from ..core.errors import OutputError
    from ..tools.render import refuse_foreign

    refuse_foreign(out, force)
    standing = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
    place = standing if standing != out else out.absolute().parent
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK) or (standing == out and not os.access(out, os.W_OK | os.X_OK)):
        raise OutputError(
            f"cannot write the plan to {out}", f"{place} is read-only or belongs to another user", "choose a folder that you may write to"
        )
