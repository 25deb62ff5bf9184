"""Read Elixir files with the tree-sitter grammar: calls with arguments, keyword options and blocks; module attributes."""

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
(tuple) @tuple
(binary_operator) @operator
(unary_operator) @unary
"""


@dataclass(frozen=True, slots=True)
class Call:
    """Be one call: `owner` is what stands before the dot (`System`, empty without one); `pairs` its keyword options; `block` its `do`."""

    name: str
    owner: str
    arguments: tuple[Node, ...]
    pairs: tuple[tuple[str, Node], ...]
    block: Node | None
    node: Node
    line: int

    def text(self, index: int) -> str | None:
        """Return the text of an argument that is a string, an atom or an alias."""
        return text_of(self.arguments[index]) if index < len(self.arguments) else None

    def get(self, key: str) -> Node | None:
        """Return the value of a keyword option."""
        return next((value for name, value in self.pairs if name == key), None)

    @property
    def body(self) -> Node | None:
        """Return what a definition does: its `do` block, or the expression of its short form (`def app, do: [...]`)."""
        return self.block if self.block is not None else self.get("do")

    @property
    def defines(self) -> str:
        """Return the name of the function that a definition (`def name(…)`) is of, empty for one without."""
        return words(self.arguments[0]).partition("(")[0].strip() if self.arguments else ""


class ElixirFile:
    """Be one parsed file."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = tree("elixir", text)

    @cached_property
    def _found(self) -> dict[str, list[Node]]:
        return captures("elixir", _QUERY, self.root)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Return every call in source order, outer before inner."""
        return tuple(call_of(n) for n in self._found.get("call", ()))

    def named(self, *names: str, owner: str | None = None) -> Iterator[Call]:
        """Yield the calls of one of these names, of one owner where it is given."""
        return (c for c in self.calls if c.name in names and (owner is None or c.owner == owner))

    @property
    def tuples(self) -> list[Node]:
        """Return every tuple."""
        return self._found.get("tuple", [])

    @cached_property
    def attributes(self) -> dict[str, Node]:
        """Return {name: value} of the module attributes (`@version "1"`)."""
        found: dict[str, Node] = {}
        for node in self._found.get("unary", ()):
            inner = node.named_children[0] if node.named_children else None
            if inner is not None and inner.type == "call" and words(node).startswith("@"):
                call = call_of(inner)
                if call.arguments:
                    found.setdefault(call.name, call.arguments[0])
        return found

    @cached_property
    def bindings(self) -> dict[str, Node]:
        """Return {name: value} of the plain `name = value` matches, the first one of each."""
        found: dict[str, Node] = {}
        for node in self._found.get("operator", ()):
            operator, left = node.child_by_field_name("operator"), node.child_by_field_name("left")
            right = node.child_by_field_name("right")
            if operator is not None and words(operator) == "=" and left is not None and left.type == "identifier" and right is not None:
                found.setdefault(words(left), right)
        return found

    def modules(self) -> list[str]:
        """Return the names of the modules that the file defines."""
        return [name for c in self.named("defmodule") if (name := c.text(0))]


def read_elixir(text: str) -> ElixirFile | None:
    """Return the parsed file, None for one that is too large to be written by hand."""
    return ElixirFile(text) if len(text) <= MAX_CHARS else None


def call_of(node: Node) -> Call:
    """Return a call node taken apart."""
    target = node.child_by_field_name("target")
    owner, name = "", words(target) if target is not None else ""
    if target is not None and target.type == "dot":
        left, right = target.child_by_field_name("left"), target.child_by_field_name("right")
        owner, name = words(left) if left is not None else "", words(right) if right is not None else ""
    given = next((c for c in node.named_children if c.type == "arguments"), None)
    plain: list[Node] = []
    found: list[tuple[str, Node]] = []
    for child in given.named_children if given is not None else ():
        if child.type == "keywords":
            found.extend(pairs(child))
        elif child.type != "comment":
            plain.append(child)
    block = next((c for c in node.named_children if c.type == "do_block"), None)
    return Call(name, owner, tuple(plain), tuple(found), block, node, line_of(node))


def pairs(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Yield (key, value) of keywords, of a keyword list or of a map with atom or string keys."""
    if node is None:
        return
    if node.type in ("list", "map", "map_content", "tuple", "arguments"):
        for child in node.named_children:
            if child.type in ("keywords", "map_content"):
                yield from pairs(child)
            elif (
                child.type == "binary_operator"
                and (operator := child.child_by_field_name("operator")) is not None
                and words(operator) == "=>"
            ):
                key, value = child.child_by_field_name("left"), child.child_by_field_name("right")
                if key is not None and value is not None and (name := text_of(key)) is not None:
                    yield name, value
    elif node.type == "keywords":
        for child in node.named_children:
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and value is not None:
                yield words(key).strip().rstrip(":").strip('"'), value


def option(node: Node | None, *path: str) -> Node | None:
    """Return the value at a path of keys of nested keyword lists."""
    for step in path:
        node = next((value for key, value in pairs(node) if key == step), None)
        if node is None:
            return None
    return node


def text_of(node: Node | None) -> str | None:
    """Return the text of a string without interpolation, an atom or an alias; None for any other expression."""
    if node is None:
        return None
    if node.type == "string":
        if any(c.type == "interpolation" for c in node.named_children):
            return None
        return "".join(words(c) for c in node.named_children if c.type in ("quoted_content", "escape_sequence"))
    if node.type in ("atom", "quoted_atom"):
        return words(node).lstrip(":").strip('"')
    return words(node) if node.type == "alias" else None


def literal(node: Node | None) -> str | None:
    """Return a literal's text: string, number, boolean, atom; None for any other expression."""
    if node is None:
        return None
    if node.type in ("integer", "float", "boolean"):
        return words(node).replace("_", "")
    return text_of(node) if node.type != "alias" else None
