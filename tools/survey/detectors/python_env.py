"""Detect environment variables that Python code reads: `os.environ`, `getenv`, django-environ, environs, decouple, click, own helpers."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import EnvVar, Fact
from ..detector import View, entry
from ..python.envhelpers import Read
from ..python.envreads import reads
from ..python.projects import projects
from ..variables import is_secret, type_of

_HELPERS = {
    "bin",
    "scripts",
    "script",
    "tools",
    "hack",
    "dev",
    "release",
    "ci",
    ".ci",
    "utils_dev",
    "contrib",
}  # run by people, not deployed


def detect(view: View) -> Iterator[Fact]:
    """Yield one fact per read, with its line; the assembler merges them by name."""
    for folder in projects(view):
        for read in reads(view, folder):
            yield entry("env", folder, _variable(view, read))


def _variable(view: View, read: Read) -> EnvVar:
    line = _line_with(view, read.path, read.line, read.name)
    secret = is_secret(read.name)
    written = read.default is not None and read.default.lower() in view.lines(read.path)[line - 1].lower()
    at = line if written or read.default is None else read.default_line or _line_with(view, read.path, line, read.default)
    found = [view.evidence(read.path, line)]
    if at != line:
        found.append(view.evidence(read.path, at, "default"))
    return EnvVar(
        name=read.name,
        required=read.required and not set(read.path.split("/")[:-1]) & _HELPERS,
        default=None
        if secret or (read.default is not None and read.default.lower() not in view.lines(read.path)[at - 1].lower())
        else read.default,
        secret=secret,
        evidence=tuple(found),
        type=read.type or type_of(read.name, read.default),
    )


def _line_with(view: View, path: str, start: int, word: str) -> int:
    """Return the line from `start` that holds the word, within one call's reach; `start` where none does."""
    lines = view.lines(path)
    return next((n for n in range(start, min(start + 12, len(lines)) + 1) if word.lower() in lines[n - 1].lower()), start)
