"""Whatever goes wrong with a model, the offline draft stands, the critic goes on, a note says why, and nothing is tried without end."""

from __future__ import annotations

import gc
import socket
import time
import warnings
from typing import Any

import model_cases as cases
import pytest
from deploybook.agents.model import Assistant, improved, reviewer
from deploybook.agents.model.assistant import BUDGET_S
from deploybook.agents.model.failing import LASTING, WORDS
from deploybook.core.settings import ModelSettings
from deploybook.graph.build import PATIENCE
from deploybook.tools.redaction import TaintStore
from model_stub import Said, Script, Stub, answer, completion, error

pytestmark = pytest.mark.loopback
BROKEN = b'{"id": "x", "object": "chat.completion", "created": 1, "model": "stub", "choices": null}'
MODES: list[tuple[str, Said, str, int]] = [
    ("refusal", completion(None, refusal="I will not."), "refusal", 1),
    ("refusal beside a text", completion('{"edits": []}', refusal="I will not."), "refusal", 1),
    ("length", completion('{"edits": [{"op": "set-why", "target": "smoke", "te', finish="length"), "cut-short", 1),
    ("cut, and called finished", completion('{"edits": [{"op": "set-why", "target": "smoke", "te'), "misfit", 2),
    ("content filter", completion("", finish="content_filter"), "filtered", 1),
    ("content filter as an error", error(400, "content_filter"), "filtered", 1),
    ("schema violation", answer({"edits": [{"op": "set-run", "target": "smoke", "text": "reboot"}]}), "misfit", 2),
    ("prose", completion("I have improved the section."), "misfit", 2),
    ("half a character", completion('{"edits": "\\ud800"}'), "misfit", 2),
    ("nothing", completion(""), "misfit", 2),
    ("429", error(429, "rate_limit_exceeded"), "rate-limited", 1),
    ("no quota", error(429, "insufficient_quota"), "no-quota", 1),
    ("401", error(401, "invalid_api_key"), "key-refused", 1),
    ("403", error(403), "not-permitted", 1),
    ("404", error(404, "model_not_found"), "unknown-model", 1),
    ("400", error(400), "rejected", 1),
    ("422", error(422), "rejected", 1),
    ("too long", error(400, "context_length_exceeded"), "too-long", 1),
    ("413", error(413), "too-long", 1),
    ("500", error(500), "server-failed", 1),
    ("503", error(503), "server-failed", 1),
    ("slow", answer({"edits": []}, pause=1.2), "timeout", 1),
    ("hangs up", Said(closes=True), "unreachable", 1),
    ("another page", Said(body=b"<html>It works!</html>", headers={"content-type": "text/html"}), "unreadable", 1),
    ("no choices", Said(body=BROKEN), "unreadable", 1),
    ("an empty list of choices", Said(body=BROKEN.replace(b"null", b"[]")), "unreadable", 1),
    ("a list", Said(body=b"[1, 2]"), "unreadable", 1),
    ("no JSON", Said(body=b"{"), "unreadable", 1),
]


def settings(stub: Stub, **changes: Any) -> ModelSettings:
    return ModelSettings(**({"name": "openai:stub", "base_url": stub.url, "timeout_s": 0.8, "max_retries": 0} | changes))


def planned(helper: Assistant) -> tuple[Any, str]:
    draft = improved(helper, cases.draft(), cases.survey(), cases.blueprint(), TaintStore(), 0)
    return draft.model_copy(update={"notes": ()}), draft.notes[-1]


def says(said: Said) -> Script:
    return lambda asked: said


@pytest.mark.parametrize(("said", "kind", "requests"), [mode[1:] for mode in MODES], ids=[mode[0] for mode in MODES])
def test_the_offline_draft_stands_and_a_note_says_why(stub: Stub, said: Said, kind: Any, requests: int) -> None:
    stub.script = says(said)
    draft, note = planned(Assistant(settings(stub)))
    assert draft == cases.draft()
    assert note.startswith(f"model openai:stub: section 8 kept its offline draft: {WORDS[kind]} ({requests} call")
    assert len(stub.asked) == requests
    assert "told to fail" not in note and "I will not" not in note, "a provider's own words do not enter a plan"


def test_a_reviewer_that_cannot_be_asked_abstains(stub: Stub) -> None:
    stub.script = says(error(429))
    opinion = reviewer(Assistant(settings(stub)), cases.blueprint(), TaintStore())(cases.plan())
    assert (opinion.vote.reviewer, opinion.vote.verdict, opinion.vote.reason) == ("model:openai:stub", "abstain", "rate limited")
    assert opinion.findings == () and opinion.notes[0].startswith("model openai:stub: no review: rate limited")


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_repeats_are_the_clients_own_and_bounded(stub: Stub, retries: int) -> None:
    """One stack of repeats: so many as were set, whatever the graph would do on top."""
    stub.script = says(error(429, retry_after_ms="1"))
    _, note = planned(Assistant(settings(stub, max_retries=retries)))
    assert len(stub.asked) == retries + 1 and WORDS["rate-limited"] in note


def test_a_repeat_that_works_is_an_answer(stub: Stub) -> None:
    stub.script = lambda asked: error(503, retry_after_ms="1") if asked.number == 1 else answer({"edits": []})
    _, note = planned(Assistant(settings(stub, max_retries=1)))
    assert "0 of 0 edits taken" in note and len(stub.asked) == 2


def test_a_server_that_trickles_is_given_up(stub: Stub) -> None:
    """Each byte restarts the client's own timeout; the whole question has a budget that nothing restarts."""
    stub.script = says(answer({"edits": []}, trickle=0.1))
    began = time.monotonic()
    draft, note = planned(Assistant(settings(stub), budget_s=0.7))
    assert time.monotonic() - began < 4 and draft == cases.draft() and WORDS["timeout"] in note


def test_the_budget_fits_into_a_nodes_patience() -> None:
    """A node that runs out of patience is cancelled, and its offline draft with it."""
    assert PATIENCE["planner"] * 0.75 > BUDGET_S and PATIENCE["critic"] > BUDGET_S


@pytest.mark.parametrize("kind", sorted(LASTING))
def test_what_will_not_pass_is_not_tried_again(stub: Stub, kind: str) -> None:
    """A refused key costs one request, not one for each section and reviewer."""
    said = {
        "key-refused": error(401),
        "not-permitted": error(403),
        "unknown-model": error(404),
        "no-quota": error(429, "insufficient_quota"),
        "unreachable": Said(closes=True),
    }[kind]
    stub.script = says(said)
    helper = Assistant(settings(stub))
    planned(helper)
    _, second = planned(helper)
    opinion = reviewer(helper, cases.blueprint(), TaintStore())(cases.plan())
    assert len(stub.asked) == 1
    assert f"not asked, since {WORDS[kind]} before (0 calls" in second  # type: ignore[index]
    assert opinion.vote.verdict == "abstain"


def test_what_may_pass_is_tried_again(stub: Stub) -> None:
    stub.script = lambda asked: error(500) if asked.number == 1 else answer({"edits": []})
    helper = Assistant(settings(stub))
    assert "server failed" in planned(helper)[1] and "0 of 0 edits taken" in planned(helper)[1]


def test_nobody_listens(key: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    draft, note = planned(Assistant(ModelSettings(name="openai:stub", base_url=f"http://127.0.0.1:{port}/v1", max_retries=0)))
    assert draft == cases.draft() and WORDS["unreachable"] in note


def test_a_redirect_does_not_carry_the_data_elsewhere(stub: Stub) -> None:
    """Facts and key go to the address that was named and to no other."""
    with Stub().running() as elsewhere:
        stub.script = says(Said(307, b"", {"location": f"{elsewhere.url}/chat/completions"}))
        draft, note = planned(Assistant(settings(stub)))
        assert elsewhere.asked == [] and draft == cases.draft() and WORDS["rejected"] in note


def test_a_defect_of_our_own_costs_no_draft_and_no_review() -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    helper, _ = cases.assistant(broken)
    helper.ask = broken  # type: ignore[method-assign]
    draft, note = planned(helper)
    assert draft == cases.draft() and "a defect of deploybook (ZeroDivisionError)" in note
    assert reviewer(helper, cases.blueprint(), TaintStore())(cases.plan()).vote.verdict == "abstain"


def test_many_questions_at_once_keep_to_the_limit(stub: Stub) -> None:
    """No more calls run at once than the settings allow."""
    import threading

    running, most, lock = 0, 0, threading.Lock()

    def script(asked: Any) -> Said:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.1)
        with lock:
            running -= 1
        return answer({"edits": []})

    stub.script = script
    helper = Assistant(settings(stub, max_concurrency=2, timeout_s=10.0))
    threads = [threading.Thread(target=planned, args=(helper,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stub.asked) == 6 and most == 2
    assert helper.total(()).calls == 6


def test_an_answer_with_warnings_as_errors_is_an_answer(stub: Stub) -> None:
    """The libraries below say nothing that a strict caller would stumble over."""
    gc.collect()  # what earlier tests left open warns when it is collected, and is not meant here
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, note = planned(Assistant(settings(stub)))
    assert "0 of 0 edits taken" in note
