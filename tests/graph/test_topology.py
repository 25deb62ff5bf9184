"""The graph is what the design draws: its nodes, its edges, its version; a change of shape must change the version."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from deploybook.checkpoints.saver import STATE_TYPES
from deploybook.core.base import Frozen, sha256
from deploybook.core.sections import sections
from deploybook.graph.build import GRAPH_VERSION, build_graph, graph, titles
from deploybook.graph.state import RunInput, RunOutput, State, merged
from langgraph.types import TimeoutPolicy

PLANNERS = [f"plan_{section.id}" for section in sections()]
SHAPES = {1: "c50407d4472e504b"}  # GRAPH_VERSION -> digest of nodes, edges and state keys


def shape() -> str:
    builder = build_graph()
    edges = sorted([*builder.edges, *(("critic", end) for end in builder.nodes["critic"].ends)])
    return sha256(json.dumps([sorted(builder.nodes), edges, sorted(State.__annotations__)]))[:16]


def test_a_change_of_nodes_edges_or_state_raises_the_version() -> None:
    """A paused run is resumed by the same shape or refused: LangGraph would drop what it does not find, without a word."""
    assert SHAPES[GRAPH_VERSION] == shape()


def test_eleven_named_planners_stand_between_architect_and_critic() -> None:
    edges = build_graph().edges
    assert len(PLANNERS) == 11
    for name in PLANNERS:
        assert ("architect", name) in edges
        assert (name, "critic") in edges
    assert {("__start__", "analyst"), ("analyst", "clarifier"), ("clarifier", "architect"), ("editor", "__end__")} <= edges
    assert not build_graph().waiting_edges, "a joint edge would keep the critic waiting for sections that were not sent back"


def test_every_node_is_a_coroutine_with_patience_and_a_title() -> None:
    """A timeout is a cancellation: it cannot end a node that blocks its thread."""
    for name, spec in build_graph().nodes.items():
        assert inspect.iscoroutinefunction(spec.runnable.afunc), name  # type: ignore[union-attr]
        if not name.startswith("__"):
            assert isinstance(spec.timeout, TimeoutPolicy), name
            assert titles()[name] != name


def test_the_exported_graph_has_no_checkpointer_and_documents_its_forms() -> None:
    assert graph.checkpointer is None
    for schema in (graph.get_input_jsonschema(), graph.get_output_jsonschema(), graph.get_context_jsonschema()):
        assert schema["description"]
        assert all(field.get("title") and field.get("description") for field in schema["properties"].values())
    assert len(RunInput.__annotations__) <= 5
    assert set(RunOutput.__annotations__) == {"run_id", "verdict", "plan", "files"}


def test_every_model_that_the_state_may_hold_is_on_the_allow_list() -> None:
    """A type that is missing there would come back from a checkpoint as a dict, without a word."""

    def models(hint: Any) -> set[type]:
        inner = {found for part in getattr(hint, "__args__", ()) for found in models(part)}
        return inner | ({hint} if isinstance(hint, type) and issubclass(hint, Frozen) else set())

    held = {found for hint in get_type_hints(State).values() for found in models(hint)}
    assert held
    assert held <= set(STATE_TYPES)


MERGES: list[tuple[Any, Any, Any]] = [
    (None, {"a": "1"}, {"a": "1"}),
    ({"a": "1"}, None, {"a": "1"}),
    ({"a": "1"}, {"b": "2"}, {"a": "1", "b": "2"}),
    ({"a": "1"}, {"a": "2"}, {"a": "2"}),
]


@pytest.mark.parametrize(("left", "right", "both"), MERGES)
def test_drafts_are_merged_by_section(left: Any, right: Any, both: Any) -> None:
    assert merged(left, right) == both


def test_langgraph_json_names_a_module_not_a_file() -> None:
    """A file path would be loaded under another name, beside the package, and its relative imports would fail."""
    from importlib import import_module

    given = json.loads((Path(__file__).parents[2] / "langgraph.json").read_text("utf-8"))
    module, name = given["graphs"]["deploybook"]["path"].split(":")
    assert getattr(import_module(module), name) is graph
    assert given["env"]["LANGSMITH_TRACING"] == "false"


def test_the_graph_imports_agents_and_tools_only_when_they_work() -> None:
    """A run that is only looked at, and a server that only starts, need none of them."""
    for path in sorted((Path(__file__).parents[2] / "graph").glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:  # top level only: what stands in functions and under TYPE_CHECKING is free
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith(("agents", "tools")), f"{path.name}:{node.lineno}"


def test_listing_runs_needs_no_langgraph(bench: Any) -> None:
    import subprocess
    import sys

    program = "import sys; from deploybook.graph.listing import runs; runs(); print('langgraph' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_the_graph_runs_inside_a_loop_that_is_running(bench: Any) -> None:
    from deploybook.graph.run import astart

    async def many() -> list[Any]:
        runs = (astart(bench.request(), home=bench.home, crew=bench.doubles) for _ in range(3))
        return await asyncio.gather(*runs)

    outcomes = asyncio.run(many())
    assert [outcome.status for outcome in outcomes] == ["done"] * 3
    assert len({outcome.run_id for outcome in outcomes}) == 3
