"""Be the command line: parse, call one command, turn every failure into what, why, hint and an exit code."""

from __future__ import annotations

import gc
import io
import os
import sys
from pathlib import Path
from typing import NoReturn, TextIO

_SWITCHES = {"--debug", "--quiet", "-q", "--verbose", "-v", "--no-config"}
_VALUED = {"--color", "--config"}


def main() -> NoReturn:
    """Run the command line on this process's arguments and end the process with its exit code.

    Documents are UTF-8 whatever the locale says; a terminal that cannot show a letter shows a mark in its place.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it would read the metadata of every package that is installed
    gc.set_threshold(1_000_000, 50, 100)  # a command lives for seconds: looking for cycles costs more than the few that it makes
    sys.stdout = sys.stdout or _nowhere()  # `>&-` leaves none at all
    sys.stderr = sys.stderr or _nowhere()
    if isinstance(sys.stdout, io.TextIOWrapper):
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="replace")
        else:
            sys.stdout.reconfigure(encoding="utf-8")
    code = run(sys.argv[1:])
    from .leaving import leave

    leave(code)


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")  # lives as long as the process


def run(arguments: list[str]) -> int:
    """Run the command line on arguments and return its exit code; never raise, never show a traceback unless --debug asks for one."""
    from .failing import guarded

    return guarded(hoisted(arguments))


def hoisted(arguments: list[str]) -> list[str]:
    """Return arguments with the global options in front, so that they may stand anywhere before a lone `--`."""
    front: list[str] = []
    rest: list[str] = []
    index = 0
    while index < len(arguments) and arguments[index] != "--":
        word = arguments[index]
        if word in _VALUED and index + 1 < len(arguments):
            front += arguments[index : index + 2]
            index += 1
        elif word in _SWITCHES or word.split("=", 1)[0] in _VALUED:
            front.append(word)
        else:
            rest.append(word)
        index += 1
    return front + rest + arguments[index:]
