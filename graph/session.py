"""Open a run on this machine: its lock, its checkpoints, its desk; carry it on; say where it stands."""

from __future__ import annotations

import asyncio
import sqlite3
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langgraph.errors import GraphDrained
from langsmith import tracing_context

from ..checkpoints import locks
from ..checkpoints.blobs import BlobStore, is_ref
from ..checkpoints.database import typed
from ..checkpoints.home import Home
from ..checkpoints.ledger import Ledger, Run
from ..checkpoints.saver import Saver, open_saver
from ..core.errors import DeploybookError, Internal, SourceError, StateError
from ..core.events import Event
from ..core.findings import Review
from ..core.plan import Plan
from ..core.source import Source
from .build import build_graph, titles
from .context import RunContext
from .crew import CrewFactory
from .desk import Desk, DiskBlobs
from .outcome import Outcome
from .planning import message_of
from .progress import STREAM_MODES, Progress
from .questions import asked
from .threads import in_thread

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.graph.state import CompiledStateGraph
    from langgraph.runtime import RunControl
    from langgraph.types import StateSnapshot

Listener = Callable[[Event], None]
_TRACEBACK = 20_000  # characters of a defect's traceback that are kept, the last ones
_STEPS = 20  # supersteps at most, beside 2 per revision round: 6 fixed ones, 4 for missing sections


@dataclass(slots=True)
class Session:
    """Hold an open run."""

    home: Home
    ledger: Ledger
    run: Run
    desk: Desk
    saver: Saver
    graph: CompiledStateGraph[Any, Any, Any, Any]
    listener: Listener
    control: RunControl | None

    @property
    def config(self) -> RunnableConfig:
        """Return the LangGraph configuration of the run; its id is the thread's."""
        config: RunnableConfig = {"configurable": {"thread_id": self.run.id}, "recursion_limit": _STEPS + 2 * self.run.settings.max_rounds}
        if self.run.settings.model.name:
            config["max_concurrency"] = self.run.settings.model.max_concurrency
        return config

    async def state(self) -> StateSnapshot:
        """Return where the run stands."""
        return await self.graph.aget_state(self.config)

    def tell(self, event: Event) -> None:
        """Pass an event on."""
        self.listener(event)

    async def mark(self, **changes: Any) -> None:
        """Write what changed to the ledger."""
        self.run = await in_thread(self.ledger.save, self.run.model_copy(update=changes), scrubber(self.desk))

    def known_source(self) -> tuple[Source, str]:
        """Return the source and how to name it again; raise SourceError for an address whose credentials were not kept."""
        source = self.desk.source or self.run.source
        hint = f"restore it, or name it again: deploybook resume {self.run.id} --repo <path or URL>"
        if "[REDACTED:" in source.location:
            raise SourceError("the run needs its repository again", "its URL held credentials, which are not kept", hint)
        return source, hint

    async def rescan(self) -> None:
        """Learn the secrets of the sources again: they are kept in memory only, and nothing may be written without knowing them."""
        source, hint = self.known_source()
        try:
            commit = await in_thread(self.desk.crew.rescan, source, self.run.settings.limits, self.desk.taint)
        except SourceError as error:
            why = f"{error.what}: {error.why}" if error.why else error.what
            raise SourceError("the run needs its repository again", why, hint) from error
        if commit != self.run.commit and self.run.commit:
            detail = f"the repository has moved on since; this plan stays one for commit {self.run.commit[:12]}"
            self.tell(Event(kind="note", node="analyst", detail=detail))

    async def drive(self, given: Any) -> Outcome:
        """Carry the run on with `given` (first input, an answer, or null to go on) until it waits, ends, fails or is stopped.

        Raise ModelError or UsageError, nothing changed, when the model that the run asks for cannot be used here.
        """
        self.desk.crew.ready()
        await self.mark(status="running", problem=None, exit_code=None)
        try:
            await self._stream(given)
            return await self.conclude(await self.state())
        except GraphDrained:
            return await self._stopped()
        except asyncio.CancelledError:
            if self.control is None or not self.control.drain_requested:
                raise
            return await self._stopped()
        except DeploybookError as error:
            return await self._failed(error)
        except sqlite3.Error as error:
            return await self._failed(typed(self.home.checkpoints, error))
        except Exception as error:  # a defect, told as one: the checkpoint keeps what was done
            return await self._failed(defect(error, self.desk))

    async def _stream(self, given: Any) -> None:
        kept = [task.id for task in (await self.state()).tasks if task.result is not None] if given is None else []
        progress = Progress(titles(), kept)
        settings = self.run.settings
        context = RunContext(
            desk=self.desk,
            profile=settings.profile,
            max_rounds=settings.max_rounds,
            ask="never" if settings.no_input else "open",
            model=settings.model.name,
            today=settings.today,
        )
        with tracing_context(enabled=False):  # a stray environment variable must not send a repository's facts to a tracing service
            async for part in self.graph.astream(
                given,
                self.config,
                context=context,
                stream_mode=STREAM_MODES,
                version="v2",
                durability="sync",
                control=self.control,
            ):
                for event in progress.events(part):
                    self.tell(event)

    async def conclude(self, state: StateSnapshot) -> Outcome:
        """Return the outcome that a state means and note it in the ledger.

        A run is finished when no task is left. `state.next` does not say so: it is empty, too, after every planner has written and
        before the next checkpoint.
        """
        if state.interrupts:
            questions = asked(state.interrupts[0].value)
            await self.mark(status="waiting", commit=state.values.get("commit"), questions=tuple(question.id for question in questions))
            return Outcome(run_id=self.run.id, status="waiting", questions=questions)
        if not finished(state):
            raise Internal("the run stopped before it was finished", f"left: {', '.join(task.name for task in state.tasks) or 'nothing'}")
        outcome = await self.result(state)
        target = state.values["target"].platform
        await self.mark(status="done", commit=state.values.get("commit"), target=target, questions=(), verdict=outcome.verdict)
        with suppress(sqlite3.Error):  # the run is done either way; the next one that ends prunes again
            await self.saver.aprune([self.run.id])
        return outcome

    async def result(self, state: StateSnapshot) -> Outcome:
        """Return the outcome of a finished run: plan, review and files, read back by reference."""
        values = state.values
        files = {path: await self.desk.blobs.get(ref) for path, ref in sorted(values["file_refs"].items())}
        return Outcome(
            run_id=self.run.id,
            status="done",
            plan=await self.desk.load(values["plan_ref"], Plan),
            plan_ref=values["plan_ref"],
            review=await self.desk.load(values["review_ref"], Review),
            verdict=values["verdict"],
            files=files,
            out=Path(self.run.out) if self.run.out else None,
        )

    async def _stopped(self) -> Outcome:
        outcome = Outcome(run_id=self.run.id, status="interrupted")
        await self.mark(status="interrupted", exit_code=int(outcome.exit_code))
        return outcome

    async def _failed(self, error: DeploybookError) -> Outcome:
        with suppress(DeploybookError):  # the disk may be full: the first error is the one to tell
            await self.mark(status="failed", problem=error.what, exit_code=int(error.exit_code))
        return Outcome(run_id=self.run.id, status="failed", error=error)


def finished(state: StateSnapshot) -> bool:
    """Say whether a run has come to its end."""
    return state.tasks == () and "verdict" in state.values


def scrubber(desk: Desk) -> Callable[[str], str]:
    """Return the function through which every text passes before it is stored: known secrets go, and so does what looks like one."""

    def scrub(text: str) -> str:
        return desk.taint.scrub(text) if is_ref(text) else desk.clean("checkpoint", text)

    return scrub


def defect(error: Exception, desk: Desk) -> Internal:
    """Return the typed error for an exception that nobody foresaw; its text is scrubbed, for it may quote anything.

    It carries its traceback as a note, scrubbed too, instead of the exception as its cause: that would be printed as it is.
    """
    made = Internal(
        "deploybook met a defect of its own",
        desk.clean("error", f"{type(error).__name__}: {message_of(error)}")[:500],
        "what is finished is kept: try `deploybook resume`, and please report it",
    )
    made.add_note(desk.clean("traceback", "".join(traceback.format_exception(error)))[-_TRACEBACK:])
    return made


@asynccontextmanager
async def opened(
    home: Home,
    run: Run,
    source: Source | None,
    make_crew: CrewFactory,
    listener: Listener | None = None,
    control: RunControl | None = None,
    *,
    lock: bool = True,
) -> AsyncIterator[Session]:
    """Open a run for the block; raise RunLocked when another process works on it, StateError when its state cannot be used."""
    ledger = await in_thread(Ledger.of, home)
    crew = await in_thread(make_crew, run.settings)
    desk = Desk(
        crew=crew,
        blobs=DiskBlobs(BlobStore(home.blobs)),
        taint=crew.taint(),
        settings=run.settings,
        source=source,
        ask=not run.settings.no_input,
        inline=False,
    )
    async with AsyncExitStack() as stack:
        if lock:
            stack.enter_context(locks.hold(home, run.id))
        saver = await stack.enter_async_context(open_saver(home, scrubber(desk)))
        graph = build_graph(make_crew).compile(checkpointer=saver, name="deploybook")
        yield Session(home, ledger, run, desk, saver, graph, listener or (lambda event: None), control)


def same_version(run: Run, version: int) -> None:
    """Refuse a run of another graph version: LangGraph would silently drop the branches of nodes that are no longer there."""
    if run.graph_version != version:
        raise StateError(
            f"run {run.id} was started by another version of deploybook",
            f"its graph has version {run.graph_version}, this one {version}",
            "plan again: the same repository and answers give the same plan",
        )
