"""Hold what the nodes of one run work with: the crew, the blob store, the secrets known, the settings; none of it is ever stored."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from ..checkpoints.blobs import BlobStore, encode
from ..core.base import Frozen, sha256
from ..core.errors import StateError
from ..core.settings import Settings
from ..core.source import Source
from .crew import Crew
from .threads import in_thread

if TYPE_CHECKING:
    from langgraph.store.base import BaseStore

    from ..tools.redaction import TaintStore

M = TypeVar("M", bound=Frozen)
_PARSED = 64
_NAMESPACE = ("deploybook", "blobs")


class Blobs(Protocol):
    """Keep bytes by their sha256, from coroutines."""

    async def put(self, content: bytes) -> str:
        """Store content, return its reference."""

    async def get(self, ref: str) -> bytes:
        """Return the content of a reference; raise StateError when it is missing or damaged."""


class DiskBlobs:
    """Keep values in the state home of this machine."""

    def __init__(self, store: BlobStore) -> None:
        self._store = store

    async def put(self, content: bytes) -> str:
        """Store content, return its reference."""
        return await in_thread(self._store.put, content)

    async def get(self, ref: str) -> bytes:
        """Return the content of a reference; raise StateError when it is missing or damaged."""
        return await in_thread(self._store.get, ref)


class ServerBlobs:
    """Keep values in the store of the server that hosts the graph, which all its workers share."""

    def __init__(self, store: BaseStore) -> None:
        self._store = store

    async def put(self, content: bytes) -> str:
        """Store content (UTF-8), return its reference."""
        ref = sha256(content)
        await self._store.aput(_NAMESPACE, ref, {"text": content.decode()}, index=False)
        return ref

    async def get(self, ref: str) -> bytes:
        """Return the content of a reference; raise StateError when it is missing or damaged."""
        item = await self._store.aget(_NAMESPACE, ref)
        content = str(item.value.get("text", "")).encode() if item else b""
        if sha256(content) != ref:
            raise StateError("a value of this run is missing from the server's store", f"reference {ref}", "start a new run")
        return content


@dataclass(slots=True)
class Desk:
    """Hold the working things of one run in one process; a resume in another process lays a new desk and learns the secrets again."""

    crew: Crew
    blobs: Blobs
    taint: TaintStore
    settings: Settings
    source: Source | None = None  # as the caller gave it, credentials included; null: as the state names it
    ask: bool | None = None  # null: unless answers came with the input
    inline: bool = True  # whether the result carries the files themselves
    _parsed: OrderedDict[tuple[str, type], Frozen] = field(default_factory=OrderedDict)

    async def save(self, value: Frozen) -> str:
        """Store a value, known secrets scrubbed from every text of it, and return its reference."""
        return await self.blobs.put(await in_thread(encode, value.model_dump(mode="json", by_alias=True), self.taint.scrub))

    async def load(self, ref: str, kind: type[M]) -> M:
        """Return a stored value; raise StateError when it is missing, damaged or of another shape."""
        known = self._parsed.get((ref, kind))
        if known is None:
            content = await self.blobs.get(ref)
            try:
                known = await in_thread(kind.model_validate_json, content)
            except ValueError as error:
                raise StateError(
                    f"a stored {kind.__name__} cannot be read", "another version of deploybook wrote it", "plan again"
                ) from error
            self._parsed[(ref, kind)] = known
            while len(self._parsed) > _PARSED:
                self._parsed.popitem(last=False)
        return cast("M", known)

    def admit(self, place: str, text: str) -> str:
        """Return text with its secrets replaced, and remember them: the in-door for what people say."""
        return self.crew.redact(place, text, self.taint, True)

    def clean(self, place: str, text: str) -> str:
        """Return text of our own with secrets replaced, remembering none: a false alarm there must not spread to other texts."""
        return self.crew.redact(place, text, self.taint, False)
