"""Read shell scripts with the tree-sitter grammar: simple commands in order, `exec`, `env` and assignments taken off."""

from __future__ import annotations

from dataclasses import dataclass

from .grammar import Node, line_of, tree, words

_SKIP = {"function_definition"}
_MAX_NODES = 200_000


@dataclass(frozen=True, slots=True)
class Command:
    """Be one simple command: `words` without quotes, leading assignments apart, `exec` taken off and marked."""

    words: tuple[str, ...]
    line: int
    text: str
    exec: bool = False
    assignments: tuple[tuple[str, str], ...] = ()
    background: bool = False
    cases: tuple[str, ...] = ()  # the patterns of the branch of a `case` that it stands in


def read_shell(text: str) -> tuple[Command, ...]:
    """Return the simple commands of a script in source order, those of functions and conditions too."""
    found: list[Command] = []
    pending: list[tuple[Node, tuple[str, ...]]] = [(tree("bash", text), ())]
    count = 0
    while pending and count < _MAX_NODES:
        node, cases = pending.pop()
        count += 1
        if node.type == "case_item":
            cases = tuple(_plain(v) for v in node.children_by_field_name("value"))
        if node.type == "command":
            command = _command(node, cases)
            if command.words or command.assignments:
                found.append(command)
        pending.extend((child, cases) for child in reversed(node.children))
    return tuple(found)


def split(command: str) -> list[Command]:
    """Return the simple commands of one command line (`a && b; c | d`)."""
    return list(read_shell(command))


def _command(node: Node, cases: tuple[str, ...] = ()) -> Command:
    parts: list[str] = []
    assignments: list[tuple[str, str]] = []
    for child in node.children:
        if child.type == "variable_assignment":
            name, _, value = words(child).partition("=")
            assignments.append((name, value.strip("\"'")))
        elif child.type == "command_name" or child.type not in ("file_redirect", "herestring_redirect", "comment", "<<<"):
            parts.append(_plain(child))
    run = False
    while parts and (
        parts[0] in ("exec", "env", "command", "nohup", "time") or (parts[0] and "=" in parts[0] and parts[0].split("=")[0].isidentifier())
    ):
        run = run or parts[0] == "exec"
        if "=" in parts[0]:
            name, _, value = parts[0].partition("=")
            assignments.append((name, value))
        parts.pop(0)
    after = node.next_sibling
    return Command(
        tuple(parts), line_of(node), " ".join(words(node).split()), run, tuple(assignments), bool(after and after.type == "&"), cases
    )


def _plain(node: Node) -> str:
    text = " ".join(words(node).replace("\\\n", " ").split()) if "\n" in words(node) else words(node)
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text
