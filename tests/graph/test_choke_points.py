"""No secret of the sources, of an answer or of an error reaches a database, a stored value, an event or a result, in any form."""

from __future__ import annotations

import base64
import random
import secrets
import sqlite3
import string
import traceback
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from deploybook.checkpoints import saver
from deploybook.checkpoints.home import Home
from deploybook.checkpoints.ledger import Ledger
from deploybook.core.errors import SourceError
from deploybook.core.source import Source
from deploybook.graph import desk, session
from deploybook.tools.redaction import TaintStore

NODES = ("analyst", "architect", "plan_images", "critic", "editor")


@pytest.fixture
def canary(bench: Any) -> str:
    """Plant a password in the repository: made anew each time, in no list, with no form of its own."""
    letters = string.ascii_letters + string.digits
    value = "".join(secrets.choice(letters) for _ in range(26))
    (bench.repo / ".env").write_text(f"DB_PASSWORD={value}\n", "utf-8")
    return value


def forms(value: str) -> list[bytes]:
    raw = value.encode()
    encoded = [raw, base64.b64encode(raw), raw.hex().encode(), raw[::-1], raw.upper(), raw.lower(), base64.b64encode(b"x" + raw)[4:-4]]
    return [*encoded, raw[:13], raw[13:]]


def cells(path: Path) -> list[bytes]:
    with sqlite3.connect(path) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [cell for table in tables for row in database.execute(f"SELECT * FROM {table}") for cell in row]
    return [cell if isinstance(cell, bytes) else str(cell).encode() for cell in rows]


def leaks(bench: Any, value: str, *others: object) -> list[str]:
    """Return where a form of the value stands: in raw bytes of the state home, in a decoded cell, in an event or another text."""
    places = {str(path.relative_to(bench.home)): path.read_bytes() for path in sorted(bench.home.rglob("*")) if path.is_file()}
    for database in ("checkpoints.db", "ledger.db"):
        places |= {f"{database} cell {number}": cell for number, cell in enumerate(cells(bench.home / database))}
    places |= {f"event {number}": event.to_json().encode() for number, event in enumerate(bench.events)}
    places |= {f"text {number}": repr(other).encode() for number, other in enumerate(others)}
    taint = TaintStore()
    taint.add(value)
    return [place for place, content in places.items() if any(form in content for form in forms(value)) or taint.find(content)]


def test_a_secret_in_every_nodes_words_reaches_nothing(bench: Any, canary: str) -> None:
    encoded = base64.b64encode(canary.encode()).decode()
    bench.doubles.tell(say=f" the password is {canary}, or {encoded}", commit=canary)
    outcome = bench.start(answers={"domain": "shop.example.com"})
    assert outcome.status == "done"
    assert "[REDACTED:" in outcome.files["PLAN.md"].decode()
    assert leaks(bench, canary, outcome.files, outcome.plan, outcome.review) == []


@pytest.mark.parametrize("node", NODES)
def test_an_error_that_quotes_a_secret_reaches_nothing(bench: Any, canary: str, node: str) -> None:
    """A secret learned by an earlier node must not come back in an exception's text: LangGraph stores that, too."""
    real = bench.doubles._do

    def fail(name: str) -> None:
        if name == node:
            bench.doubles._look(Source(location=str(bench.repo)), bench.taint)
            raise RuntimeError(f"cannot connect with {canary}")
        real(name)

    bench.doubles._do = fail
    if node == "analyst":
        bench.doubles.analyse = _analyse_then_fail(bench.doubles, canary)
    bench.taint = TaintStore()
    outcome = bench.start()
    assert outcome.status == ("done" if node.startswith("plan_") else "failed")
    assert leaks(bench, canary, outcome.error and traceback.format_exception(outcome.error), outcome.plan) == []
    bench.doubles._do = real
    bench.doubles.analyse = type(bench.doubles).analyse.__get__(bench.doubles)
    assert bench.resume("last").status == "done"
    assert leaks(bench, canary) == []


def _analyse_then_fail(doubles: Any, canary: str) -> Any:
    def analyse(source: Any, limits: Any, taint: Any) -> Any:
        doubles._look(source, taint)
        raise RuntimeError(f"cannot connect with {canary}")

    return analyse


def test_a_secret_given_as_an_answer_reaches_nothing(bench: Any) -> None:
    key = "ghp_" + "".join(random.Random().choices(string.ascii_letters + string.digits, k=36))
    bench.doubles.tell(questions=["environment", "budget"])
    paused = bench.ask()
    outcome = bench.answer(paused.run_id, budget=f"ask the shop with {key}")
    assert outcome.status == "done"
    assert "[REDACTED:" in str(outcome.plan.target_details.budget)
    early = bench.start(answers={"budget": f"token: {key}"})
    assert early.status == "done"
    assert leaks(bench, key, outcome.files, early.files) == []


def test_a_url_with_credentials_is_kept_without_them_and_asked_for_again(bench: Any) -> None:
    password = "".join(random.Random().choices(string.ascii_letters + string.digits, k=24))
    url = f"https://bot:{password}@git.example.com/shop.git"
    paused = bench.ask(source=Source(location=url))
    assert paused.status == "waiting"
    assert leaks(bench, password) == []
    assert Ledger.of(Home(bench.home)).find("last").source.location.endswith("@git.example.com/shop.git")
    with pytest.raises(SourceError, match="needs its repository again") as caught:
        bench.answer(paused.run_id)
    assert "--repo" in caught.value.hint
    from deploybook.graph import run

    outcome = run.answer(paused.run_id, {}, repository=url, **bench.options)
    assert outcome.status == "done"
    assert leaks(bench, password, outcome.files) == []


def test_a_resumed_run_learns_the_secrets_again_before_it_writes(bench: Any, canary: str) -> None:
    paused = bench.ask()
    bench.doubles.tell(say=f" {canary}")
    outcome = bench.answer(paused.run_id)
    assert bench.doubles.done().count("rescan") == 1
    assert leaks(bench, canary, outcome.files) == []


def test_a_run_whose_repository_is_gone_writes_nothing_more(bench: Any, canary: str) -> None:
    """Without knowing the secrets nothing may be written: it fails closed, and goes on when the repository is back."""
    paused = bench.ask()
    bench.repo.rename(bench.folder / "moved")
    with pytest.raises(SourceError, match="needs its repository again"):
        bench.answer(paused.run_id)
    from deploybook.graph import run

    moved = str(bench.folder / "moved")
    assert run.answer(paused.run_id, {}, repository=moved, **bench.options).status == "done"


def test_a_repository_that_moved_on_is_told_of(bench: Any) -> None:
    paused = bench.ask()
    bench.doubles.tell(commit="b" * 40)
    bench.answer(paused.run_id)
    assert any("moved on" in event.detail for event in bench.events)


def test_a_secret_at_the_out_door_fails_the_plan_and_is_replaced(bench: Any, canary: str) -> None:
    """Rendering may join what was harmless apart; the files themselves are searched before they are handed over."""
    bench.doubles.tell(render=f"password: {canary}\n")
    outcome = bench.start(out=bench.folder / "plan")
    assert outcome.verdict == "failed"
    assert [finding.code for finding in outcome.review.blocking()] == ["OUT001"]
    assert outcome.review.votes[-1].verdict == "veto"
    assert outcome.plan.verdict == "failed"
    assert leaks(bench, canary, outcome.files, (bench.folder / "plan" / "PLAN.md").read_text("utf-8")) == []


def test_without_each_choke_point_the_canary_is_found(bench: Any, canary: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests above can see: take one choke point away and the secret stands where it guards."""

    def fail(*_: Any) -> Any:
        raise RuntimeError(f"cannot connect with {canary}")

    with monkeypatch.context() as patched:
        patched.setattr(saver, "scrubbed", lambda value, scrub: value)
        patched.setattr(bench.doubles, "design", fail)
        bench.start()
        assert any(place.startswith("checkpoints.db") for place in leaks(bench, canary))
    bench.doubles.tell(say=f" {canary}")
    with monkeypatch.context() as patched:
        patched.setattr(desk, "encode", lambda value, scrub: __import__("json").dumps(value).encode())
        bench.start()
        assert any(place.startswith("blobs") for place in leaks(bench, canary))


def test_no_tracing_service_hears_of_a_run(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stray variable of another project must not send a repository's facts away; without our guard it would."""
    from langsmith import Client
    from langsmith.schemas import LangSmithInfo
    from langsmith.utils import get_env_var

    heard: list[Any] = []
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "no key")
    for name in ("create_run", "update_run", "multipart_ingest", "batch_ingest_runs"):
        monkeypatch.setattr(Client, name, lambda self, *words, **options: heard.append((words, options)))
    monkeypatch.setattr(Client, "info", LangSmithInfo())
    get_env_var.cache_clear()
    try:
        assert bench.start().status == "done"
        assert heard == []
        monkeypatch.setattr(session, "tracing_context", lambda enabled: nullcontext())
        bench.start()
        assert heard
    finally:
        get_env_var.cache_clear()
