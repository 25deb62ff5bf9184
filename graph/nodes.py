"""Define what each node does: load by reference, call the crew in a thread, store by reference, return what changed."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from langgraph.types import Command, interrupt
from pydantic import TypeAdapter, ValidationError

from ..checkpoints.ledger import new_run_id
from ..core.blueprint import Blueprint
from ..core.errors import UsageError
from ..core.events import Event
from ..core.facts import Survey
from ..core.findings import Review
from ..core.plan import Plan, PlannerFailure, SectionDraft
from ..core.sections import section_by_id
from ..core.target import Question
from . import routes
from .finishing import delivered
from .questions import form, shown
from .serving import desk_of, keep, source_of
from .state import RunInput, State
from .threads import in_thread

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

    from .context import Context
    from .crew import CrewFactory
    from .desk import Desk


class Nodes:
    """Hold the nodes that every run passes; planners are made one per section, in `planning`."""

    def __init__(self, crew: CrewFactory) -> None:
        self.crew = crew

    async def analyst(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Read the repository. Raise SourceError, LimitError, NothingDetected, or UsageError for input that is not as its schema says."""
        _check(state)
        desk = await desk_of(self.crew, state, runtime)
        thread = runtime.execution_info.thread_id if runtime.execution_info else None
        run_id = state.get("run_id") or thread or new_run_id()
        survey = await in_thread(desk.crew.analyse, desk.source or source_of(state), desk.settings.limits, desk.taint)
        if desk.inline:
            keep(run_id, desk)
        tell(runtime, desk, Event(kind="note", node="analyst", detail=_summary(survey), count=survey.files_read))
        ref = await desk.save(survey)
        return {
            "run_id": run_id,
            "generated_at": generated_at(),
            "commit": survey.commit,
            "survey_ref": ref,
            "repository": _named(desk, state),
        }

    async def clarifier(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Settle the target: ask what is open, unless answers came with the input or the run may not ask."""
        desk = await desk_of(self.crew, state, runtime)
        survey = await desk.load(state["survey_ref"], Survey)
        given = {key: desk.admit(f"answer:{key}", text) for key, text in given_answers(state).items()}
        questions = await in_thread(desk.crew.questions, survey, given)
        if questions and _asks(desk, state):
            _can_pause(runtime, questions)
            model = form(questions, lambda answers: desk.crew.settle(survey, questions, {**given, **answers}))
            reply = interrupt(shown(state["run_id"], questions, model), response_schema=model)
            given |= {key: desk.admit(f"answer:{key}", text) for key, text in reply.given().items()}
        target, settled, assumptions = await in_thread(desk.crew.settle, survey, questions, given)
        return {"target": target, "settled": list(settled), "assumptions": list(assumptions), "answers": given}

    async def architect(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Take every decision that sections share, once."""
        desk = await desk_of(self.crew, state, runtime)
        survey = await desk.load(state["survey_ref"], Survey)
        blueprint = await in_thread(desk.crew.design, survey, state["target"], tuple(state.get("assumptions", ())))
        return {"blueprint_ref": await desk.save(blueprint), "round": 0, "resent": 0}

    async def critic(self, state: State, runtime: Runtime[Context]) -> Command[str]:
        """Link and check the plan; send back the sections with blocking findings, or go on to the editor."""
        desk = await desk_of(self.crew, state, runtime)
        drafts, failures, done = state.get("drafts", {}), dict(state.get("failures", {})), state.get("round", 0)
        missing = routes.absent(drafts, failures)
        if missing and state.get("resent", 0) < routes.MOST_RESENT:
            tell(
                runtime,
                desk,
                Event(kind="note", node="critic", detail=f"asked again for {_titles(missing)}: no draft came", count=len(missing)),
            )
            return Command(update={"resent": state.get("resent", 0) + 1}, goto=[node_of(section_id) for section_id in missing])
        for section_id in missing:
            failures[section_id] = failures.get(section_id) or PlannerFailure(
                section=section_id, error="Missing", message="its planner returned nothing, however often it was asked"
            )
        plan, review = await self._reviewed(desk, state, failures)
        decision = routes.again(review, state.get("blocking", []), done, desk.settings.max_rounds)
        update = {
            "plan_ref": await desk.save(plan),
            "review_ref": await desk.save(review),
            "blocking": routes.fingerprints(review),
            "failures": failures,
            "round": done + 1 if decision.again else done,
        }
        detail = "; ".join([_outcome(review, decision), *(note for note in review.notes if note.startswith("model "))])
        tell(runtime, desk, Event(kind="note", node="critic", detail=detail, count=len(review.blocking())))
        return Command(update=update, goto=[node_of(section_id) for section_id in decision.again] or "editor")

    async def _reviewed(self, desk: Desk, state: State, failures: dict[str, PlannerFailure | None]) -> tuple[Plan, Review]:
        survey = await desk.load(state["survey_ref"], Survey)
        blueprint = await desk.load(state["blueprint_ref"], Blueprint)
        drafts = {section_id: await desk.load(ref, SectionDraft) for section_id, ref in sorted(state.get("drafts", {}).items())}
        failed = tuple(failure for _, failure in sorted(failures.items()) if failure is not None)
        plan = await in_thread(desk.crew.assemble, survey, blueprint, drafts, failed, state["run_id"], state["generated_at"])
        review = await in_thread(desk.crew.review, plan, survey, blueprint, desk.settings.profile, desk.taint, state.get("round", 0))
        return plan, review

    async def editor(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Finish the plan and render its files; the out-door looks at every byte of them once more."""
        desk = await desk_of(self.crew, state, runtime)
        survey = await desk.load(state["survey_ref"], Survey)
        plan = await desk.load(state["plan_ref"], Plan)
        review = await desk.load(state["review_ref"], Review)
        work = await in_thread(delivered, desk.crew, desk.taint, plan, survey, review, state.get("answers") or {})
        refs = {path: await desk.blobs.put(content) for path, content in sorted(work.files.items())}
        update: dict[str, Any] = {
            "plan_ref": await desk.save(work.plan),
            "review_ref": await desk.save(work.review),
            "file_refs": refs,
            "verdict": work.review.verdict,
        }
        if desk.inline:
            texts = {path: content.decode("utf-8", "replace") for path, content in sorted(work.files.items())}
            update |= {"files": texts, "plan": texts.get("PLAN.md", "")}
        return update


def node_of(section_id: str) -> str:
    """Return the name of a section's planner node."""
    return f"plan_{section_id}"


def tell(runtime: Runtime[Context], desk: Desk, event: Event) -> None:
    """Stream an event, known secrets scrubbed."""
    runtime.stream_writer(event.model_copy(update={"detail": desk.taint.scrub(event.detail)}).model_dump(mode="json"))


def given_answers(state: State) -> dict[str, str]:
    """Return what the input answers in advance, by question id."""
    environment: dict[str, str] = {"environment": state["environment"]} if state.get("environment") else {}
    return {**environment, **(state.get("answers") or {})}


def generated_at() -> str:
    """Return the time that the plan is stamped with, in UTC to the second; `SOURCE_DATE_EPOCH` fixes it (reproducible-builds.org)."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        moment = datetime.fromtimestamp(int(fixed), UTC) if fixed else datetime.now(UTC)
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"SOURCE_DATE_EPOCH is {fixed[:40]!r}", "that is no count of seconds since 1970", "mend or unset it") from None
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _check(state: State) -> None:
    given = {key: value for key, value in state.items() if key in RunInput.__annotations__}
    try:
        TypeAdapter(RunInput).validate_python(given)
    except ValidationError as error:
        names = ", ".join(sorted({str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}))
        raise UsageError(f"the input is not as its schema says: {names}", "", "see the input schema of the graph") from error
    if not str(given.get("repository") or "").strip():
        raise UsageError("no repository was named", "", "give `repository`: a path or a git URL")


def _named(desk: Desk, state: State) -> str:
    return desk.admit("source", state["repository"])


def _can_pause(runtime: Runtime[Context], questions: tuple[Question, ...]) -> None:
    """Refuse to pause where nothing remembers the run: LangGraph would return an interrupt that nobody can answer."""
    if runtime.execution_info is None or runtime.execution_info.thread_id is None:
        raise UsageError(
            "questions are open, and this run cannot be continued after a pause",
            "the graph runs without a checkpointer",
            f"give `answers` in the input (open: {', '.join(question.id for question in questions)}), or compile it with a checkpointer",
        )


def _asks(desk: Desk, state: State) -> bool:
    return desk.ask if desk.ask is not None else state.get("answers") is None


def _summary(survey: Survey) -> str:
    kinds = ((survey.backends(), "service"), (survey.datastores, "data store"), (survey.env_vars, "environment variable"))
    return ", ".join(f"{len(found)} {noun}{'' if len(found) == 1 else 's'}" for found, noun in kinds)


def _titles(section_ids: tuple[str, ...]) -> str:
    return ", ".join(str(section_by_id(section_id).number) for section_id in section_ids)


def _outcome(review: Review, decision: routes.Decision) -> str:
    if not review.blocking():
        return review.verdict
    found = f"{review.verdict}, {len(review.blocking())} blocking"
    return f"{found}: sections {_titles(decision.again)} go back" if decision.again else f"{found}: {decision.why}"
