"""Read one shell word out of a tree-sitter node: its literal text, the variables it uses and the commands it substitutes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node as Tree

_EXPANSIONS = ("simple_expansion", "expansion")
_SUBSTITUTIONS = ("command_substitution", "process_substitution")
_ESCAPABLE_IN_QUOTES = '$`"\\'


@dataclass(frozen=True, slots=True)
class Variable:
    """Be one use of a shell variable; `operator` is what follows the name (`:-`, `:?`, `##`, empty)."""

    name: str
    line: int
    operator: str = ""

    @property
    def optional(self) -> bool:
        """Say whether the word still means something when the variable is unset."""
        return self.operator in (":-", "-", ":+", "+", ":=", "=")

    @property
    def guarded(self) -> bool:
        """Say whether the shell stops with a message when the variable is unset."""
        return self.operator in (":?", "?")


@dataclass(frozen=True, slots=True)
class Word:
    """Be one word of a command.

    `template` is the word as the shell sees it after quote removal, expansions kept in `${NAME}` form and substitutions as `$(…)`.
    """

    text: str
    line: int
    template: str
    variables: tuple[Variable, ...] = ()
    substitutions: tuple[Tree, ...] = ()
    quoted: bool = False

    @property
    def value(self) -> str | None:
        """Return the literal value, or null when the shell computes a part of it."""
        return None if self.variables or self.substitutions else self.template

    def resolve(self, known: dict[str, str]) -> str | None:
        """Return the value with known variables filled in, or null when a part stays unknown."""
        if self.substitutions:
            return None
        text = self.template
        for variable in self.variables:
            if variable.name not in known:
                return None
            text = text.replace("${" + variable.name + "}", known[variable.name])
        return text


@dataclass(slots=True)
class _Parts:
    out: list[str]
    variables: list[Variable]
    substitutions: list[Tree]
    quoted: bool = False


def text_of(node: Tree) -> str:
    """Return the source text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def line_of(node: Tree) -> int:
    """Return the node's first line, counted from 1."""
    return node.start_point.row + 1


def word_of(node: Tree) -> Word:
    """Return the word that a tree-sitter node stands for."""
    parts = _Parts([], [], [])
    _take(node, parts, 0)
    return Word(text_of(node).strip(), line_of(node), "".join(parts.out), tuple(parts.variables), tuple(parts.substitutions), parts.quoted)


def _take(node: Tree, parts: _Parts, depth: int) -> None:
    kind = node.type
    if depth > 60:
        parts.out.append(text_of(node))
    elif kind == "raw_string":
        parts.quoted = True
        parts.out.append(text_of(node)[1:-1])
    elif kind == "ansi_c_string":
        parts.quoted = True
        parts.out.append(_ansi(text_of(node)[2:-1]))
    elif kind in ("string", "translated_string"):
        parts.quoted = True
        _string(node, parts, depth)
    elif kind in _EXPANSIONS:
        _expansion(node, parts)
    elif kind in _SUBSTITUTIONS:
        parts.substitutions.append(node)
        parts.out.append("$(…)")
    elif kind == "arithmetic_expansion":
        parts.variables.extend(Variable(text_of(n), line_of(n)) for n in _descend(node) if n.type == "variable_name")
        parts.out.append("$(…)")
    elif kind in ("concatenation", "array") or (kind == "command_name" and node.named_child_count):
        for child in node.children:
            if child.is_named:
                _take(child, parts, depth + 1)
    else:
        parts.out.append(_bare(text_of(node)))
        parts.variables.extend(_uses_below(node))


def _string(node: Tree, parts: _Parts, depth: int) -> None:
    source, base = node.text or b"", node.start_byte
    at = base + 1
    for child in node.children[1:]:
        if child.start_byte > at:
            parts.out.append(_quoted(source[at - base : child.start_byte - base].decode("utf-8", "replace")))
        if child.type == "string_content":
            parts.out.append(_quoted(text_of(child)))
        elif child.is_named:
            _take(child, parts, depth + 1)
        elif child.type == "$":
            parts.out.append("$")
        at = child.end_byte


def _expansion(node: Tree, parts: _Parts) -> None:
    text = text_of(node)
    parts.out.append(text[: len(text) - len(text.lstrip())])
    name, operator = "", ""
    for index, child in enumerate(node.children):
        if child.type in ("variable_name", "special_variable_name") and not name:
            name = text_of(child)
        elif child.type == "subscript" and not name:
            name = text_of(child).partition("[")[0]
        elif node.field_name_for_child(index) == "operator" and child.type != "}":
            operator = operator or text_of(child)
        elif name and child.is_named:
            parts.variables.extend(_uses_below(child))
            parts.substitutions.extend(n for n in _descend(child) if n.type in _SUBSTITUTIONS)
    if name:
        parts.variables.append(Variable(name, line_of(node), operator))
        parts.out.append("${" + name + "}")
    else:
        parts.out.append(text.strip())


def _uses_below(node: Tree) -> Iterator[Variable]:
    for found in _descend(node):
        if found.type in _EXPANSIONS:
            inner = next((c for c in found.children if c.type in ("variable_name", "special_variable_name")), None)
            if inner is not None:
                operator = next((text_of(c) for c in found.children if not c.is_named and c.type not in ("$", "${", "}", " ${")), "")
                yield Variable(text_of(inner), line_of(found), operator.strip())


def _descend(node: Tree, limit: int = 2000) -> Iterator[Tree]:
    stack, seen = [node], 0
    while stack and seen < limit:
        seen += 1
        current = stack.pop()
        yield current
        stack.extend(reversed(current.children))


def _bare(text: str) -> str:
    """Remove the backslashes that quote one character each, and line continuations."""
    if "\\" not in text:
        return text
    out, at = [], 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            if text[at + 1] != "\n":
                out.append(text[at + 1])
            at += 2
        else:
            out.append(text[at])
            at += 1
    return "".join(out)


def _quoted(text: str) -> str:
    """Remove the backslashes that mean something inside double quotes."""
    if "\\" not in text:
        return text
    out, at = [], 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text) and (text[at + 1] in _ESCAPABLE_IN_QUOTES or text[at + 1] == "\n"):
            if text[at + 1] != "\n":
                out.append(text[at + 1])
            at += 2
        else:
            out.append(text[at])
            at += 1
    return "".join(out)


_ANSI = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\\": "\\", "'": "'", '"': '"', "e": "\x1b", "a": "\a", "b": "\b"}


def _ansi(text: str) -> str:
    out, at = [], 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            out.append(_ANSI.get(text[at + 1], "\\" + text[at + 1]))
            at += 2
        else:
            out.append(text[at])
            at += 1
    return "".join(out)
