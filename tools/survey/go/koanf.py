"""Find the variables that koanf's environment provider takes: those that begin with its prefix and stand somewhere in the tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import re2

from ..aside import is_aside
from ..containers import purpose_of
from ..parsers.golang import GoFile, arguments, descend, literal
from ..parsers.grammar import words
from ..variables import is_name
from .packages import holding

if TYPE_CHECKING:
    from .values import Place, Values

_DOCUMENTS = ("*compose*.y*ml", "Dockerfile*", ".env*", "*.env", "README*", "*.service", "values.yaml")
_MAX = 200_000


def prefixed(values: Values) -> Iterator[tuple[str, Place]]:
    """Yield (variable, place): koanf takes every name with the prefix, so those count that a document or a settings file spells."""
    for _, file in holding(values.view, values.files, "koanf"):
        for prefix in _prefixes(file):
            yield from _spelled(values, prefix)


def _prefixes(file: GoFile) -> Iterator[str]:
    for call in file.calls:
        owner, name = file.callee(call)
        if name not in ("Provider", "ProviderWithValue") or not owner.endswith("env"):
            continue
        given = arguments(call)
        first = literal(given[0]) if given else None
        if first and first.endswith("_"):
            yield first
        for part in descend(given[1], "keyed_element") if len(given) > 1 else ():
            key, value = part.named_children[0], part.named_children[-1]
            text = next((t for n in (value, *value.named_children) if (t := literal(n))), None)
            if words(key) == "Prefix" and text:
                yield text


def _spelled(values: Values, prefix: str) -> Iterator[tuple[str, Place]]:
    pattern, seen = re2.compile(rf"\b{re2.escape(prefix)}[A-Za-z0-9_]*[A-Za-z0-9]\b"), set[str]()
    view = values.view
    for path in view.named(*_DOCUMENTS):
        if is_aside(path) or purpose_of(path) == "development" or view.repository.size(path) > _MAX or not view.holds(path, prefix):
            continue
        for number, line in enumerate(view.lines(path), 1):
            for name in pattern.findall(line) if prefix in line else ():
                if name not in seen and is_name(name):
                    seen.add(name)
                    yield name, (path, number)
