"""Each trap of LangGraph that was found by running it has a test here, against this graph."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager
from typing import Any

import pytest
from deploybook.checkpoints.home import Home
from deploybook.checkpoints.ledger import Ledger, new_run_id
from deploybook.checkpoints.saver import Saver, open_saver
from deploybook.core.errors import ExitCode, Transient, UsageError
from deploybook.core.plan import PlannerFailure
from deploybook.core.sections import sections
from deploybook.core.settings import Settings
from deploybook.core.target import Assumption, Target
from deploybook.graph import build, planning
from deploybook.graph.build import RETRY, build_graph, graph
from deploybook.graph.context import Context, RunContext
from deploybook.graph.session import finished, opened
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import is_invalid_resume
from langgraph.types import Command

IDS = [section.id for section in sections()]


class Crash(BaseException):
    """Stand for a killed process: nothing between the raise and the test catches it."""


def crash_when(monkeypatch: pytest.MonkeyPatch, condition: Any) -> None:
    """Let the process die just before the first checkpoint for which the condition on its values holds."""
    real = Saver.aput

    async def aput(self: Saver, config: Any, checkpoint: Any, metadata: Any, versions: Any) -> Any:
        if condition(checkpoint["channel_values"]):
            raise Crash
        return await real(self, config, checkpoint, metadata, versions)

    monkeypatch.setattr(Saver, "aput", aput)


@asynccontextmanager
async def looked_at(bench: Any) -> Any:
    """Open the newest run without driving it."""
    row = Ledger.of(Home(bench.home)).runs()[0]
    async with opened(Home(bench.home), row, None, bench.doubles) as session:
        yield session


def state_of(bench: Any) -> Any:
    async def read() -> Any:
        async with looked_at(bench) as session:
            return await session.state()

    return asyncio.run(read())


def test_trap_1_finished_means_no_task_left_not_no_next_node(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        crash_when(patched, lambda values: len(values.get("drafts", {})) == 11)
        with pytest.raises(Crash):
            bench.start()
    state = state_of(bench)
    assert state.next == ()
    assert len(state.tasks) == 11
    assert not finished(state)
    outcome = bench.resume("last")
    assert outcome.verdict == "passed"
    assert sorted(bench.planned()) == sorted(IDS), "no finished planner may run again"
    assert finished(state_of(bench))


def test_trap_2_a_failing_planner_does_not_cancel_its_siblings(bench: Any) -> None:
    bench.doubles.tell(
        faults={"plan_images": {"error": "ValueError", "text": "no images"}}, delays={f"plan_{i}": 0.2 for i in IDS if i != "images"}
    )
    outcome = bench.start()
    assert sorted(bench.planned()) == sorted(set(IDS) - {"images"})
    assert sorted(bench.planned("start")) == sorted(IDS)
    assert outcome.plan.failures == (PlannerFailure(section="images", error="ValueError", message="no images", attempt=1),)
    assert [event.node for event in bench.events if event.kind == "failed"] == ["plan_images"]


def test_trap_3_the_critic_runs_even_when_every_planner_fails(bench: Any) -> None:
    bench.doubles.tell(faults={f"plan_{section_id}": {"error": "ValueError"} for section_id in IDS})
    outcome = bench.start()
    assert sorted(failure.section for failure in outcome.plan.failures) == sorted(IDS)
    assert bench.doubles.done().count("critic") == 1
    assert outcome.status == "done"


def test_trap_4_no_handler_raises_and_what_has_none_can_be_resumed(bench: Any) -> None:
    """A handler that raises the error again would end the run as if it were finished; so failures before the fan-out have no handler."""
    handled = {name for name, spec in build_graph(bench.doubles).nodes.items() if spec.error_handler_node}
    assert handled == {f"plan_{section_id}" for section_id in IDS}
    for node in ("analyst", "architect", "critic", "editor"):
        bench.doubles.tell(faults={node: {"error": "ValueError"}})
        assert bench.start().exit_code == ExitCode.INTERNAL
        state = state_of(bench)
        assert [task.name for task in state.tasks] == [node]
        assert not finished(state)
        bench.doubles.tell()
        assert bench.resume("last").verdict == "passed"


def test_trap_5_a_refused_answer_is_not_fed_to_a_later_question(bench: Any) -> None:
    paused = bench.ask()

    async def refuse_then_answer() -> Any:
        async with looked_at(bench) as session:
            await session.rescan()
            interrupt = (await session.state()).interrupts[0]
            context = RunContext(desk=session.desk, ask="open")
            for bad in ({"environment": "moon"}, {"colour": "red"}, {"domain": "refused.example.com"}):
                with pytest.raises(ValueError) as caught:  # pydantic's, told apart by the next line
                    await session.graph.ainvoke(Command(resume={interrupt.id: bad}), session.config, context=context, durability="sync")
                assert is_invalid_resume(caught.value)
                assert "moon" not in str(caught.value)
            again = await session.state()
            assert [pending.id for pending in again.interrupts] == [interrupt.id]
            return await session.drive(Command(resume={interrupt.id: {"environment": "staging"}}))

    assert asyncio.run(refuse_then_answer()).plan.environment == "staging"
    assert paused.run_id == Ledger.of(Home(bench.home)).runs()[0].id


def test_trap_5_nothing_is_stored_of_a_refused_answer(bench: Any) -> None:
    paused = bench.ask()
    with pytest.raises(UsageError):
        bench.answer(paused.run_id, environment="moon")
    with sqlite3.connect(bench.home / "checkpoints.db") as database:
        assert database.execute("SELECT count(*) FROM writes WHERE channel = '__resume__'").fetchone() == (0,)


def test_trap_6_an_answer_to_a_stale_question_changes_nothing(bench: Any) -> None:
    bench.ask()

    async def answer_a_stale_id() -> Any:
        async with looked_at(bench) as session:
            before = await session.state()
            outcome = await session.drive(Command(resume={"0" * 32: {"environment": "staging"}}))
            return before, outcome, await session.state()

    before, outcome, after = asyncio.run(answer_a_stale_id())
    assert outcome.status == "waiting"
    assert [i.id for i in after.interrupts] == [i.id for i in before.interrupts]
    assert bench.answer("last").status == "done"
    with pytest.raises(UsageError, match="asks nothing"):
        bench.answer("last", environment="staging")


async def test_trap_7_the_exported_graph_runs_without_a_checkpointer(bench: Any) -> None:
    bare = build_graph(bench.doubles).compile()
    made = await bare.ainvoke({"repository": str(bench.repo), "answers": {}}, version="v2")
    assert made.interrupts == ()
    assert made.value["verdict"] == "passed"
    assert made.value["plan"].startswith("# Shop")
    assert graph.checkpointer is None


async def test_trap_8_without_a_checkpointer_nothing_pauses_that_nobody_could_continue(bench: Any) -> None:
    bare = build_graph(bench.doubles).compile()
    with pytest.raises(UsageError, match="cannot be continued") as caught:
        await bare.ainvoke({"repository": str(bench.repo)})
    assert "environment, domain" in caught.value.hint


def test_trap_9_values_keep_their_types_through_pending_writes(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    bench.doubles.tell(faults={"plan_images": {"error": "ValueError"}})
    with monkeypatch.context() as patched:
        crash_when(patched, lambda values: bool(values.get("drafts")))
        with pytest.raises(Crash):
            bench.start()
    values = state_of(bench).values
    assert isinstance(values["target"], Target)
    assert isinstance(values["assumptions"], list)
    assert {type(assumption) for assumption in values["assumptions"]} == {Assumption}
    resumed = bench.resume("last")
    straight = bench.start()
    assert {type(failure) for failure in resumed.plan.failures} == {PlannerFailure}
    assert resumed.plan.model_copy(update={"run_id": straight.run_id}).to_json() == straight.plan.to_json()


async def test_trap_10_a_section_whose_node_was_renamed_is_asked_for_again(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """LangGraph drops the branch of a node that is gone; the critic counts the sections."""
    keeper, config = InMemorySaver(), {"configurable": {"thread_id": "t"}}
    given = {"repository": str(bench.repo), "answers": {}}
    with monkeypatch.context() as patched:
        old_name = lambda section_id: "plan_pictures" if section_id == "images" else f"plan_{section_id}"  # noqa: E731
        for module in (build, planning):
            patched.setattr(module, "node_of", old_name)
        old = build_graph(bench.doubles)
    bench.doubles.tell(delays={"plan_images": 60})
    running = asyncio.create_task(old.compile(checkpointer=keeper).ainvoke(given, config))
    while len(bench.planned()) < 10:
        await asyncio.sleep(0.02)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    bench.doubles.tell()
    from deploybook.graph.serving import forget_desks

    forget_desks()
    made = await build_graph(bench.doubles).compile(checkpointer=keeper).ainvoke(None, config)
    assert made["verdict"] == "passed"
    assert "## 3. " in made["plan"]
    assert bench.planned().count("images") == 1


def test_trap_10_a_section_that_never_comes_is_a_failure_not_a_gap(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planner whose failures are the machine's is asked again, but not for ever."""
    bench.doubles.tell(faults={"plan_images": {"error": "StateError", "text": "disk full"}})
    outcome = bench.start()
    assert bench.planned("start").count("images") == 3
    assert [(failure.section, failure.error) for failure in outcome.plan.failures] == [("images", "StateError")]
    bench.doubles.log.unlink()
    bench.doubles.tell(faults={"plan_images": {"error": "StateError", "times": 1}})
    assert bench.start().plan.failures == ()


def test_trap_11_a_new_run_is_a_new_thread(bench: Any) -> None:
    bench.doubles.tell(faults={"plan_images": {"error": "ValueError"}})
    first = bench.start(answers={"domain": "old.example.com"})
    bench.doubles.tell()
    second = bench.start()
    assert first.run_id != second.run_id
    assert first.plan.failures
    assert not second.plan.failures
    assert second.plan.target_details.domain == "app.example.com"


def test_trap_12_only_what_may_pass_by_itself_is_tried_again(bench: Any) -> None:
    assert RETRY.retry_on == (Transient,)
    assert all(spec.retry_policy == RETRY for name, spec in build_graph().nodes.items() if not name.startswith("__"))
    bench.doubles.tell(faults={"plan_images": {"error": "ValueError"}, "plan_services": {"error": "Transient", "times": 1}})
    bench.start()
    assert bench.planned("start").count("images") == 1
    assert bench.planned("start").count("services") == 2


def test_a_planner_that_hangs_is_a_typed_failure_and_does_not_hold_up_the_end(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Timeouts cancel coroutines, never threads: the hanging thread is left behind, so it must be a daemon."""
    monkeypatch.setitem(build.PATIENCE, "planner", 0.6)
    bench.doubles.tell(delays={"plan_images": 30})
    outcome = bench.start()
    assert [(failure.section, failure.error) for failure in outcome.plan.failures] == [("images", "NodeTimeoutError")]
    assert outcome.plan.failures[0].message == "took longer than 1 s"


def test_section_2_large_values_stay_outside_the_checkpoints(bench: Any) -> None:
    """The saver stores the whole state with every checkpoint: a megabyte per section would be 100 MB a run."""
    bench.doubles.tell(say="x" * 1_000_000, faults={"editor": {"error": "ValueError"}})
    assert bench.start().status == "failed"
    with sqlite3.connect(bench.home / "checkpoints.db") as database:
        largest = database.execute("SELECT max(length(checkpoint)) FROM checkpoints").fetchone()[0]
        written = database.execute("SELECT max(length(value)) FROM writes").fetchone()[0]
    assert largest < 16_000
    assert written < 4_000
    assert sum(path.stat().st_size for path in (bench.home / "blobs").glob("*/*")) > 11_000_000


def test_section_2_a_finished_run_keeps_one_checkpoint(bench: Any) -> None:
    bench.start()
    with sqlite3.connect(bench.home / "checkpoints.db") as database:
        assert database.execute("SELECT count(*) FROM checkpoints").fetchone() == (1,)
    assert bench.resume("last").verdict == "passed"


def test_section_2_runs_side_by_side_share_the_databases(bench: Any) -> None:
    children = [bench.spawn("start", "--no-input") for _ in range(4)]
    assert [child.outcome()["status"] for child in children] == ["done"] * 4
    assert [row.status for row in Ledger.of(Home(bench.home)).runs()] == ["done"] * 4


async def test_section_2_no_durability_mode_but_sync_is_used_and_only_with_a_checkpointer(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    place, row = Home(bench.home).ready(), Ledger.of(Home(bench.home).ready())
    from deploybook.checkpoints.ledger import started
    from deploybook.core.source import Source

    run = started(new_run_id(), Source(location=str(bench.repo)), Settings(no_input=True), {}, 1, None)
    async with opened(place, run, None, bench.doubles) as session:
        real = session.graph.astream

        def astream(*words: Any, **options: Any) -> Any:
            seen.append((options["durability"], session.graph.checkpointer))
            return real(*words, **options)

        monkeypatch.setattr(session.graph, "astream", astream)
        outcome = await session.drive({"repository": str(bench.repo), "answers": {}})
        assert outcome.status == "done"
        assert seen == [("sync", session.saver)]
    assert row.runs()[0].status == "done"


async def test_the_saver_of_the_command_line_is_not_the_exported_graphs(bench: Any) -> None:
    async with open_saver(Home(bench.home).ready(), str) as saver:
        assert build_graph(bench.doubles).compile(checkpointer=saver).checkpointer is saver
    assert graph.checkpointer is None
    assert Context().settings() == Settings()


def test_trap_13_a_resumed_run_hands_its_error_handler_text_not_an_exception(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert planning.named("StateError('disk full')") == ("StateError", "disk full")
    assert planning.named(ValueError("a  b")) == ("ValueError", "a b")
    assert planning.named("KeyError(1, 2)") == ("KeyError", "(1, 2)")
    assert planning.named("ValueError(<object at 0x1>)") == ("ValueError", "<object at 0x1>")
    assert planning.named("it broke") == ("Error", "it broke")
    bench.doubles.tell(faults={"plan_images": {"error": "StateError", "text": "disk full", "times": 1}})
    with monkeypatch.context() as patched:
        crash_when(patched, lambda values: bool(values.get("drafts")))
        with pytest.raises(Crash):
            bench.start()
    assert bench.resume("last").plan.failures == (), "the machine's own failure must still be known as one, and tried again"


def test_a_resumed_run_tells_what_it_kept(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """LangGraph announces kept tasks as started and says no more of them: a progress display would wait for ever."""
    with monkeypatch.context() as patched:
        crash_when(patched, lambda values: len(values.get("drafts", {})) == 11)
        with pytest.raises(Crash):
            bench.start()
    bench.events.clear()
    bench.resume("last")
    kept = [event.node for event in bench.events if event.detail == "kept from before"]
    assert sorted(kept) == sorted(f"plan_{section_id}" for section_id in IDS)
    started = [event.node for event in bench.events if event.kind == "started"]
    ended = [event.node for event in bench.events if event.kind in ("finished", "failed") and event.detail != "kept from before"]
    assert started == ended == ["critic", "editor"]
