"""Read Scala files and sbt builds with the tree-sitter grammar: calls, infix settings, values, objects, imports."""

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
(call_expression) @call
(infix_expression) @infix
(val_definition) @val
(object_definition) @object
(class_definition) @object
(import_declaration) @import
(function_definition) @function
(interpolated_string_expression) @interpolated
"""


@dataclass(frozen=True, slots=True)
class Call:
    """Be one call: the last name of what is called, the text before it, its arguments."""

    name: str
    owner: str
    arguments: tuple[Node, ...]
    node: Node
    line: int

    def text(self, index: int) -> str | None:
        """Return the literal text of an argument."""
        return text_of(self.arguments[index]) if index < len(self.arguments) else None


class ScalaFile:
    """Be one parsed file."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = tree("scala", text)

    @cached_property
    def _found(self) -> dict[str, list[Node]]:
        return captures("scala", _QUERY, self.root)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Return every call in source order, outer before inner."""
        return tuple(call_of(n) for n in self._found.get("call", ()))

    def named(self, *names: str) -> Iterator[Call]:
        """Yield the calls of one of these names."""
        return (c for c in self.calls if c.name in names)

    @property
    def infix(self) -> list[Node]:
        """Return every `a op b`, outer before inner."""
        return self._found.get("infix", [])

    @property
    def objects(self) -> list[Node]:
        """Return every object and class."""
        return self._found.get("object", [])

    @property
    def functions(self) -> list[Node]:
        """Return every function."""
        return self._found.get("function", [])

    @property
    def interpolated(self) -> list[Node]:
        """Return every interpolated string (`port"8080"`, `s"…"`)."""
        return self._found.get("interpolated", [])

    @property
    def imports(self) -> list[Node]:
        """Return every import."""
        return self._found.get("import", [])

    @cached_property
    def values(self) -> dict[str, Node]:
        """Return {name: value} of the `val`s, the first one of each name."""
        found: dict[str, Node] = {}
        for node in self._found.get("val", ()):
            pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
            if pattern is not None and value is not None:
                found.setdefault(words(pattern), value)
        return found


def read_scala(text: str) -> ScalaFile | None:
    """Return the parsed file, None for one that is too large to be written by hand."""
    return ScalaFile(text) if len(text) <= MAX_CHARS else None


def call_of(node: Node) -> Call:
    """Return a call node taken apart; type arguments are left out."""
    function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is not None and function.type == "generic_function":
        function = function.child_by_field_name("function")
    plain = tuple(c for c in given.named_children if not c.type.endswith("comment")) if given is not None else ()
    owner, name = "", words(function) if function is not None else ""
    if function is not None and function.type == "field_expression":
        value, field = function.child_by_field_name("value"), function.child_by_field_name("field")
        owner, name = words(value) if value is not None else "", words(field) if field is not None else ""
    return Call(name, owner, plain, node, line_of(node))


def text_of(node: Node | None) -> str | None:
    """Return the text of a plain string; None for any other expression."""
    if node is None or node.type != "string":
        return None
    return words(node).strip('"')


def literal(node: Node | None) -> str | None:
    """Return a literal's text: string, number, `port"8080"`; None for any other expression."""
    if node is None:
        return None
    if node.type in ("integer_literal", "floating_point_literal"):
        return words(node).rstrip("Lldf").replace("_", "")
    if node.type == "boolean_literal":
        return words(node)
    if node.type == "interpolated_string_expression":
        inner = words(node).partition('"')[2].rstrip('"')
        return inner if "$" not in inner else None
    return text_of(node)
