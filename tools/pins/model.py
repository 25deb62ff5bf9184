"""Define what the checker reports: a reference, a verdict, and the context that languages share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from ..catalog import Level

MAX_DEPTH = 6
"""How deep texts may nest (a Dockerfile in a compose file in a fence of a plan) before the rest is left alone."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Hold one mention of something that has a version.

    `text` is the mention as written, `line` counts from 1, `name` is the product or package it is about ("" when unknown),
    `level` runs from L0 (none, latest) to L3 (digest, commit), `offending` says that a plan may not contain it, `why` explains.
    """

    kind: str
    text: str
    version: str | None
    level: Level
    line: int
    offending: bool
    why: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Hold the answer for one text: `offending` lists what is unpinned, `inconsistent` what differs from the project's own pins."""

    state: Literal["pinned", "unpinned"]
    offending: list[Reference]
    inconsistent: list[Reference]

    @property
    def passed(self) -> bool:
        """Tell whether the text may be published: everything pinned, nothing against the project's own pins."""
        return self.state == "pinned" and not self.inconsistent


Finder = Callable[[str, str, "Context"], Iterator[Reference]]


@dataclass
class Context:
    """Carry what a language needs beside the text: the path, known variables, and the way to read a nested text."""

    finder: Finder
    path: str | None = None
    variables: dict[str, str] = field(default_factory=dict)
    depth: int = 0

    def nested(self, text: str, language: str, line: int, variables: Mapping[str, str] | None = None) -> Iterator[Reference]:
        """Yield the references of a text that starts on `line` (from 1) of the outer one."""
        if self.depth >= MAX_DEPTH or not text.strip():
            return
        inner = Context(self.finder, None, {**self.variables, **(variables or {})}, self.depth + 1)
        for found in self.finder(text, language, inner):
            yield replace(found, line=found.line + line - 1)
