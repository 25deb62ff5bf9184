"""Name the parts of a parsed shell script: words, redirections, commands, statements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from .words import Variable, Word


@dataclass(frozen=True, slots=True)
class Redirect:
    """Be one redirection; a heredoc carries its body, and `expands` says whether the shell expands it."""

    operator: str
    line: int
    target: Word | None = None
    descriptor: str = ""
    heredoc: str | None = None
    expands: bool = False
    variables: tuple[Variable, ...] = ()

    @property
    def writes(self) -> bool:
        """Say whether it writes its target file."""
        return self.operator in (">", ">>", ">|", "&>", "&>>") and self.target is not None

    @property
    def reads(self) -> bool:
        """Say whether it reads its target file."""
        return self.operator == "<" and self.target is not None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Be `name=value` in front of a command or as a statement; `append` is `+=`."""

    name: str
    value: Word
    line: int
    append: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """Be one simple command, a `[ … ]` test or a declaration (`export`, `local`)."""

    words: tuple[Word, ...]
    line: int
    assignments: tuple[Assignment, ...] = ()
    redirects: tuple[Redirect, ...] = ()

    @property
    def name(self) -> str:
        """Return the command's first word, empty when the shell computes it or there is none."""
        return (self.words[0].value or "") if self.words else ""

    @property
    def args(self) -> tuple[Word, ...]:
        """Return the words after the first."""
        return self.words[1:]

    def everything(self) -> Iterator[Word]:
        """Yield every word of the command: arguments, assigned values, redirection targets."""
        yield from self.words
        for assignment in self.assignments:
            yield assignment.value
        for redirect in self.redirects:
            if redirect.target is not None:
                yield redirect.target


@dataclass(frozen=True, slots=True)
class Node:
    """Be one statement.

    `kind`: command, assignment, pipeline, list, negated, if, branch, while, for, case, function, subshell, group, script.
    `parts` are its statements in order, `condition` those that decide (if, elif, while), `operators` join the parts of a list.
    """

    kind: str
    line: int
    text: str
    parts: tuple[Node, ...] = ()
    condition: tuple[Node, ...] = ()
    operators: tuple[str, ...] = ()
    command: Command | None = None
    redirects: tuple[Redirect, ...] = ()
    name: str = ""
    words: tuple[Word, ...] = ()
    substitutions: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        """Yield this statement and everything below it in source order, substituted commands included."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed((*node.substitutions, *node.condition, *node.parts)))


@dataclass(frozen=True, eq=False)
class Script:
    """Be one parsed script; `errors` are the lines the grammar could not read, `unread` says why nothing was parsed."""

    text: str
    root: Node
    errors: tuple[int, ...] = ()
    unread: str = ""
    comments: tuple[tuple[int, str], ...] = ()

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Return every statement in source order."""
        return tuple(self.root.walk())

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """Return every command in source order, inside functions and substitutions too."""
        return tuple(n.command for n in self.nodes if n.command is not None)

    @cached_property
    def functions(self) -> dict[str, Node]:
        """Return the functions the script defines, by name."""
        return {n.name: n for n in self.nodes if n.kind == "function"}

    @cached_property
    def constants(self) -> dict[str, str]:
        """Return the variables that are assigned exactly once, to a literal or to other constants."""
        seen: dict[str, list[Word]] = {}
        for command in self.commands:
            if command.words and command.name not in ("export", "readonly", "local", "declare", "typeset"):
                continue
            for assignment in command.assignments:
                seen.setdefault(assignment.name, []).append(assignment.value)
        loops = {n.name for n in self.nodes if n.kind == "for"}
        known: dict[str, str] = {}
        for name, values in seen.items():
            value = values[0].resolve(known) if len(values) == 1 and name not in loops else None
            if value is not None:
                known[name] = value
        return known

    @cached_property
    def options(self) -> frozenset[str]:
        """Return the shell options that the script sets at its top level: `e`, `u`, `x`, `pipefail`."""
        found: set[str] = set()
        for node in self.root.parts:
            if node.command is not None and node.command.name == "set":
                found |= _set_options([w.value or "" for w in node.command.args])
        return frozenset(found)


def _set_options(args: list[str]) -> set[str]:
    found: set[str] = set()
    for index, arg in enumerate(args):
        if arg.startswith("-") and not arg.startswith("--"):
            letters = arg[1:]
            found |= set(letters) - {"o"}
            if letters.endswith("o") and index + 1 < len(args):
                found.add(args[index + 1])
    return found
