"""Store checkpoints in SQLite: only our own types come back, every text passes the scrub function first, finished runs are pruned."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import aiosqlite
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from ..core.plan import PlannerFailure
from ..core.settings import Limits, ModelSettings, Settings
from ..core.source import Source
from ..core.target import Answer, Assumption, Choice, Question, Target
from .blobs import is_ref
from .database import BUSY_TIMEOUT_S, guarded, prepare
from .scrubbing import Scrub, scrubbed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata

    from .home import Home

STATE_TYPES: tuple[type, ...] = (Answer, Assumption, Choice, Limits, ModelSettings, PlannerFailure, Question, Settings, Source, Target)
APPLICATION_ID = 0x44424331  # DBC1
VERSION = 1
_TABLES = {
    "checkpoints": frozenset({"thread_id", "checkpoint_ns", "checkpoint_id", "parent_checkpoint_id", "type", "checkpoint", "metadata"}),
    "writes": frozenset({"thread_id", "checkpoint_ns", "checkpoint_id", "task_id", "idx", "channel", "type", "value"}),
}
_OWN_KEYS = frozenset({"thread_id", "checkpoint_ns", "checkpoint_id", "checkpoint_map"})
_OLDER = """DELETE FROM checkpoints WHERE thread_id = ? AND checkpoint_id <
(SELECT max(n.checkpoint_id) FROM checkpoints AS n
WHERE n.thread_id = checkpoints.thread_id AND n.checkpoint_ns = checkpoints.checkpoint_ns)"""
_ORPHANS = """DELETE FROM writes WHERE thread_id = ? AND NOT EXISTS
(SELECT 1 FROM checkpoints AS c
WHERE c.thread_id = writes.thread_id AND c.checkpoint_ns = writes.checkpoint_ns AND c.checkpoint_id = writes.checkpoint_id)"""


def serializer() -> JsonPlusSerializer:
    """Return the serializer that revives our state types and plain values and nothing else: a database is not a program."""
    return JsonPlusSerializer(allowed_msgpack_modules=STATE_TYPES)


class Saver(AsyncSqliteSaver):
    """Be the checkpointer of the command line; `aput` and `aput_writes` are the choke point through which everything stored passes."""

    def __init__(self, connection: aiosqlite.Connection, scrub: Scrub) -> None:
        super().__init__(connection, serde=serializer())
        self._scrub = scrub

    async def aput(
        self, config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata, new_versions: ChannelVersions
    ) -> RunnableConfig:
        """Store a checkpoint, its values and metadata scrubbed."""
        clean: Any = {**checkpoint, "channel_values": scrubbed(checkpoint["channel_values"], self._scrub)}
        return await super().aput(self._config(config), clean, scrubbed(metadata, self._scrub), new_versions)

    async def aput_writes(self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = "") -> None:
        """Store the writes of a task, errors and answers among them, scrubbed."""
        await super().aput_writes(config, [(channel, scrubbed(value, self._scrub)) for channel, value in writes], task_id, task_path)

    async def aprune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Keep only the newest checkpoint of each thread (`keep_latest`) or none (`delete`); raise ValueError for another strategy.

        What goes is overwritten on the disk, and the file shrinks when nobody else uses it.
        """
        if strategy not in ("keep_latest", "delete"):
            raise ValueError(f"unknown strategy {strategy!r}")
        await self.setup()
        for thread_id in thread_ids:
            if strategy == "delete":
                await self.adelete_thread(thread_id)
                continue
            async with self.lock:
                await self.conn.execute(_OLDER, (thread_id,))
                await self.conn.execute(_ORPHANS, (thread_id,))
                await self.conn.commit()
        async with self.lock:
            with suppress(sqlite3.OperationalError):  # busy: the next run that ends does it
                await self.conn.execute("VACUUM")

    async def refs(self) -> frozenset[str]:
        """Return every reference to a stored value that any thread's checkpoints hold: what may not be swept away."""
        found = [known async for known in self.alist(None)]  # drained first, for the iterator holds the connection's lock
        return frozenset(ref for known in found for ref in _refs([known.checkpoint["channel_values"], known.pending_writes]))

    def _config(self, config: RunnableConfig) -> RunnableConfig:
        """Return config with its own metadata scrubbed: LangGraph copies `metadata` and unknown `configurable` keys in clear text."""
        own = {k: v if k in _OWN_KEYS or k.startswith("__") else scrubbed(v, self._scrub) for k, v in config["configurable"].items()}
        clean: RunnableConfig = {**config, "configurable": own}
        if "metadata" in config:
            clean["metadata"] = scrubbed(config["metadata"], self._scrub)
        return clean


def _refs(value: Any) -> Iterator[str]:
    if is_ref(value):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _refs(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _refs(item)


@asynccontextmanager
async def open_saver(home: Home, scrub: Scrub) -> AsyncIterator[Saver]:
    """Open the checkpoint database for the block and close it cleanly, the write-ahead log folded back into the file.

    Raise StateError for a damaged, foreign, read-only or full one, Transient for one that stays busy.
    """
    await asyncio.to_thread(prepare, home.checkpoints, APPLICATION_ID, VERSION, _TABLES)
    with guarded(home.checkpoints):
        connection = await aiosqlite.connect(home.checkpoints, timeout=BUSY_TIMEOUT_S)
        try:
            await connection.execute("PRAGMA secure_delete=ON")
            saver = Saver(connection, scrub)
            await saver.setup()
            yield saver
        finally:
            with suppress(sqlite3.Error, ValueError):
                await connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            with suppress(sqlite3.Error, ValueError):
                await connection.close()


__all__ = ["STATE_TYPES", "Saver", "open_saver", "serializer"]
