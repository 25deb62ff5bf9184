"""Discover the languages, run them over a text, and give the verdict."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import ModuleType
from typing import Protocol

from . import languages as _package
from .consistency import inconsistent
from .guess import guess_language
from .model import Context, Reference, Verdict


class _Language(Protocol):
    LANGUAGES: tuple[str, ...]

    def references(self, text: str, context: Context) -> Iterator[Reference]: ...


def discover(package: ModuleType) -> list[ModuleType]:
    """Import every module of a package, sorted by name; refuse one without a docstring."""
    found = []
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda i: i.name):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        if not module.__doc__:
            raise ImportError(f"{module.__name__} has no docstring")
        found.append(module)
    return found


@lru_cache(maxsize=1)
def _registry() -> dict[str, _Language]:
    table: dict[str, _Language] = {}
    for module in discover(_package):
        for name in module.LANGUAGES:
            if name in table:
                raise ImportError(f"two modules claim the language {name!r}")
            table[name] = module
    return table


def languages() -> tuple[str, ...]:
    """Return the names of all languages that the checker reads, aliases included, sorted."""
    return tuple(sorted(_registry()))


def _run(text: str, language: str, context: Context) -> Iterator[Reference]:
    module = _registry().get(language)
    if module is None:
        return iter(())
    return module.references(text, context)


def find(text: str, language: str | None = None, path: str | None = None, variables: Mapping[str, str] | None = None) -> list[Reference]:
    """Return every versioned mention in a text, in the order of its lines.

    `language` (one of `languages()`) is guessed from `path` and the text when not given; a text of no known language gives nothing.
    `variables` are values known from outside (an .env file, the plan's inputs). Never raises on any text.
    """
    text = _encodable(text)
    chosen = (language or guess_language(path, text) or "").lower()
    context = Context(_run, path, dict(variables or {}))
    clean = text.replace("\r\n", "\n").replace("\r", "\n")
    found = _unique(_run(clean, chosen, context))
    return sorted(found, key=lambda r: r.line)


def _encodable(text: str) -> str:
    """Return text without lone surrogates, which no UTF-8 text holds and no parser takes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def _unique(found: Iterable[Reference]) -> list[Reference]:
    return list(dict.fromkeys(found))


def verdict(
    text: str,
    language: str | None = None,
    project_pins: Mapping[str, str] | None = None,
    path: str | None = None,
    variables: Mapping[str, str] | None = None,
) -> Verdict:
    """Return whether a text is pinned, what is not, and what differs from the project's own pins.

    `project_pins` maps a product or package to its declared version or range, optionally with the file in brackets:
    {"node": "20.18.1 (.nvmrc)", "python": ">=3.11,<3.12 (pyproject.toml)"}.
    """
    found = find(text, language, path, variables)
    offending = [r for r in found if r.offending]
    return Verdict("unpinned" if offending else "pinned", offending, inconsistent(found, project_pins or {}))
