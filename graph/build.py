"""Declare the graph: who follows whom, with which patience. `graph` is what a LangGraph server or Studio opens."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from langgraph.graph import END, START, StateGraph
from langgraph.types import RetryPolicy, TimeoutPolicy

from ..core.errors import Transient
from ..core.sections import sections
from .context import Context
from .crew import CrewFactory, real_crew
from .nodes import Nodes, node_of
from .planning import handler, planner
from .state import RunInput, RunOutput, State

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

GRAPH_VERSION = 1  # raise it whenever nodes, edges or state keys change: a run is resumed by the version that started it, or not at all
RETRY = RetryPolicy(initial_interval=0.5, backoff_factor=2.0, max_interval=8.0, max_attempts=3, jitter=True, retry_on=(Transient,))
PATIENCE = {"analyst": 1800.0, "clarifier": 120.0, "architect": 300.0, "planner": 900.0, "critic": 1800.0, "editor": 600.0}  # seconds


def build_graph(crew: CrewFactory = real_crew) -> StateGraph[State, Context, RunInput, RunOutput]:
    """Return the graph, not compiled: the caller brings the checkpointer, a server brings its own."""
    nodes = Nodes(crew)
    builder = StateGraph(State, context_schema=Context, input_schema=RunInput, output_schema=RunOutput)

    builder.add_node("analyst", nodes.analyst, **_patience("analyst", "Repository analysis"))
    builder.add_node("clarifier", nodes.clarifier, **_patience("clarifier", "Questions"))
    builder.add_node("architect", nodes.architect, **_patience("architect", "Shared decisions"))
    for section in sections():
        name = node_of(section.id)
        builder.add_node(  # type: ignore[call-overload]  # its stubs do not know handlers that take a NodeError
            name,
            planner(section.id, crew),
            error_handler=handler(section.id, crew),
            **_patience("planner", f"{section.number}. {section.title}"),
        )
    planners = tuple(node_of(section.id) for section in sections())
    builder.add_node("critic", nodes.critic, destinations=(*planners, "editor"), **_patience("critic", "Review"))
    builder.add_node("editor", nodes.editor, **_patience("editor", "Final edit"))

    builder.add_edge(START, "analyst")
    builder.add_edge("analyst", "clarifier")
    builder.add_edge("clarifier", "architect")
    for name in planners:
        builder.add_edge("architect", name)
        builder.add_edge(name, "critic")  # one edge each: a joint edge would wait for all eleven after one section was mended
    builder.add_edge("editor", END)
    return builder


@cache
def titles() -> dict[str, str]:
    """Return what each node is called in progress lines."""
    return {name: str((spec.metadata or {}).get("title", name)) for name, spec in build_graph().nodes.items() if not name.startswith("__")}


def _patience(kind: str, title: str) -> dict[str, Any]:
    return {"retry_policy": RETRY, "timeout": TimeoutPolicy(run_timeout=PATIENCE[kind]), "metadata": {"title": title}}


graph: CompiledStateGraph[State, Context, RunInput, RunOutput] = build_graph().compile(name="deploybook")
