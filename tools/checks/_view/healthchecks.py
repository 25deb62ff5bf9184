"""Read the health checks of compose services and Dockerfiles: the programs that each of them starts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ...yaml12 import Map
from .invocations import base_name, invocations
from .script import Node, Script
from .shell import parse

_ENDINGS = frozenset({"exit", "false", "true", "echo", "kill", ":", "printf", "pkill", "return"})
_SHELLS = frozenset({"sh", "bash", "ash", "dash", "/bin/sh", "/bin/bash", "/bin/ash"})
_LOOKS = ("command -v", "which ", "type ", "hash ", "--version")
BUILT_IN = frozenset(
    "[ [[ test exit echo true false cd set export read printf kill : if then else fi for while do done case exec eval".split()
)


def programs(test: object) -> tuple[str, ...]:
    """Return the programs that a health check cannot do without, the shell too; none where it chooses among several."""
    if isinstance(test, str):
        return _of_text(test)
    if not isinstance(test, list) or not test or not all(isinstance(part, str | int | float) for part in test):
        return ()
    first, rest = str(test[0]), [str(part) for part in test[1:]]
    if first == "CMD-SHELL":
        return _of_text(rest[0]) if rest else ()
    return _of_words(rest) if first == "CMD" else ()


def of_instruction(text: str) -> tuple[str, ...]:
    """Return the programs of a HEALTHCHECK instruction, as `programs` does."""
    before, found, command = text.partition("CMD")
    if not found or before.strip().replace("-", "").replace("=", "").replace(" ", "").isalpha():
        return ()
    command = command.strip()
    if command.startswith("["):
        try:
            words = json.loads(command)
        except ValueError:
            return ()
        return _of_words([str(word) for word in words]) if isinstance(words, list) else ()
    return _of_text(command)


def _of_words(words: Sequence[str]) -> tuple[str, ...]:
    if not words or "$" in words[0] or " " in words[0]:
        return ()
    if words[0] in _SHELLS and len(words) > 2 and words[1] in ("-c", "-ec", "-lc"):
        return tuple(dict.fromkeys((base_name(words[0]), *_of_text(words[2])[1:])))
    return (base_name(words[0]),) if words[0] in _SHELLS or "/" not in words[0] else ()


def _of_text(text: str) -> tuple[str, ...]:
    script = parse(text.replace("$$", "$"))
    if script.errors or script.unread or any(look in text for look in _LOOKS):
        return ("sh",)
    if any(_chooses(node) for node in script.nodes) or any(node.kind in ("if", "case", "while") for node in script.nodes):
        return ("sh",)
    names = [name for name in _names(script) if name and name not in BUILT_IN and "$" not in name]
    return tuple(dict.fromkeys(("sh", *names)))


def _names(script: Script) -> Iterator[str]:
    for call in invocations(script):
        if call.where == "here":
            yield "" if "/" in call.words[0].text else call.name


def _chooses(node: Node) -> bool:
    """Say whether a list goes on with another program where the first one fails."""
    if node.kind != "list" or "||" not in node.operators:
        return False
    after = [part for operator, part in zip(node.operators, node.parts[1:], strict=False) if operator == "||"]
    return any(part.command is None or part.command.name not in _ENDINGS for part in after)


def stated(raw: Map) -> Map | None:
    """Return a service's health check, or null where it has none or is switched off."""
    health = raw.get("healthcheck")
    return health if isinstance(health, Map) and health.get("disable") is not True else None
