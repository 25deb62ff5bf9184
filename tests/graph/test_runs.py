"""A run starts, waits, is answered, resumed, looked at and forgotten; every refusal changes nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from deploybook.checkpoints import locks
from deploybook.checkpoints.home import Home
from deploybook.checkpoints.ledger import Ledger
from deploybook.core.errors import ExitCode, NothingDetected, OutputError, RunLocked, SourceError, StateError, UsageError
from deploybook.core.sections import sections
from deploybook.core.settings import ModelSettings, Settings
from deploybook.core.source import Source
from deploybook.graph import build, run
from deploybook.graph.listing import runs

IDS = [section.id for section in sections()]


def stored(bench: Any) -> Any:
    return Ledger.of(Home(bench.home)).runs()[0]


def test_without_input_a_run_goes_through_and_lists_its_assumptions(bench: Any) -> None:
    outcome = bench.start()
    assert (outcome.status, outcome.verdict, outcome.exit_code) == ("done", "passed", ExitCode.OK)
    assert [assumption.id for assumption in outcome.plan.assumptions] == ["assume-environment", "assume-domain"]
    assert [section.id for section in outcome.plan.sections] == IDS
    assert sorted(outcome.files) == ["PLAN.md", "answers.yaml", "plan.json"]
    assert sorted(bench.planned()) == sorted(IDS)
    row = stored(bench)
    assert (row.status, row.verdict, row.target, row.commit, row.exit_code) == ("done", "passed", "compose", "a" * 40, 0)
    assert row.graph_version == build.GRAPH_VERSION


def test_an_open_question_pauses_the_run_and_an_answer_carries_it_on(bench: Any) -> None:
    paused = bench.ask()
    assert (paused.status, paused.exit_code) == ("waiting", ExitCode.WAITING)
    assert [question.id for question in paused.questions] == ["environment", "domain"]
    assert (stored(bench).status, stored(bench).questions) == ("waiting", ("environment", "domain"))
    done = bench.answer(paused.run_id, environment="staging")
    assert done.status == "done"
    assert done.plan.environment == "staging"
    assert [assumption.id for assumption in done.plan.assumptions] == ["assume-domain"]
    assert bench.doubles.done().count("analyst") == 1


def test_answers_given_in_advance_leave_only_the_rest_to_ask(bench: Any) -> None:
    paused = bench.ask(answers={"environment": "staging"})
    assert [question.id for question in paused.questions] == ["domain"]
    done = bench.answer(paused.run_id, domain="shop.example.com")
    assert (done.plan.environment, done.plan.target_details.domain) == ("staging", "shop.example.com")


def test_all_answers_given_in_advance_leave_nothing_to_ask(bench: Any) -> None:
    assert bench.ask(answers={"environment": "staging", "domain": "a.example.com"}).status == "done"


def test_no_answer_at_all_takes_every_default(bench: Any) -> None:
    paused = bench.ask()
    assert bench.answer(paused.run_id).plan.environment == "production"


REFUSED = [
    ({"environment": "moon"}, "environment: "),
    ({"domain": "Not a name!"}, "domain: "),
    ({"colour": "red"}, "colour: there is no such open question"),
    ({"domain": "refused.example.com"}, "this name is taken"),
    ({"environment": "moon", "domain": "?"}, "domain: "),
]


@pytest.mark.parametrize(("answers", "words"), REFUSED, ids=lambda value: json.dumps(value))
def test_a_refused_answer_is_named_and_loses_nothing(bench: Any, answers: dict[str, str], words: str) -> None:
    paused = bench.ask()
    before = stored(bench)
    with pytest.raises(UsageError, match="not accepted") as caught:
        bench.answer(paused.run_id, **answers)
    assert words in caught.value.what
    assert "still waits" in caught.value.why
    assert stored(bench) == before
    assert bench.answer(paused.run_id, environment="staging").plan.environment == "staging"


def test_the_refused_value_is_not_repeated(bench: Any) -> None:
    """What was typed may be a password in the wrong place."""
    paused = bench.ask()
    with pytest.raises(UsageError) as caught:
        bench.answer(paused.run_id, domain="Hunter 2!", environment="Hunter 2!")
    assert "Hunter" not in f"{caught.value.what}{caught.value.why}{caught.value.hint}"


def test_a_question_without_a_default_must_be_answered(bench: Any) -> None:
    bench.doubles.tell(questions=["environment", "budget"])
    assert isinstance(bench.start().error, UsageError)
    paused = bench.ask()
    with pytest.raises(UsageError, match="budget: "):
        bench.answer(paused.run_id, environment="staging")
    assert bench.answer(paused.run_id, budget="20 EUR").plan.target_details.budget == "20 EUR"


def test_only_a_waiting_run_can_be_answered(bench: Any) -> None:
    done = bench.start()
    with pytest.raises(UsageError, match="asks nothing") as caught:
        bench.answer(done.run_id)
    assert "finished" in caught.value.why
    with pytest.raises(UsageError, match="there is no run"):
        bench.answer("ffffffff")


def test_resuming_a_waiting_run_only_shows_its_questions(bench: Any) -> None:
    paused = bench.ask()
    again = bench.resume(paused.run_id)
    assert again.questions == paused.questions
    assert bench.doubles.done() == ["analyst"]


def test_a_failed_run_is_resumed_where_it_failed(bench: Any) -> None:
    bench.doubles.tell(faults={"architect": {"error": "ValueError", "text": "a defect"}})
    failed = bench.start()
    assert (failed.status, failed.exit_code) == ("failed", ExitCode.INTERNAL)
    assert "a defect" in failed.error.why
    assert failed.error.__cause__ is None
    assert "crew_doubles.py" in failed.error.__notes__[0], "where it happened, for --debug"
    assert (stored(bench).status, stored(bench).exit_code) == ("failed", 70)
    bench.doubles.tell()
    assert bench.resume("last").status == "done"
    assert bench.doubles.done().count("analyst") == 1


def test_resuming_a_finished_run_does_nothing_twice(bench: Any) -> None:
    done = bench.start()
    count = len(bench.doubles.done())
    again = bench.resume(done.run_id)
    assert (again.status, again.files) == ("done", done.files)
    assert len(bench.doubles.done()) == count


def test_a_source_that_cannot_be_read_is_the_runs_typed_error(bench: Any) -> None:
    missing = bench.start(source=Source(location=str(bench.folder / "nowhere")))
    assert isinstance(missing.error, SourceError)
    assert (missing.status, missing.exit_code) == ("failed", ExitCode.USAGE)
    front = bench.folder / "frontend"
    front.mkdir()
    refused = bench.start(source=Source(location=str(front)))
    assert isinstance(refused.error, NothingDetected)
    assert refused.exit_code == ExitCode.NOTHING_DETECTED


def test_a_transient_failure_is_tried_again_and_told(bench: Any) -> None:
    bench.doubles.tell(faults={"plan_images": {"error": "Transient", "times": 1}})
    assert bench.start().verdict == "passed"
    assert bench.planned("start").count("images") == 2
    assert [event.node for event in bench.events if event.kind == "retry"] == ["plan_images"]


def test_a_plan_that_does_not_pass_says_so_by_its_exit_code(bench: Any) -> None:
    bench.doubles.tell(blocking={"images": 9})
    outcome = bench.start()
    assert (outcome.status, outcome.verdict, outcome.exit_code) == ("done", "needs-revision", ExitCode.GATE_NOT_MET)


def test_files_are_written_where_asked_also_by_the_process_that_finishes(bench: Any) -> None:
    out = bench.folder / "plan"
    paused = bench.ask(out=out)
    assert not out.exists()
    bench.answer(paused.run_id)
    assert sorted(path.name for path in out.iterdir()) == ["PLAN.md", "answers.yaml", "plan.json"]


def test_files_that_cannot_be_written_leave_a_finished_run(bench: Any) -> None:
    (bench.folder / "file").write_text("")
    outcome = bench.start(out=bench.folder / "file" / "plan")
    assert outcome.status == "done"
    assert isinstance(outcome.error, OutputError)
    assert "--out" in outcome.error.hint
    again = bench.resume(outcome.run_id, out=bench.folder / "plan")
    assert again.exit_code == ExitCode.OK
    assert (bench.folder / "plan" / "PLAN.md").read_bytes() == outcome.files["PLAN.md"]


def test_a_relative_source_and_out_hold_from_anywhere(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bench.folder)
    paused = bench.ask(source=Source(location="repo"), out=Path("plan"))
    monkeypatch.chdir("/")
    assert bench.answer(paused.run_id).exit_code == ExitCode.OK
    assert (bench.folder / "plan" / "PLAN.md").exists()


def test_a_run_being_worked_on_is_locked(bench: Any) -> None:
    paused = bench.ask()
    with locks.hold(Home(bench.home), paused.run_id):
        for work in (bench.resume, bench.answer):
            with pytest.raises(RunLocked) as caught:
                work(paused.run_id)
            assert "process " in caught.value.why
        assert run.status(paused.run_id, home=bench.home, crew=bench.doubles).status == "running"
        with pytest.raises(RunLocked):
            run.forget(paused.run_id, home=bench.home)
    assert bench.answer(paused.run_id).status == "done"


def test_a_run_of_another_graph_version_is_refused(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    paused = bench.ask()
    monkeypatch.setattr(run, "GRAPH_VERSION", build.GRAPH_VERSION + 1)
    for work in (bench.resume, bench.answer):
        with pytest.raises(StateError, match="another version") as caught:
            work(paused.run_id)
        assert "plan again" in caught.value.hint


def test_the_settings_of_the_start_hold_for_the_resume(bench: Any) -> None:
    """They are part of the run's identity: a resume that took others would give another plan."""
    settings = Settings(max_rounds=1, profile="release", model=ModelSettings(name="openai:x", max_concurrency=3))
    paused = bench.start(settings=settings)
    bench.doubles.tell(blocking={"images": 9})
    bench.answer(paused.run_id)
    assert stored(bench).settings == settings
    assert bench.planned().count("images") == 2


def test_status_tells_without_touching(bench: Any) -> None:
    paused = bench.ask()
    before = stored(bench)
    assert run.status("last", home=bench.home, crew=bench.doubles).questions == paused.questions
    assert stored(bench) == before
    done = bench.answer(paused.run_id)
    assert run.status(paused.run_id, home=bench.home, crew=bench.doubles).files == done.files
    bench.doubles.tell(faults={"critic": {"error": "ValueError"}})
    failed = bench.start()
    assert run.status(failed.run_id, home=bench.home, crew=bench.doubles).status == "failed"


def test_a_run_nobody_drives_any_more_counts_as_interrupted(bench: Any) -> None:
    paused = bench.ask()
    ledger = Ledger.of(Home(bench.home))
    ledger.save(stored(bench).model_copy(update={"status": "running"}), str)
    assert [row.status for row in runs(bench.home)] == ["interrupted"]
    with locks.hold(Home(bench.home), paused.run_id):
        assert [row.status for row in runs(bench.home)] == ["running"]


def test_a_run_killed_before_its_first_checkpoint_starts_over_with_its_answers(bench: Any) -> None:
    done = bench.start(answers={"environment": "staging"})
    Home(bench.home).checkpoints.unlink()
    again = bench.resume(done.run_id)
    assert (again.status, again.plan.environment) == ("done", "staging")


def test_a_forgotten_run_is_gone_and_the_others_stay(bench: Any) -> None:
    first, second = bench.start(), bench.start()
    run.forget(first.run_id, home=bench.home)
    assert [row.id for row in runs(bench.home)] == [second.run_id]
    assert bench.resume(second.run_id).files == second.files
    with pytest.raises(UsageError, match="there is no run"):
        bench.resume(first.run_id)


def test_forgetting_sweeps_the_values_that_no_other_run_has(bench: Any) -> None:
    first, second = bench.start(), bench.start(answers={"environment": "staging"})
    blobs = bench.home / "blobs"
    for path in blobs.glob("*/*"):
        os.utime(path, (1000, 1000))  # long ago: nobody is about to name them
    before = set(blobs.glob("*/*"))
    run.forget(first.run_id, home=bench.home)
    after = set(blobs.glob("*/*"))
    assert len(after) < len(before)
    assert bench.resume(second.run_id).files == second.files
    run.forget(second.run_id, home=bench.home)
    assert list(blobs.glob("*/*")) == []


def test_two_runs_of_the_same_repository_differ_only_in_their_id(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from crew_doubles import fingerprint

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first, second = bench.start(), bench.start()
    assert fingerprint(first.files, first.run_id) == fingerprint(second.files, second.run_id)
    assert first.plan.generated_at == "2023-11-14T22:13:20Z"


def test_a_value_lost_from_the_store_is_a_typed_error(bench: Any) -> None:
    paused = bench.ask()
    for path in sorted((bench.home / "blobs").glob("*/*")):
        path.unlink()
    with pytest.raises(StateError, match="is missing"):
        bench.answer(paused.run_id)


def test_a_damaged_checkpoint_database_is_a_typed_error(bench: Any) -> None:
    paused = bench.ask()
    Home(bench.home).checkpoints.write_bytes(b"no database at all, and longer than a header")
    for work in (bench.resume, bench.answer):
        with pytest.raises(StateError, match="is damaged"):
            work(paused.run_id)


def test_events_tell_each_node_with_its_title_and_time(bench: Any) -> None:
    bench.ask()
    bench.answer("last")
    kinds = [(event.kind, event.node) for event in bench.events]
    assert [pair for pair in kinds if pair[0] == "waiting"] == [("waiting", "clarifier")]
    finished = [event for event in bench.events if event.kind == "finished"]
    assert {event.node for event in finished} == {"analyst", "clarifier", "architect", "critic", "editor", *(f"plan_{i}" for i in IDS)}
    assert all(event.seconds is not None and event.seconds >= 0 for event in finished)
    assert {event.title for event in finished if event.node.startswith("plan_")} == {f"{s.number}. {s.title}" for s in sections()}
    waits = next(event for event in bench.events if event.kind == "waiting")
    assert waits.count == 2
