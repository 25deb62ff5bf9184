"""Ask the model of one run: one question and at most one repair, within a bounded time, counted, and without ever raising."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from ... import prompts
from ...core.base import Frozen
from ...core.settings import ModelSettings
from ...core.target import Target
from ...tools.redaction import TaintStore
from .access import KEY, ChatModel, Message, Reply, chat_model
from .door import Door, hosts_of
from .failing import LASTING, Failure, failure_of
from .patience import within
from .structured import read, schema_of
from .usage import Usage, of_error, told

M = TypeVar("M", bound=Frozen)
BUDGET_S = 600.0
"""Seconds that one question with its repair may take in all: less than a node of the graph has, so that the offline draft still stands."""


class Answer(NamedTuple, Generic[M]):
    """Hold a validated value or the failure that came instead, and what was spent either way."""

    value: M | None
    failure: Failure | None
    usage: Usage


class Assistant:
    """Be the model of one run; make one per run and process. Asking is safe from many threads."""

    def __init__(
        self, settings: ModelSettings, make: Callable[[ModelSettings], ChatModel] = chat_model, *, budget_s: float = BUDGET_S
    ) -> None:
        self.name = str(settings.name)
        self._settings, self._make, self._budget = settings, make, budget_s
        self._room = threading.BoundedSemaphore(settings.max_concurrency)
        self._lock = threading.Lock()
        self._chat: ChatModel | None = None
        self._down: Failure | None = None
        self._spent = Usage()
        self._notes: set[str] = set()

    def door(self, taint: TaintStore, target: Target | None = None) -> Door:
        """Return the door for a run's secrets, the model's key counted among them from now on; hosts of the target stay hidden."""
        taint.add(os.environ.get(KEY, ""), "openai-key")
        return Door(taint, hosts_of(target) if target else None)

    def ask(self, door: Door, words: str, kind: type[M], values: Mapping[str, Any]) -> Answer[M]:
        """Return the answer to the prompt `words`, rendered with `values`, as a value of `kind`."""
        clean = door.clean(dict(values))
        conversation = [
            Message("system", door.out(prompts.render("system"))),
            Message("user", door.out(prompts.render(words, **clean))),
        ]
        answer = self._asked(door, conversation, kind)
        with self._lock:
            self._spent = self._spent.plus(answer.usage)
            if answer.failure is not None and answer.failure.kind in LASTING:
                self._down = answer.failure
        return answer

    def note(self, text: str) -> str:
        """Return a note of this model, remembered as one that tells of this process's spending."""
        made = f"model {self.name}: {text}"
        with self._lock:
            self._notes.add(made)
        return made

    def total(self, notes: Iterable[str]) -> Usage:
        """Return what this run has spent: in this process as counted, before that as the notes of its drafts tell."""
        with self._lock:
            total, own = self._spent, frozenset(self._notes)
        for note in notes:
            if note not in own:
                total = total.plus(told(note))
        return total

    def _asked(self, door: Door, conversation: list[Message], kind: type[M]) -> Answer[M]:
        if self._down is not None:
            return Answer(None, self._down._replace(again=True), Usage())
        spent, end, schema = Usage(), time.monotonic() + self._budget, schema_of(kind)
        for last in (False, True):
            try:
                reply = self._complete(conversation, schema, end)
            except Exception as error:  # whatever it is, the offline draft stands
                return Answer(None, failure_of(error), spent.plus(of_error(error)))
            spent = spent.plus(reply.usage)
            if reply.refused:
                return Answer(None, Failure("refusal"), spent)
            value, complaint = read(reply.value, kind)
            if value is not None:
                return Answer(value, None, spent)
            if not last:
                repair = prompts.render("repair", complaint=complaint)
                conversation = [*conversation, Message("assistant", door.out(reply.text)), Message("user", door.out(repair))]
        return Answer(None, Failure("misfit"), spent)

    def _complete(self, conversation: Sequence[Message], schema: Mapping[str, Any], end: float) -> Reply:
        if not self._room.acquire(timeout=max(end - time.monotonic(), 0.001)):
            raise TimeoutError
        try:
            return within(end - time.monotonic(), self._model().complete, conversation, schema)
        finally:
            self._room.release()

    def _model(self) -> ChatModel:
        with self._lock:
            if self._chat is None:
                self._chat = self._make(self._settings)
            return self._chat
