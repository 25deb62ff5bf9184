"""Turn what LangGraph streams into events: a node started, finished, failed, waits."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from langgraph.types import StreamMode

from ..core.events import Event
from ..core.sections import sections
from .nodes import node_of

STREAM_MODES: list[StreamMode] = ["tasks", "custom"]


class Progress:
    """Follow one stream; remembers when tasks started. `kept` are the ids of tasks whose results a resumed run has already."""

    def __init__(self, titles: Mapping[str, str], kept: Collection[str] = ()) -> None:
        self._titles, self._kept = titles, frozenset(kept)
        self._since: dict[str, float] = {}
        self._handled = {node_of(section.id) for section in sections()}  # their failures are told by their error handlers

    def events(self, part: Mapping[str, Any]) -> Iterator[Event]:
        """Yield the events of one streamed part, titles filled in."""
        if part["type"] == "custom":
            event = Event.model_validate(part["data"])
            yield event.model_copy(update={"title": event.title or self._titles.get(event.node, event.node)})
        elif part["type"] == "tasks" and part["data"]["name"] in self._titles:
            yield from self._task(part["data"])

    def _task(self, data: Mapping[str, Any]) -> Iterator[Event]:
        node, task = str(data["name"]), str(data["id"])
        title = self._titles[node]
        if task in self._kept:  # LangGraph tells of its start, but never of its end
            yield Event(kind="finished", node=node, title=title, detail="kept from before")
            return
        if "result" not in data:
            self._since[task] = time.monotonic()
            yield Event(kind="started", node=node, title=title)
            return
        began = self._since.pop(task, None)
        seconds = None if began is None else round(time.monotonic() - began, 3)
        if data.get("interrupts"):
            asked = sum(len(interrupt["value"].get("questions", ())) for interrupt in data["interrupts"])
            yield Event(kind="waiting", node=node, title=title, seconds=seconds, count=asked)
        elif data.get("error") is None:
            yield Event(kind="finished", node=node, title=title, seconds=seconds)
        elif node not in self._handled:
            yield Event(kind="failed", node=node, title=title, seconds=seconds)
