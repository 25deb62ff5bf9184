"""Make one planner node per section, with its own error handler: a planner that fails leaves a typed failure, not a gap."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from langgraph.errors import NodeError, NodeTimeoutError
from langgraph.types import Command

from ..core.blueprint import Blueprint
from ..core.errors import DeploybookError
from ..core.events import Event
from ..core.facts import Survey
from ..core.findings import Review
from ..core.plan import PlannerFailure
from . import routes
from .nodes import node_of, tell
from .serving import desk_of
from .threads import in_thread

if TYPE_CHECKING:
    from typing import Protocol

    from langgraph.runtime import Runtime

    from .context import Context
    from .crew import CrewFactory
    from .state import State

    class Planner(Protocol):
        """Be a planner node as LangGraph reads it."""

        async def __call__(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
            """Draft the section."""

    class Handler(Protocol):
        """Be an error handler as LangGraph reads it."""

        async def __call__(self, state: State, error: NodeError, runtime: Runtime[Context]) -> Command[str]:
            """Record the failure."""


_LONGEST = 500


def planner(section_id: str, crew: CrewFactory) -> Planner:
    """Return the node that drafts one section."""

    async def plan(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        desk = await desk_of(crew, state, runtime)
        attempt = runtime.execution_info.node_attempt if runtime.execution_info else 1
        if attempt > 1:
            tell(runtime, desk, Event(kind="retry", node=node_of(section_id), count=attempt))
        survey = await desk.load(state["survey_ref"], Survey)
        blueprint = await desk.load(state["blueprint_ref"], Blueprint)
        review = await desk.load(state["review_ref"], Review) if state.get("review_ref") else None
        findings = routes.findings_of(section_id, review)
        draft = await in_thread(desk.crew.plan, section_id, survey, blueprint, state.get("round", 0), findings, desk.taint)
        for note in draft.notes:
            tell(runtime, desk, Event(kind="note", node=node_of(section_id), detail=note))
        return {"drafts": {section_id: await desk.save(draft)}, "failures": {section_id: None}}

    plan.__name__ = plan.__qualname__ = node_of(section_id)
    return plan


def handler(section_id: str, crew: CrewFactory) -> Handler:
    """Return what runs when a section's planner failed for good.

    It goes to the critic by itself, for an error handler does not follow the edges of the node that failed; and it never raises, for
    LangGraph would count the run as finished.
    """

    async def record(state: State, error: NodeError, runtime: Runtime[Context]) -> Command[str]:
        desk = await desk_of(crew, state, runtime)
        name, message = named(error.error)
        failure = PlannerFailure(
            section=section_id,
            error=name,
            message=desk.clean("planner", message)[:_LONGEST],
            attempt=state.get("round", 0) + 1,
        )
        tell(runtime, desk, Event(kind="failed", node=node_of(section_id), detail=f"{failure.error}: {failure.message}"))
        return Command(update={"failures": {section_id: failure}}, goto="critic")

    return record


def named(error: BaseException | str) -> tuple[str, str]:
    """Return the name and the message of an error; a resumed run hands over not the exception but its stored `repr`."""
    if isinstance(error, BaseException):
        return type(error).__name__, message_of(error)
    name, opened, rest = error.partition("(")
    if not opened or not name.isidentifier():
        return "Error", error
    try:
        return name, str(ast.literal_eval(rest.removesuffix(")").removesuffix(",")))
    except (SyntaxError, ValueError):
        return name, rest.removesuffix(")")


def message_of(error: BaseException) -> str:
    """Return one line that says what an error means to a reader."""
    if isinstance(error, NodeTimeoutError):
        return f"took longer than {error.timeout:.0f} s"
    if isinstance(error, DeploybookError):
        return f"{error.what}: {error.why}" if error.why else error.what
    return " ".join(str(error).split()) or type(error).__name__
