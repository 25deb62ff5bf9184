"""Lay the desk for a node: the caller's own on one machine, or one made on the spot where a server hosts the graph."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from ..checkpoints.blobs import BlobStore
from ..checkpoints.home import locate
from ..core.settings import Settings
from ..core.source import Source
from .context import Context, RunContext
from .desk import Blobs, Desk, DiskBlobs, ServerBlobs
from .threads import in_thread

if TYPE_CHECKING:
    from langgraph.runtime import Runtime

    from .crew import CrewFactory
    from .state import State

_KEPT = 32
# Of this process: a server's worker that has none makes one and reads the sources again.
_desks: OrderedDict[tuple[str, str], Desk] = OrderedDict()
_one_at_a_time = threading.Lock()


def source_of(state: State) -> Source:
    """Return the source that a run's input names."""
    return Source(location=state.get("repository", ""), revision=state.get("revision") or None, subpath=state.get("subpath") or ".")


async def desk_of(crew: CrewFactory, state: State, runtime: Runtime[Context]) -> Desk:
    """Return the desk of this run; where the secrets of its sources are not known in this process, read the sources again first.

    Raise SourceError when the sources are needed and cannot be read any more: without their secrets nothing may be written; ModelError or
    UsageError when a model was asked for that cannot be used.
    """
    context: Context | None = runtime.context  # None when the caller passed none
    context = Context() if context is None else context
    if isinstance(context, RunContext):
        return context.desk
    desk = await in_thread(_laid, crew, context.settings(), state.get("run_id"), source_of(state), _blobs(runtime))
    desk.blobs = _blobs(runtime)
    desk.ask = {"open": True, "never": False}.get(context.ask)
    return desk


def _laid(crew: CrewFactory, settings: Settings, run_id: str | None, source: Source, blobs: Blobs) -> Desk:
    """Return the kept desk or a new one; of eleven planners that come at once, one reads the sources and the others wait for it."""
    with _one_at_a_time:
        known = _desks.get((run_id, settings.digest())) if run_id else None
        if known is not None:
            return known
        made = crew(settings)
        made.ready()
        desk = Desk(crew=made, blobs=blobs, taint=made.taint(), settings=settings)
        if run_id:
            made.rescan(source, settings.limits, desk.taint)
            keep(run_id, desk)
        return desk


def keep(run_id: str, desk: Desk) -> None:
    """Remember a server's desk for the next node of its run, in this process only."""
    _desks[(run_id, desk.settings.digest())] = desk
    while len(_desks) > _KEPT:
        _desks.popitem(last=False)


def forget_desks() -> None:
    """Forget every desk, as a restart of the process would."""
    _desks.clear()


def _blobs(runtime: Runtime[Context]) -> Blobs:
    if runtime.store is not None:
        return ServerBlobs(runtime.store)
    return DiskBlobs(BlobStore(locate().ready().blobs))
