"""Read Ruby files with the tree-sitter grammar: calls with their arguments and blocks, classes, what is read from `ENV`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from .grammar import Node as Node
from .grammar import line_of, tree, words
from .walking import MAX_CHARS, captures
from .walking import descend as descend
from .walking import enclosing as enclosing

_QUERY = """
(call) @call
(element_reference) @index
(assignment) @assign
(operator_assignment) @assign
(class) @class
(module) @class
(method) @method
(singleton_method) @method
"""
_STRINGS = ("string", "simple_symbol", "hash_key_symbol", "delimited_symbol", "bare_string", "bare_symbol", "identifier", "constant")


@dataclass(frozen=True, slots=True)
class Call:
    """Be one call: `receiver` as written (empty without one), positional arguments, keyword pairs, the block."""

    name: str
    receiver: str
    arguments: tuple[Node, ...]
    pairs: tuple[tuple[str, Node], ...]
    block: Node | None
    node: Node
    line: int

    def first(self) -> str | None:
        """Return the first positional argument's text where it is a string or symbol."""
        return text_of(self.arguments[0]) if self.arguments else None

    def get(self, key: str) -> Node | None:
        """Return the value of a keyword."""
        return next((value for name, value in self.pairs if name == key), None)


class RubyFile:
    """Be one parsed file."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = tree("ruby", text)

    @cached_property
    def _found(self) -> dict[str, list[Node]]:
        return captures("ruby", _QUERY, self.root)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Return every call in source order, outer before inner."""
        return tuple(call_of(node) for node in self._found.get("call", ()))

    @property
    def indexed(self) -> list[Node]:
        """Return every `x[y]`."""
        return self._found.get("index", [])

    @property
    def assignments(self) -> list[Node]:
        """Return every assignment."""
        return self._found.get("assign", [])

    @property
    def classes(self) -> list[Node]:
        """Return every class and module."""
        return self._found.get("class", [])

    @property
    def methods(self) -> list[Node]:
        """Return every method definition."""
        return self._found.get("method", [])

    def named(self, *names: str) -> Iterator[Call]:
        """Yield the calls with one of these method names."""
        return (c for c in self.calls if c.name in names)

    def requires(self) -> dict[str, int]:
        """Return {feature: line} of what the file loads by `require` (not `require_relative`)."""
        found: dict[str, int] = {}
        for call in self.named("require"):
            name = call.first()
            if name and not call.receiver:
                found.setdefault(name, call.line)
        return found

    def superclasses(self) -> list[tuple[str, str, int]]:
        """Return (class, superclass as written, line) of every class with a superclass."""
        found = []
        for node in self.classes:
            above, name = node.child_by_field_name("superclass"), node.child_by_field_name("name")
            if above is not None and name is not None and above.named_children:
                found.append((words(name), words(above.named_children[0]), line_of(node)))
        return found


def read_ruby(text: str) -> RubyFile | None:
    """Return the parsed file, None for one that is too large to be written by hand."""
    return RubyFile(text) if len(text) <= MAX_CHARS else None


def call_of(node: Node) -> Call:
    """Return a call node taken apart."""
    method, receiver, given = (node.child_by_field_name(k) for k in ("method", "receiver", "arguments"))
    plain: list[Node] = []
    pairs: list[tuple[str, Node]] = []
    for child in given.named_children if given is not None else ():
        if child.type == "pair":
            pairs.extend(_pair(child))
        elif child.type == "hash":
            pairs.extend(p for c in child.named_children if c.type == "pair" for p in _pair(c))
            plain.append(child)
        elif child.type not in ("comment", "block_argument"):
            plain.append(child)
    line = line_of(method) if method is not None else line_of(node)
    return Call(
        words(method) if method is not None else "",
        words(receiver) if receiver is not None else "",
        tuple(plain),
        tuple(pairs),
        node.child_by_field_name("block"),
        node,
        line,
    )


def _pair(node: Node) -> Iterator[tuple[str, Node]]:
    key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
    if key is not None and value is not None:
        name = text_of(key)
        if name is not None:
            yield name, value


def text_of(node: Node | None) -> str | None:
    """Return the text of a string without interpolation, a symbol or a bare name; None for any other expression."""
    if node is None or node.type not in _STRINGS:
        return None
    if node.type in ("string", "delimited_symbol", "bare_string", "bare_symbol"):
        if any(c.type == "interpolation" for c in node.named_children):
            return None
        return "".join(words(c) for c in node.named_children if c.type in ("string_content", "escape_sequence"))
    return words(node).lstrip(":").rstrip(":")


def literal(node: Node | None) -> str | None:
    """Return a literal's text: string, symbol, number, true, false; None for any other expression."""
    if node is None:
        return None
    if node.type in ("integer", "float", "true", "false"):
        return words(node).replace("_", "")
    return text_of(node) if node.type not in ("identifier", "constant") else None


def texts(node: Node | None) -> list[str]:
    """Return the literal texts of an array (`[:a, "b"]`, `%i[a b]`) or of a single literal."""
    if node is None:
        return []
    if node.type in ("array", "string_array", "symbol_array"):
        return [t for t in map(text_of, node.named_children) if t is not None]
    one = text_of(node)
    return [one] if one is not None else []


def block_value(call: Call) -> Node | None:
    """Return the last expression of a call's block (`fetch("X") { 3000 }`)."""
    body = call.block.child_by_field_name("body") if call.block is not None else None
    return body.named_children[-1] if body is not None and body.named_children else None
