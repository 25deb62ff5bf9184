"""Give detectors the tree: files by name and suffix, lines, evidence, and parsed documents that are made once per file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import TypeVar

import re2

from ...core.facts import Evidence
from ..repository import Repository
from ..repository.repository import Pattern
from ..repository.shelf import Shelf
from .parsers import Parsed, parse
from .parsers.dockerfile import Dockerfile, read_dockerfile
from .parsers.document import Document
from .parsers.dotenv import Assignment, read_dotenv
from .parsers.python import PythonFile, read_python
from .parsers.shell import Command, read_shell
from .sieve import Sieve, Sought

_QUOTE = 160
_QUOTED = re2.compile(r"""["'](\[REDACTED[^\]\n"']*\])["']""")  # redaction puts quotes around what it takes out of YAML: the line has none
_LINES = 8_000_000  # characters of the files whose lines are kept at once
_PARSED = 8_000_000  # characters of the files whose parsed forms are kept at once; a syntax tree takes some fifty times its text
T = TypeVar("T")


def folder_of(path: str) -> str:
    """Return the folder of a path, `.` for a file at the root."""
    return path.rpartition("/")[0] or "."


def join(folder: str, name: str) -> str:
    """Return `name` below `folder`, both relative to the root."""
    return name if folder in (".", "") else f"{folder}/{name}"


class View:
    """Look at a repository as detectors do. Every lookup is sorted; every file is read and parsed at most once."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.paths = repository.files()
        self._names: dict[str, list[str]] = {}
        self._suffixes: dict[str, list[str]] = {}
        self._patterns: dict[str, list[str]] = {}
        self._lines: Shelf[str, list[str]] = Shelf(_LINES)
        self._parsed: Shelf[tuple[str, str], object] = Shelf(_PARSED)
        self._kept: dict[str, object] = {}
        self._sieve = Sieve(repository)
        self.malformed: set[str] = set()  # files of data that some detector asked for and no parser could read
        for path in self.paths:
            name = path.rpartition("/")[2]
            self._names.setdefault(name, []).append(path)
            _, dot, suffix = name.rpartition(".")
            if dot:
                self._suffixes.setdefault("." + suffix.lower(), []).append(path)

    # -- which files

    def named(self, *names: str) -> list[str]:
        """Return the paths of files with one of these base names, sorted; a name may be a pattern (`requirements*.txt`)."""
        found: set[str] = set()
        for name in names:
            if any(c in name for c in "*?["):
                found.update(self._like(name))
            else:
                found.update(self._names.get(name, ()))
        return sorted(found)

    def _like(self, pattern: str) -> list[str]:
        if pattern not in self._patterns:
            marks = [at for at, c in enumerate(pattern) if c in "*?[]"]
            head, tail = pattern[: marks[0]], pattern[marks[-1] + 1 :]  # two looks at the ends spare most names the pattern
            names = (n for n in self._names if n.startswith(head) and n.endswith(tail) and fnmatchcase(n, pattern))
            self._patterns[pattern] = [p for n in names for p in self._names[n]]
        return self._patterns[pattern]

    def suffixed(self, *suffixes: str) -> list[str]:
        """Return the paths of files that end in one of these suffixes (`.py`), sorted."""
        return sorted(p for s in suffixes for p in self._suffixes.get(s, ()))

    def under(self, folder: str, paths: Iterable[str] | None = None) -> list[str]:
        """Return those of `paths` (all files without it) that stand below `folder`, in their order."""
        chosen = self.paths if paths is None else paths
        return [p for p in chosen if folder in (".", "") or p.startswith(folder + "/")]

    def exists(self, path: str) -> bool:
        """Say whether a file or folder stands at `path`."""
        return self.repository.exists(path)

    def owner(self, path: str, folders: Iterable[str]) -> str | None:
        """Return the nearest of `folders` that holds `path`, itself or above; None without one."""
        among = folders if isinstance(folders, set | frozenset | dict) else set(folders)
        here = path
        while True:
            if here in among:
                return here
            if here == ".":
                return None
            here = folder_of(here)

    # -- what they say

    def text(self, path: str) -> str | None:
        """Return the redacted text, None for what is binary, too large, unreadable or missing."""
        return self.repository.text(path)

    def holds(self, path: str, *words: str) -> bool:
        """Say whether a file holds one of the words: much cheaper than `text`, so ask this before reading what may not matter."""
        return self.repository.holds(path, *words)

    def matches(self, path: str, pattern: Pattern) -> bool:
        """Say whether an RE2 pattern is found in a file: as cheap as `holds`."""
        return self.repository.matches(path, pattern)

    def meets(self, path: str, question: Sought) -> bool:
        """Say whether a file holds what was stated as sought in files of its kind: one look for all such questions."""
        return self._sieve.holds(path, question)

    def lines(self, path: str) -> list[str]:
        """Return the lines of the redacted text (line 1 first), empty where there is no text."""
        return self._lines.get(path, lambda: self._split(path))

    def _split(self, path: str) -> tuple[list[str], int]:
        text = self.text(path)
        return ([], 0) if text is None else (text.split("\n"), len(text))

    def evidence(self, path: str, line: int = 1, field: str | None = None) -> Evidence:
        """Return the evidence of one line: quoted as it stands, trimmed, cut with `…` when long."""
        lines = self.lines(path) or [self.repository.first_line(path)]
        number = min(max(line, 1), max(len(lines), 1))
        quote = _QUOTED.sub(r"\1", lines[number - 1].strip())
        if len(quote) > _QUOTE:
            start = quote.rfind("[REDACTED", 0, _QUOTE + len("[REDACTED"))
            cut = start if -1 < start < _QUOTE <= quote.find("]", start) else _QUOTE  # never through a marker
            quote = quote[:cut].rstrip() + "…"
        return Evidence(path=path, line=number, quote=quote, field=field)

    def find(self, path: str, *words: str, start: int = 1) -> int | None:
        """Return the first line from `start` that holds all the words, None without one."""
        for number, line in enumerate(self.lines(path)[start - 1 :], start):
            if all(word in line for word in words):
                return number
        return None

    def proof(self, path: str, *words: str, field: str | None = None) -> Evidence:
        """Return the evidence of the first line that holds all the words, of line 1 where none does."""
        return self.evidence(path, self.find(path, *words) or 1, field)

    # -- parsed, once each; None where the file is missing or does not parse

    def document(self, path: str) -> Document | None:
        """Return a TOML, YAML, JSON (comments allowed), INI or properties file as data with the line of every key, by its suffix."""
        found = self._once("document", path, lambda text: parse(path, text))
        if found is None:
            self.unparsed(path)
        return found

    def documents(self, path: str) -> tuple[Document, ...]:
        """Return every document of a YAML stream."""
        kept: Parsed | None = self._once("documents", path, lambda text: Parsed.of(path, text))
        if not kept or not kept.documents:
            self.unparsed(path)
        return kept.documents if kept else ()

    def unparsed(self, path: str) -> None:
        """Remember a file of data that no parser could read, for the list of what was skipped."""
        if path not in self.malformed and (self.text(path) or "").strip():
            self.malformed.add(path)

    def dockerfile(self, path: str) -> Dockerfile | None:
        """Return the instructions and stages of a Dockerfile or Containerfile."""
        return self._once("dockerfile", path, read_dockerfile)

    def dotenv(self, path: str) -> tuple[Assignment, ...]:
        """Return the assignments of a `.env` file (values redacted), commented ones marked."""
        return self._once("dotenv", path, read_dotenv) or ()

    def shell(self, path: str) -> tuple[Command, ...]:
        """Return the simple commands of a shell script in order, each with its line."""
        return self._once("shell", path, read_shell) or ()

    def python(self, path: str) -> PythonFile | None:
        """Return a Python file's syntax tree and imports."""
        return self._once("python", path, read_python)

    def once(self, name: str, path: str, make: Callable[[str], T | None]) -> T | None:
        """Return what `make` gives for the file's text, made once per `name` and file: for a detector's own parser."""
        return self._once("own:" + name, path, make)

    def kept(self, name: str, make: Callable[[], T]) -> T:
        """Return what `make` gives, made once per `name` for this tree: for an index that several detectors share."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]  # type: ignore[return-value]

    def _once(self, kind: str, path: str, make: Callable[[str], T | None]) -> T | None:
        return self._parsed.get((kind, path), lambda: self._made(path, make))  # type: ignore[return-value]

    def _made(self, path: str, make: Callable[[str], T | None]) -> tuple[T | None, int]:
        text = self.text(path)
        return (None, 0) if text is None else (make(text), len(text))
