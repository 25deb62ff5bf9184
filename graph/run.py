"""Start, answer, resume and look at runs: what the command line and the Python API call."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langgraph.types import Command
from pydantic import ValidationError

from ..checkpoints import locks
from ..checkpoints.blobs import BlobStore
from ..checkpoints.home import Home, locate
from ..checkpoints.ledger import Ledger, Run, new_run_id, started
from ..checkpoints.saver import open_saver
from ..core.errors import DeploybookError, ExitCode, OutputError, UsageError
from ..core.events import Event
from ..core.facts import Survey
from ..core.source import Source
from .build import GRAPH_VERSION
from .crew import CrewFactory, real_crew
from .outcome import Outcome, Request
from .questions import asked, form, refusal
from .session import Listener, Session, finished, opened, same_version
from .signals import run_politely
from .threads import in_thread

if TYPE_CHECKING:
    from langgraph.runtime import RunControl


_SETTLED_S = 3600.0


async def astart(
    request: Request,
    *,
    home: Path | None = None,
    crew: CrewFactory = real_crew,
    on_event: Listener | None = None,
    control: RunControl | None = None,
    run_id: str | None = None,
) -> Outcome:
    """Start a run and carry it as far as it goes; return where it stands.

    Raise StateError when the state home cannot be used, ModelError or UsageError when the model that was asked for cannot be: nothing is
    begun then. Errors of the run itself come back in the outcome, and the run can be resumed.
    """
    place = await in_thread(locate(home).ready)
    source = _absolute(request.source)
    out = str(request.out.expanduser().absolute()) if request.out else None
    run = started(run_id or new_run_id(), source, request.settings, dict(sorted(request.answers.items())), GRAPH_VERSION, out)
    async with opened(place, run, source, crew, on_event, control) as session:
        session.desk.crew.ready()
        session.run = session.run.model_copy(update={"source": without_credentials(source)})
        await session.mark(status="planned")  # scrubs source and answers, and from here on only that is used
        return await _delivered(session, await session.drive(_first_input(session.run)), request.force)


async def aanswer(
    run: str,
    answers: Mapping[str, str],
    *,
    home: Path | None = None,
    crew: CrewFactory = real_crew,
    on_event: Listener | None = None,
    control: RunControl | None = None,
    repository: str | None = None,
    force: bool = False,
) -> Outcome:
    """Answer what a run asks and carry it on; `run` is an id, a part of one, or `last`. What is left out takes its default.

    Raise UsageError naming each answer that is not accepted, or when the run asks nothing: nothing is changed then. Raise RunLocked when
    another process works on the run, SourceError when its repository is needed again and cannot be read, ModelError when its model's key
    is missing.
    """
    async with _reopened(run, home, crew, on_event, control, repository, None) as session:
        state = await session.state()
        if not state.interrupts:
            hint = "`deploybook show` shows its plan" if finished(state) else f"`deploybook resume {session.run.id}` carries it on"
            raise UsageError(f"run {session.run.id} asks nothing", "it is finished" if finished(state) else "it was stopped", hint)
        interrupt = state.interrupts[0]
        survey = await session.desk.load(state.values["survey_ref"], Survey)
        accept = _acceptance(session, interrupt.value, survey, dict(state.values.get("answers") or {}))
        accept(dict(answers))
        await session.rescan()
        clean = accept({key: session.desk.admit(f"answer:{key}", text) for key, text in answers.items()})
        # By id, never by bare value: LangGraph would keep a refused bare one and feed it to the next question.
        return await _delivered(session, await session.drive(Command(resume={interrupt.id: clean})), force)


async def aresume(
    run: str,
    *,
    home: Path | None = None,
    crew: CrewFactory = real_crew,
    on_event: Listener | None = None,
    control: RunControl | None = None,
    repository: str | None = None,
    out: Path | None = None,
    force: bool = False,
) -> Outcome:
    """Carry on a run that was killed, stopped or failed; one that waits or is finished is only looked at (and written to `out` again).

    Raise as `aanswer` does.
    """
    async with _reopened(run, home, crew, on_event, control, repository, out) as session:
        state = await session.state()
        if state.interrupts:
            return await session.conclude(state)
        if finished(state):
            return await _delivered(session, await session.conclude(state), force)
        if not state.values.get("survey_ref"):
            session.known_source()
        if not state.values and not state.tasks:  # killed before its first checkpoint
            return await _delivered(session, await session.drive(_first_input(session.run)), force)
        if state.values.get("survey_ref"):
            await session.rescan()
        return await _delivered(session, await session.drive(None), force)


async def astatus(run: str, *, home: Path | None = None, crew: CrewFactory = real_crew) -> Outcome:
    """Return where a run stands, without touching it."""
    place, row = await in_thread(_found, run, home)
    busy = await in_thread(locks.held, place, row.id)
    async with opened(place, row, None, crew, lock=False) as session:
        state = await session.state()
        if finished(state):
            return await session.result(state)
        if busy:
            return Outcome(run_id=row.id, status="running")
        if state.interrupts:
            return Outcome(run_id=row.id, status="waiting", questions=asked(state.interrupts[0].value))
        if row.status == "failed":
            problem = DeploybookError(row.problem or "it failed", "", f"`deploybook resume {row.id}` tries again")
            problem.exit_code = ExitCode(row.exit_code) if row.exit_code in list(ExitCode) else problem.exit_code
            return Outcome(run_id=row.id, status="failed", error=problem)
        return Outcome(run_id=row.id, status="interrupted")


def start(request: Request, **options: Any) -> Outcome:
    """Do as `astart`, on an event loop of its own, stopping politely on SIGTERM and Ctrl-C."""
    return _politely(lambda control: astart(request, control=control, **options), options)


def answer(run: str, answers: Mapping[str, str], **options: Any) -> Outcome:
    """Do as `aanswer`, on an event loop of its own, stopping politely on SIGTERM and Ctrl-C."""
    return _politely(lambda control: aanswer(run, answers, control=control, **options), options)


def resume(run: str, **options: Any) -> Outcome:
    """Do as `aresume`, on an event loop of its own, stopping politely on SIGTERM and Ctrl-C."""
    return _politely(lambda control: aresume(run, control=control, **options), options)


def status(run: str, **options: Any) -> Outcome:
    """Do as `astatus`, on an event loop of its own."""
    return _politely(lambda control: astatus(run, **options), options)


def forget(run: str, *, home: Path | None = None) -> None:
    """Remove a run with its checkpoints, its lock and the values that no other run has; raise RunLocked when it is being worked on.

    Values younger than an hour stay until the next run is forgotten: a run that is under way may just have written them.
    """

    async def remove(place: Home, row: Run) -> frozenset[str]:
        async with open_saver(place, str) as saver:
            await saver.aprune([row.id], strategy="delete")
            return await saver.refs()

    place, row = _found(run, home)
    with locks.hold(place, row.id):
        kept = asyncio.run(remove(place, row))
        Ledger(place.ledger).remove(row.id)
    BlobStore(place.blobs).sweep(kept, _SETTLED_S, time.time())
    locks.forget(place, row.id)


def _politely(make: Callable[[RunControl], Awaitable[Outcome]], options: Mapping[str, Any]) -> Outcome:
    listener: Listener = options.get("on_event") or (lambda event: None)
    return run_politely(make, lambda text: listener(Event(kind="note", node="run", detail=text)))


def _found(run: str, home: Path | None) -> tuple[Home, Run]:
    place = locate(home).ready()
    return place, Ledger.of(place).find(run)


@contextlib.asynccontextmanager
async def _reopened(
    run: str,
    home: Path | None,
    crew: CrewFactory,
    on_event: Listener | None,
    control: RunControl | None,
    repository: str | None,
    out: Path | None,
) -> AsyncIterator[Session]:
    place, row = await in_thread(_found, run, home)
    same_version(row, GRAPH_VERSION)
    if out is not None:
        row = row.model_copy(update={"out": str(out.expanduser().absolute())})
    source = _absolute(row.source.model_copy(update={"location": repository})) if repository else None
    async with opened(place, row, source, crew, on_event, control) as session:
        yield session


def _first_input(run: Run) -> dict[str, Any]:
    """Return what the graph is started with: the redacted location, for the desk holds the real one."""
    source = run.source
    given: dict[str, Any] = {"repository": source.location, "subpath": source.subpath, "answers": run.given}
    return given | ({"revision": source.revision} if source.revision else {})


def _absolute(source: Source) -> Source:
    """Return the source with a local path made absolute, so that the run can be resumed from anywhere."""
    path = Path(source.location).expanduser()
    return source.model_copy(update={"location": str(path.absolute())}) if path.exists() else source


def without_credentials(source: Source) -> Source:
    """Return the source as it may be stored: whoever is named in its address goes, however weak the password, but for ssh's user name."""
    head, mark, rest = source.location.partition("://")
    authority, slash, path = rest.partition("/")
    who, at, host = authority.rpartition("@")
    if not mark or not at or (head.lower() == "ssh" and ":" not in who):
        return source
    return source.model_copy(update={"location": f"{head}://[REDACTED:url-credential]@{host}{slash}{path}"})


def _acceptance(session: Session, value: Any, survey: Survey, given: dict[str, str]) -> Callable[[dict[str, str]], dict[str, str]]:
    """Return the function that accepts answers as the paused node will, or raises UsageError; nothing is stored by trying."""
    questions = asked(value)
    model = form(questions, lambda answers: session.desk.crew.settle(survey, questions, {**given, **answers}))

    def accept(answers: dict[str, str]) -> dict[str, str]:
        try:
            return model.model_validate(answers).given()
        except ValidationError as error:
            problem = refusal(error, questions)
            problem.what = session.desk.clean("answer", problem.what)
            raise problem from None  # the original quotes what was typed

    return accept


async def _delivered(session: Session, outcome: Outcome, force: bool) -> Outcome:
    """Write the files of a finished run where they were asked for; the run is kept when they cannot be."""
    if outcome.status == "done" and outcome.out is not None:
        try:
            await in_thread(session.desk.crew.write, dict(outcome.files), outcome.out, force)
        except OutputError as error:
            kept = f"the plan is kept: deploybook resume {outcome.run_id} --out <folder>"
            error.hint = f"{error.hint}; {kept}" if error.hint else kept
            outcome = replace(outcome, error=error)
    if outcome.status in ("done", "waiting"):
        await session.mark(exit_code=int(outcome.exit_code), problem=outcome.error.what if outcome.error else None)
    return outcome
