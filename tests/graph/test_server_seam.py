"""Where a server hosts the graph, values lie in its store, and a worker that does not know a run's secrets learns them first."""

from __future__ import annotations

import random
import string
from typing import Any

import pytest
from deploybook.core.errors import SourceError, StateError, UsageError
from deploybook.graph.build import build_graph
from deploybook.graph.context import Context
from deploybook.graph.desk import ServerBlobs
from deploybook.graph.serving import forget_desks
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.store.memory import InMemoryStore
from langgraph.types import Command

CONFIG: Any = {"configurable": {"thread_id": "thread-1"}}


@pytest.fixture
def hosted(bench: Any) -> Any:
    forget_desks()
    return build_graph(bench.doubles).compile(checkpointer=InMemorySaver(), store=InMemoryStore())


async def test_values_lie_in_the_servers_store_and_not_on_this_disk(bench: Any, hosted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPLOYBOOK_HOME", str(bench.home))
    made = await hosted.ainvoke({"repository": str(bench.repo), "answers": {}}, CONFIG)
    assert made["plan"].startswith("# Shop")
    assert set(made["files"]) == {"PLAN.md", "answers.yaml", "plan.json"}
    assert made["run_id"] == "thread-1"
    assert not bench.home.exists()
    assert len(await hosted.store.asearch(("deploybook", "blobs"), limit=100)) > 11


async def test_a_worker_that_is_new_to_a_run_learns_its_secrets_once(bench: Any, hosted: Any) -> None:
    secret = "".join(random.Random().choices(string.ascii_letters + string.digits, k=24))
    (bench.repo / ".env").write_text(f"DB_PASSWORD={secret}\n", "utf-8")
    await hosted.ainvoke({"repository": str(bench.repo)}, CONFIG)
    bench.doubles.tell(say=f" {secret}")
    state = await hosted.aget_state(CONFIG)
    forget_desks()  # the next node runs in another process
    made = await hosted.ainvoke(Command(resume={state.interrupts[0].id: {}}), CONFIG)
    assert made["verdict"] == "passed"
    assert secret not in str(made)
    assert bench.doubles.done().count("rescan") == 1


async def test_a_worker_that_cannot_read_the_sources_writes_nothing(bench: Any, hosted: Any) -> None:
    await hosted.ainvoke({"repository": str(bench.repo)}, CONFIG)
    state = await hosted.aget_state(CONFIG)
    forget_desks()
    bench.repo.rename(bench.folder / "moved")
    with pytest.raises(SourceError):
        await hosted.ainvoke(Command(resume={state.interrupts[0].id: {}}), CONFIG)


@pytest.mark.parametrize(
    ("ask", "answers", "pauses"),
    [
        ("auto", None, True),
        ("auto", {}, False),
        ("open", {}, True),
        ("never", None, False),
        ("open", {"environment": "staging", "domain": "a.b"}, False),
    ],
)
async def test_when_a_hosted_run_pauses(bench: Any, hosted: Any, ask: Any, answers: Any, pauses: bool) -> None:
    given = {"repository": str(bench.repo)} | ({} if answers is None else {"answers": answers})
    made = await hosted.ainvoke(given, CONFIG, context=Context(ask=ask))
    assert ("__interrupt__" in made) is pauses


async def test_the_environment_is_an_answer_given_in_advance(bench: Any, hosted: Any) -> None:
    made = await hosted.ainvoke({"repository": str(bench.repo), "environment": "staging"}, CONFIG)
    (interrupt,) = made["__interrupt__"]
    assert [question["id"] for question in interrupt.value["questions"]] == ["domain"]
    assert interrupt.value["schema"] == interrupt.response_schema


async def test_a_context_may_come_as_a_mapping(bench: Any, hosted: Any) -> None:
    bench.doubles.tell(blocking={"images": 9})
    made = await hosted.ainvoke({"repository": str(bench.repo), "answers": {}}, CONFIG, context={"max_rounds": 0})
    assert made["verdict"] == "needs-revision"
    assert bench.planned().count("images") == 1


@pytest.mark.parametrize(
    "given",
    [{}, {"repository": ""}, {"repository": 3}, {"repository": "/x", "answers": "yes"}, {"repository": "/x", "environment": "moon"}],
)
async def test_input_of_another_form_is_a_usage_error(hosted: Any, given: Any) -> None:
    with pytest.raises(UsageError):
        await hosted.ainvoke(given | {"answers": given.get("answers", {})}, CONFIG)


async def test_a_value_missing_from_the_store_is_a_typed_error() -> None:
    blobs = ServerBlobs(InMemoryStore())
    ref = await blobs.put(b"content")
    assert await blobs.get(ref) == b"content"
    with pytest.raises(StateError, match="missing from the server's store"):
        await blobs.get("0" * 64)
