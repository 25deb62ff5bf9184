"""Answer in one look at a file all that is asked of files of its kind: which of the patterns that modules seek stand in it.

A module states at import what it seeks; a file of the kind is then read once for everybody. Asking word by word costs a tenfold.
"""

from __future__ import annotations

from dataclasses import dataclass

import re2

from ..repository import Repository

_MEMORY = 64 << 20  # bytes for the automaton of a kind: the usual 8 MB can be too few for a hundred patterns
_PATTERNS: dict[str, list[str]] = {}


@dataclass(frozen=True, slots=True)
class Sought:
    """Be one question: whether a file of a kind holds a pattern."""

    kind: str
    number: int


def sought(kind: str, *words: str, pattern: str = "") -> Sought:
    """State that files of a kind will be asked for one of the words or for an RE2 pattern; called where modules state their constants."""
    asked = _PATTERNS.setdefault(kind, [])
    asked.append("|".join((*map(re2.escape, words), *((f"(?:{pattern})",) if pattern else ()))))
    return Sought(kind, len(asked) - 1)


class Sieve:
    """Hold the answers of one repository's files, each looked at once per kind."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._kinds: dict[str, tuple[int, re2.Set, dict[str, int]]] = {}

    def holds(self, path: str, question: Sought) -> bool:
        """Say whether the file holds what is sought; False for what is not read."""
        _, patterns, answers = self._kind(question.kind)
        answer = answers.get(path)
        if answer is None:
            answer = answers[path] = sum(1 << number for number in self._repository.among(path, patterns))
        return bool(answer >> question.number & 1)

    def _kind(self, kind: str) -> tuple[int, re2.Set, dict[str, int]]:
        held = self._kinds.get(kind)
        if held is None or held[0] != len(_PATTERNS[kind]):  # a module that came later asks more: everybody looks again
            held = self._kinds[kind] = (len(_PATTERNS[kind]), _compiled(_PATTERNS[kind]), {})
        return held


def _compiled(patterns: list[str]) -> re2.Set:
    options = re2.Options()
    options.max_mem = _MEMORY
    compiled = re2.Set.SearchSet(options)
    for one in patterns:
        compiled.Add(one)
    compiled.Compile()
    return compiled
