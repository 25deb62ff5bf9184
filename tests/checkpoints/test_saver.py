"""The checkpointer stores nothing unscrubbed, revives nothing that is not ours, keeps only what is needed, and closes clean."""

from __future__ import annotations

import json
import logging
import os
import pickle
import sqlite3
import uuid
from pathlib import Path
from typing import Any

import ormsgpack
import pytest
from deploybook.checkpoints.home import Home
from deploybook.checkpoints.saver import STATE_TYPES, open_saver, serializer
from deploybook.core.errors import StateError
from deploybook.core.plan import PlannerFailure
from deploybook.core.settings import Limits, ModelSettings, Settings
from deploybook.core.source import Source
from deploybook.core.target import Answer, Assumption, Choice, Question, Target
from langgraph.checkpoint.base import empty_checkpoint

SECRET = uuid.uuid4().hex
EXAMPLES: tuple[Any, ...] = (
    Answer(question="domain", value="shop.example.com", source="file"),
    Assumption(id="a", text="t", basis="b", confirm="c", owner="o"),
    Choice(value="v", label="l"),
    Limits(files=1),
    ModelSettings(name="openai:x", base_url="http://localhost:1/v1"),
    PlannerFailure(section="images", error="ValueError", message="m", attempt=2),
    Question(id="q", text="t", why="w", choices=(Choice(value="v", label="l"),), default="v", sections=(1, 2), field="domain"),
    Settings(profile="release", max_rounds=3, limits=Limits(depth=2), model=ModelSettings(name="m"), today="2026-01-01"),
    Source(location="https://example.com/shop.git", revision="main", subpath="api"),
    Target(environment="staging", provider="AWS", hardware_cpus=4, compliance=("GDPR", "SOC 2")),
)


def scrub(text: str) -> str:
    return text.replace(SECRET, "[gone]")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path).ready()


def config(thread: str = "t", **extra: Any) -> Any:
    return {"configurable": {"thread_id": thread, "checkpoint_ns": "", **extra}}


def checkpoint(**values: Any) -> Any:
    made = empty_checkpoint()
    made["channel_values"] = values
    return made


def cells(path: Path) -> list[Any]:
    with sqlite3.connect(path) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [cell for table in tables for row in database.execute(f"SELECT * FROM {table}") for cell in row]


def bytes_on_disk(home: Home) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(home.root.rglob("*")) if path.is_file())


def test_there_is_an_example_of_every_state_type() -> None:
    assert {type(example) for example in EXAMPLES} == set(STATE_TYPES)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_every_state_type_comes_back_as_itself(example: Any) -> None:
    """A type that is not on the list comes back as a dict, silently; so each one is tried, alone and inside others."""
    keeper = serializer()
    for value in (example, [example], {"k": example}, {"k": [example, None]}):
        found = keeper.loads_typed(keeper.dumps_typed(value))
        assert found == value
        assert str(type(found)) == str(type(value))
    assert type(keeper.loads_typed(keeper.dumps_typed([example]))[0]) is type(example)


def test_a_type_that_is_not_ours_is_not_revived(caplog: pytest.LogCaptureFixture) -> None:
    """A database is data: neither a foreign class nor a function in it is imported or called."""
    keeper = serializer()
    flag = f"x{uuid.uuid4().hex}"
    call = ormsgpack.packb(ormsgpack.Ext(0, ormsgpack.packb(("os", "putenv", flag))))
    keyword_call = ormsgpack.packb(ormsgpack.Ext(2, ormsgpack.packb(("subprocess", "Popen", {"args": ["touch", flag]}))))
    with caplog.at_level(logging.WARNING):
        keeper.loads_typed(("msgpack", call))
        found = keeper.loads_typed(("msgpack", keyword_call))
    assert not isinstance(found, __import__("subprocess").Popen)
    assert not Path(flag).exists()
    with pytest.raises(NotImplementedError):
        keeper.loads_typed(("pickle", pickle.dumps(os.getcwd)))


async def test_values_metadata_and_config_are_scrubbed_on_put(home: Home) -> None:
    async with open_saver(home, scrub) as saver:
        given: Any = {**config(extra=SECRET), "metadata": {"note": SECRET}}
        stored = await saver.aput(given, checkpoint(x={"deep": [SECRET]}), {"source": "input", "step": 1, "about": SECRET}, {})  # type: ignore[typeddict-unknown-key]
        found = await saver.aget_tuple(stored)
    assert found is not None
    assert found.checkpoint["channel_values"] == {"x": {"deep": ["[gone]"]}}
    assert found.metadata["note"] == found.metadata["about"] == found.metadata["extra"] == "[gone]"  # type: ignore[typeddict-item]
    assert SECRET.encode() not in bytes_on_disk(home)


async def test_writes_and_errors_are_scrubbed_on_put_writes(home: Home) -> None:
    async with open_saver(home, scrub) as saver:
        stored = await saver.aput(config(), checkpoint(), {"source": "input", "step": 1}, {})
        writes = [("x", SECRET), ("__error__", ValueError(SECRET)), ("__resume__", [{"domain": SECRET}])]
        await saver.aput_writes(stored, writes, "task")
        found = await saver.aget_tuple(stored)
    assert found is not None
    assert found.pending_writes
    assert {value for _, channel, value in found.pending_writes if channel == "__error__"} == {"ValueError('[gone]')"}
    assert SECRET.encode() not in bytes_on_disk(home)


async def test_the_synchronous_doors_lead_through_the_same_choke_point(home: Home) -> None:
    import asyncio

    async with open_saver(home, scrub) as saver:
        stored = await asyncio.to_thread(saver.put, config(), checkpoint(x=SECRET), {"source": "input", "step": 1}, {})
        await asyncio.to_thread(saver.put_writes, stored, [("x", SECRET)], "task")
    assert SECRET.encode() not in bytes_on_disk(home)


async def test_pruning_keeps_the_newest_checkpoint_and_wipes_the_rest(home: Home) -> None:
    old, new = uuid.uuid4().hex, uuid.uuid4().hex
    async with open_saver(home, str) as saver:
        for thread in ("t", "other"):
            first = await saver.aput(config(thread), checkpoint(x=old * 300), {"source": "loop", "step": 1}, {})
            await saver.aput_writes(first, [("x", old)], "task")
            second = await saver.aput(first, checkpoint(x=new), {"source": "loop", "step": 2}, {})
            await saver.aput_writes(second, [("x", new)], "task")
        await saver.aprune(["t"])
        kept = [found async for found in saver.alist(config("t"))]
        assert [found.checkpoint["channel_values"]["x"] for found in kept] == [new]
        assert [write[2] for write in kept[0].pending_writes or []] == [new]
        assert len([found async for found in saver.alist(config("other"))]) == 2
        await saver.aprune(["other"], strategy="delete")
        with pytest.raises(ValueError, match="unknown strategy"):
            await saver.aprune(["t"], strategy="half")
    assert old.encode() not in bytes_on_disk(home)


async def test_closing_leaves_one_file_and_no_open_handle(home: Home) -> None:
    async with open_saver(home, str) as saver:
        await saver.aput(config(), checkpoint(x=1), {"source": "input", "step": 1}, {})
    assert sorted(path.name for path in home.root.iterdir() if path.is_file()) == ["checkpoints.db"]
    assert json.loads(cells(home.checkpoints)[6]) == {"source": "input", "step": 1}


async def test_a_damaged_or_foreign_database_is_refused_with_a_hint(home: Home) -> None:
    home.checkpoints.write_bytes(os.urandom(4096))
    with pytest.raises(StateError, match="is damaged") as caught:
        async with open_saver(home, str):
            pass
    assert "DEPLOYBOOK_HOME" in caught.value.hint
    home.checkpoints.unlink()
    with sqlite3.connect(home.checkpoints) as theirs:
        theirs.execute("CREATE TABLE checkpoints (thread_id TEXT)")
    with pytest.raises(StateError, match="not made by deploybook"):
        async with open_saver(home, str):
            pass


async def test_a_full_disk_is_a_typed_error_in_the_middle_of_a_run(home: Home) -> None:
    with pytest.raises(StateError, match="no space left"):
        async with open_saver(home, str) as saver:
            await saver.conn.execute("PRAGMA max_page_count=8")
            await saver.aput(config(), checkpoint(x="x" * 200_000), {"source": "input", "step": 1}, {})
