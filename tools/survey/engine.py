"""Run every detector over one view of the tree and hand the facts to the assembler."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from ...core.facts import Fact, Survey
from ...core.registry import discover
from ..repository import Repository
from .aside import is_aside
from .assemble import assemble
from .families import wanted
from .view import View

_PLACES = {"path", "source", "dockerfile", "context", "manifest", "lock_file", "config", "file"}
DETECTORS = "deploybook.tools.survey.detectors"


def survey(repository: Repository) -> Survey:
    """Return the survey of an opened repository; the last word has the taint store, so that no quote keeps a secret met later."""
    with _no_collections():
        view = View(repository)
        known = facts(view)
        repository.sweep(is_aside)
        done = assemble(view, known)
    text = done.to_json()
    if repository.clean(text) == text:
        return done
    data = _cleaned(repository, done.model_dump(mode="json"), "")
    data["env_vars"] = [e for e in data["env_vars"] if "[REDACTED" not in e["name"]]  # what is left of such a name is nobody's name
    return Survey.model_validate(data)


@contextmanager
def _no_collections() -> Iterator[None]:
    """Let nobody look for cycles meanwhile: syntax trees are many objects and no cycle, and looking took a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _cleaned(repository: Repository, value: Any, key: str) -> Any:
    """Return plain data with every text cleaned; names of files stay, since they are how the reader finds the place."""
    if isinstance(value, str):
        return value if key in _PLACES else repository.clean(value)
    if isinstance(value, dict):
        return {k: _cleaned(repository, v, k) for k, v in value.items()}
    return [_cleaned(repository, v, key) for v in value] if isinstance(value, list) else value


def facts(view: View, detectors: Iterable[ModuleType] | None = None) -> tuple[Fact, ...]:
    """Return what all detectors say, each fact marked with its detector, in the detectors' order."""
    chosen = discover(DETECTORS, ("detect",), wanted(view)).values() if detectors is None else detectors
    found: list[Fact] = []
    for detector in chosen:
        name = detector.__name__.rpartition(".")[2]
        found.extend(fact.model_copy(update={"detector": name}) for fact in detector.detect(view))
    return tuple(found)
