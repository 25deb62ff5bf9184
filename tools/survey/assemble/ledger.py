"""Keep facts by kind, subject and key, in an order of their own that no detector's order changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any, TypeVar

from ....core.facts import Confidence, Evidence, Fact
from ..knowledge.languages import CLASSES, class_of, class_of_path
from ..view import View

T = TypeVar("T")
CONFIDENCE: dict[Confidence, int] = {"certain": 0, "high": 1, "medium": 2, "low": 3}


class Ledger:
    """Give facts by what they are about; sorted by confidence, then place, then value."""

    def __init__(self, view: View, facts: Iterable[Fact]) -> None:
        self.view = view
        self._facts: dict[str, list[Fact]] = defaultdict(list)
        self._modules: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        self._about: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        self._keys: dict[str, dict[str, None]] = defaultdict(dict)
        for fact in sorted(facts, key=_order):
            self._facts[fact.kind].append(fact)
            self._about[fact.kind, fact.subject].append(fact)
            if fact.kind == "module":
                self._keys[fact.subject][fact.key] = None
                self._modules[fact.subject, fact.key].append(fact)

    def of(self, kind: str) -> list[Fact]:
        """Return the facts of a kind."""
        return self._facts.get(kind, [])

    def about(self, kind: str, subject: str | None) -> list[Fact]:
        """Return the facts of a kind about one subject, in the same order; none about null."""
        return self._about.get((kind, subject), []) if subject is not None else []

    def values(self, kind: str, type_: type[T]) -> list[tuple[Fact, T]]:
        """Return the facts of a kind with their values of the type that the kind prescribes."""
        return [(f, f.value) for f in self.of(kind) if isinstance(f.value, type_)]

    def module(self, folder: str, key: str, language: str | None = None) -> list[Fact]:
        """Return what was said about one key of a code base, most certain first; with a `language`, only what holds for its class."""
        found = list(self._modules.get((folder, key), ()))
        if language is not None:
            found = [f for f in found if _class_of(f) in (None, class_of(language))]
        for scoped in self._keys.get(folder, ()) if language is None else ():
            if scoped.startswith(key + "@"):
                found.extend(self._modules[folder, scoped])
        for other in _same_class(language):
            found.extend(self._modules.get((folder, f"{key}@{other}"), ()))
        return sorted(found, key=lambda f: CONFIDENCE[f.confidence])

    def first(self, folder: str, key: str, language: str | None = None) -> Any:
        """Return the most certain value of one key of a code base, None without one."""
        found = self.module(folder, key, language)
        return found[0].value if found else None

    def languages(self, folder: str) -> list[str]:
        """Return the languages of a code base, most certain first, each once."""
        return list(dict.fromkeys(str(f.value) for f in self._modules.get((folder, "language"), ())))

    @cached_property
    def folders(self) -> frozenset[str]:
        """Return the folders that are code bases: those with a language."""
        return frozenset(folder for folder, key in self._modules if key == "language")

    def lineage(self, folder: str, language: str | None) -> list[str]:
        """Return the folder and the workspace roots or parents it is a member of, itself first."""
        found = [folder]
        while len(found) < 10:
            above = self.first(found[-1], "member_of", language)
            if not isinstance(above, str) or above in found:
                break
            found.append(above)
        return found


def _class_of(fact: Fact) -> str | None:
    return class_of_path(fact.evidence[0].path) if fact.evidence else None


def _same_class(language: str | None) -> list[str]:
    if language is None:
        return []
    return sorted({language, *(name for name, group in CLASSES.items() if group == class_of(language))})


def _order(fact: Fact) -> tuple[str, str, str, int, str, int, str]:
    place = fact.evidence[0] if fact.evidence else None
    where = (place.path, place.line) if place else (fact.source, 0)
    return (fact.kind, fact.subject, fact.key, CONFIDENCE[fact.confidence], *where, str(fact.value))


def merged(*several: Iterable[Evidence], limit: int = 12) -> tuple[Evidence, ...]:
    """Return the evidence of several facts in order, each once, at most `limit`."""
    found: dict[tuple[str, int, str | None], Evidence] = {}
    for evidence in several:
        for one in evidence:
            found.setdefault((one.path, one.line, one.field), one)
    return tuple(found.values())[:limit]
