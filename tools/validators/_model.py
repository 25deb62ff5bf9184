"""Define what a validator gets and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

Result = Literal["passed", "failed", "syntax-only", "absent"]


@dataclass(frozen=True, slots=True)
class Item:
    """Be one text to validate: `path` is where it lies (or a made-up name), `kind` what it is, `subject` how it is named to people."""

    path: str
    text: str
    kind: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Workspace:
    """Hold every file of the plan by its path, values for the variables that files read, and the versions of the plan's images by name."""

    files: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """Be one complaint: line (1 when the tool names none), message, and whether it is an error or a warning."""

    line: int
    message: str
    severity: Literal["error", "warning"] = "error"
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Be the answer about one item; `note` says why a result is not `passed`."""

    result: Result
    problems: tuple[Problem, ...] = ()
    note: str = ""


class Validator(Protocol):
    """Be one validator module.

    `TOOL` is its name to people, `KINDS` what it reads, `OUTSIDE` whether it starts a program, `INSTALL` how to get it. `validate`
    answers for each item in order; it never raises for any text, and a tool that is absent answers `absent`, never `passed`.
    """

    TOOL: str
    KINDS: tuple[str, ...]
    OUTSIDE: bool
    INSTALL: str

    def available(self) -> bool: ...

    def validate(self, items: Sequence[Item], workspace: Workspace) -> list[Verdict]: ...


def verdict(problems: Sequence[Problem], note: str = "", *, good: Result = "passed") -> Verdict:
    """Return failed when there is an error among the problems, else `good`."""
    failed = any(p.severity == "error" for p in problems)
    return Verdict("failed" if failed else good, tuple(problems), note)


def numbers(version: str) -> tuple[int, ...]:
    """Return the first dotted number in a text as numbers: (2, 53, 3) of `promtool, version 2.53.3 (…)`."""
    found: list[str] = []
    for char in version:
        if char.isdigit() or (char == "." and found and found[-1].isdigit()):
            found.append(char)
        elif "." in found:
            break
        else:
            found = []
    return tuple(int(part) for part in "".join(found).strip(".").split(".") if part)


def of_older_tool(answer: Verdict, tool: str, installed: str, used: str | None) -> Verdict:
    """Return a refusal as `absent` when the installed tool is older than the version that the plan runs."""
    mine, wanted = numbers(installed), numbers(used or "")
    if answer.result != "failed" or not mine or not wanted or mine[:2] >= wanted[:2]:
        return answer
    shown = ".".join(map(str, mine))
    first = next((p.message for p in answer.problems if p.severity == "error"), "")
    note = f"the installed {tool} {shown} is older than {used}, which the plan runs; it refuses: {first}"
    return Verdict("absent", tuple(p for p in answer.problems if p.severity == "warning"), note)


def absent(items: Sequence[Item], why: str) -> list[Verdict]:
    """Return `absent` for every item."""
    return [Verdict("absent", note=why) for _ in items]
