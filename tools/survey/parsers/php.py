"""Read PHP files with the tree-sitter grammar: calls with their arguments, imported names, classes, attributes, superglobals."""

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
(function_call_expression) @call
(member_call_expression) @call
(nullsafe_member_call_expression) @call
(scoped_call_expression) @call
(object_creation_expression) @call
(subscript_expression) @index
(namespace_use_clause) @use
(class_declaration) @class
(attribute) @attribute
(method_declaration) @method
(function_definition) @method
(string) @string
(encapsed_string) @string
"""


@dataclass(frozen=True, slots=True)
class Call:
    """Be one call: `scope` is the class of `A::b()`, the text of the object of `$a->b()`, empty for a plain function; `new A` is `new`."""

    name: str
    scope: str
    arguments: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...]
    node: Node
    line: int

    def text(self, index: int) -> str | None:
        """Return the literal text of a positional argument."""
        return text_of(self.arguments[index]) if index < len(self.arguments) else None

    def get(self, name: str) -> Node | None:
        """Return a named argument."""
        return next((value for key, value in self.named if key == name), None)


class PhpFile:
    """Be one parsed file."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = tree("php", text)

    @cached_property
    def _found(self) -> dict[str, list[Node]]:
        return captures("php", _QUERY, self.root)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Return every call and `new` in source order, outer before inner."""
        return tuple(call_of(n) for n in self._found.get("call", ()))

    def named(self, *names: str) -> Iterator[Call]:
        """Yield the calls of one of these function or method names."""
        return (c for c in self.calls if c.name in names)

    @cached_property
    def uses(self) -> dict[str, tuple[str, int]]:
        """Return {short name: (full name, line)} of the imported classes."""
        found: dict[str, tuple[str, int]] = {}
        for clause in self._found.get("use", ()):
            full = next((words(c) for c in clause.named_children if c.type in ("qualified_name", "name")), "")
            alias = clause.child_by_field_name("alias")
            short = words(alias) if alias is not None else full.rpartition("\\")[2]
            if full:
                found[short] = (full.lstrip("\\"), line_of(clause))
        return found

    @property
    def indexed(self) -> list[Node]:
        """Return every `$x[…]`."""
        return self._found.get("index", [])

    @property
    def classes(self) -> list[Node]:
        """Return every class."""
        return self._found.get("class", [])

    @property
    def methods(self) -> list[Node]:
        """Return every method and function."""
        return self._found.get("method", [])

    @property
    def strings(self) -> list[Node]:
        """Return every string."""
        return self._found.get("string", [])

    @cached_property
    def attributes(self) -> tuple[Call, ...]:
        """Return every attribute (`#[Route('/x')]`) as a call of its short name."""
        return tuple(_attribute(n) for n in self._found.get("attribute", ()))

    def full(self, name: str) -> str:
        """Return the full name of a class as this file imports it; the name as written where it does not."""
        head, slash, tail = name.lstrip("\\").partition("\\")
        known = self.uses.get(head)
        return (known[0] + slash + tail) if known else name.lstrip("\\")


def read_php(text: str) -> PhpFile | None:
    """Return the parsed file, None for one that is too large to be written by hand."""
    return PhpFile(text) if len(text) <= MAX_CHARS else None


def call_of(node: Node) -> Call:
    """Return a call node taken apart."""
    if node.type == "object_creation_expression":
        made = next((c for c in node.named_children if c.type in ("name", "qualified_name")), None)
        given = next((c for c in node.named_children if c.type == "arguments"), None)
        return _call("new", words(made) if made is not None else "", given, node)
    function, scope, thing, name = (node.child_by_field_name(k) for k in ("function", "scope", "object", "name"))
    owner = scope if scope is not None else thing
    called = name if name is not None else function
    return _call(
        words(called) if called is not None else "", words(owner) if owner is not None else "", node.child_by_field_name("arguments"), node
    )


def _attribute(node: Node) -> Call:
    made = next((c for c in node.named_children if c.type in ("name", "qualified_name")), None)
    return _call(words(made).rpartition("\\")[2] if made is not None else "", "", node.child_by_field_name("parameters"), node)


def _call(name: str, scope: str, given: Node | None, node: Node) -> Call:
    plain: list[Node] = []
    named: list[tuple[str, Node]] = []
    for child in given.named_children if given is not None else ():
        if child.type != "argument" or not child.named_children:
            continue
        label = child.child_by_field_name("name")
        if label is not None:
            named.append((words(label), child.named_children[-1]))
        else:
            plain.append(child.named_children[-1])
    return Call(name.lstrip("\\"), scope, tuple(plain), tuple(named), node, line_of(node))


def text_of(node: Node | None) -> str | None:
    """Return the text of a string without variables; None for any other expression."""
    if node is None or node.type not in ("string", "encapsed_string"):
        return None
    if any(c.type not in ("string_content", "escape_sequence", "string_value") for c in node.named_children):
        return None
    return "".join(words(c) for c in node.named_children)


def literal(node: Node | None) -> str | None:
    """Return a literal's text: string, number, true or false; casts taken off; None for any other expression."""
    if node is None:
        return None
    if node.type in ("integer", "float", "boolean"):
        return words(node).lower() if node.type == "boolean" else words(node).replace("_", "")
    if node.type == "cast_expression":
        return literal(node.child_by_field_name("value"))
    if node.type == "unary_op_expression" and words(node)[:1] == "-":
        return words(node)
    return text_of(node)


def entries(node: Node | None) -> Iterator[tuple[str | None, Node]]:
    """Yield (key, value) of an array's elements; key None where it has none or none that is a literal."""
    for child in node.named_children if node is not None and node.type == "array_creation_expression" else ():
        if child.type == "array_element_initializer" and child.named_children:
            key = child.named_children[0] if len(child.named_children) > 1 else None
            yield (literal(key), child.named_children[-1])


def entry(node: Node | None, *path: str) -> Node | None:
    """Return the value at a path of keys of nested arrays."""
    for step in path:
        node = next((value for key, value in entries(node) if key == step), None)
    return node


def texts(node: Node | None) -> list[str]:
    """Return the literal texts of an array, or of one literal."""
    if node is not None and node.type == "array_creation_expression":
        return [t for _, value in entries(node) if (t := text_of(value)) is not None]
    one = text_of(node)
    return [one] if one is not None else []
