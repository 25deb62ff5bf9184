"""Read Rust files with the tree-sitter grammar: calls, macros, attributes with their options, structs, constants, `use` paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from .grammar import Node as Node
from .grammar import line_of, tree, words
from .walking import MAX_CHARS, captures
from .walking import descend as descend
from .walking import enclosing as enclosing

_QUERY = """
(call_expression) @call
(macro_invocation) @macro
(attribute_item) @attribute
(struct_item) @struct
(function_item) @function
(let_declaration) @let
(const_item) @const
(static_item) @const
(string_literal) @string
(use_declaration) @use
"""


@dataclass(frozen=True, slots=True)
class Call:
    """Be one call: `name` the last part of what is called, `path` what stands before it (`env`, `std::env`), or the receiver's text."""

    name: str
    path: str
    arguments: tuple[Node, ...]
    node: Node
    line: int
    receiver: Node | None = None

    def text(self, index: int) -> str | None:
        """Return the text of an argument that is a string literal."""
        return text_of(self.arguments[index]) if index < len(self.arguments) else None


@dataclass(frozen=True, slots=True)
class Attribute:
    """Be one `#[name(key = "value", flag)]`; options in order, value None for a bare flag."""

    name: str
    options: tuple[tuple[str, str | None], ...]
    line: int
    node: Node

    def get(self, key: str) -> str | None:
        """Return the value of an option."""
        return next((v for k, v in self.options if k == key), None)

    def has(self, key: str) -> bool:
        """Say whether an option stands, with a value or without."""
        return any(k == key for k, _ in self.options)


@dataclass(frozen=True, slots=True)
class Field:
    """Be one field of a struct with its attributes."""

    name: str
    type: str
    attributes: tuple[Attribute, ...]
    line: int


def _test_modules(attributes: Iterable[Node]) -> list[tuple[int, int]]:
    """Return where the modules stand that `#[cfg(test)]` keeps out of the program, as bytes."""
    found = []
    for node in attributes:
        after = node if node.type == "attribute_item" else node.parent
        if after is None or "cfg(test)" not in words(after):
            continue
        while after is not None and after.type in ("attribute_item", "line_comment", "block_comment"):
            after = after.next_named_sibling
        if after is not None and after.type == "mod_item":
            found.append((after.start_byte, after.end_byte))
    return found


class RustFile:
    """Be one parsed file."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = tree("rust", text)

    @cached_property
    def _found(self) -> dict[str, list[Node]]:
        found = captures("rust", _QUERY, self.root)
        tests = _test_modules(found.get("attribute", ())) if "cfg(test)" in self.text else []
        if not tests:
            return found
        return {k: [n for n in nodes if not any(a <= n.start_byte < b for a, b in tests)] for k, nodes in found.items()}

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Return every call in source order, outer before inner."""
        return tuple(call_of(n) for n in self._found.get("call", ()))

    def named(self, *names: str) -> Iterator[Call]:
        """Yield the calls of one of these names."""
        return (c for c in self.calls if c.name in names)

    @property
    def macros(self) -> list[Node]:
        """Return every macro invocation."""
        return self._found.get("macro", [])

    @cached_property
    def attributes(self) -> tuple[Attribute, ...]:
        """Return every attribute."""
        return tuple(_attribute(n) for n in self._found.get("attribute", ()))

    @property
    def functions(self) -> list[Node]:
        """Return every function."""
        return self._found.get("function", [])

    @property
    def lets(self) -> list[Node]:
        """Return every `let`."""
        return self._found.get("let", [])

    @property
    def constants(self) -> list[Node]:
        """Return every `const` and `static`."""
        return self._found.get("const", [])

    @property
    def strings(self) -> list[Node]:
        """Return every string literal, those inside macros too."""
        return self._found.get("string", [])

    @property
    def uses(self) -> list[Node]:
        """Return every `use`."""
        return self._found.get("use", [])

    @cached_property
    def structs(self) -> dict[str, tuple[tuple[Attribute, ...], tuple[Field, ...]]]:
        """Return {name: (attributes, fields)} of every struct with named fields."""
        found = {}
        for node in self._found.get("struct", ()):
            name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
            if name is not None and body is not None and body.type == "field_declaration_list":
                found[words(name)] = (_before(node), _fields(body))
        return found


def _before(node: Node) -> tuple[Attribute, ...]:
    """Return the attributes that stand directly before an item or field."""
    found, here = [], node.prev_named_sibling
    while here is not None and here.type in ("attribute_item", "line_comment", "block_comment"):
        if here.type == "attribute_item":
            found.append(_attribute(here))
        here = here.prev_named_sibling
    return tuple(reversed(found))


def _fields(body: Node) -> tuple[Field, ...]:
    found = []
    for child in body.named_children:
        name, kind = child.child_by_field_name("name"), child.child_by_field_name("type")
        if child.type == "field_declaration" and name is not None and kind is not None:
            found.append(Field(words(name), words(kind), _before(child), line_of(name)))
    return tuple(found)


def _attribute(node: Node) -> Attribute:
    inside = node.named_children[0] if node.named_children else node
    named = inside.named_children[0] if inside.named_children else None
    given = inside.child_by_field_name("arguments")
    return Attribute(words(named).rpartition("::")[2] if named is not None else "", tuple(_options(given)), line_of(node), node)


def _options(given: Node | None) -> Iterator[tuple[str, str | None]]:
    """Yield the options of a token tree: `key = "text"`, `key = 80`, `key("text")`, bare `key` and bare literals (key "")."""
    tokens = [c for c in given.children if c.type not in ("(", ")", ",")] if given is not None else []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.type == "string_literal":
            yield "", text_of(token)
        elif token.type in ("identifier", "crate", "default") and following is not None and words(following) == "=":
            value = tokens[at + 2] if at + 2 < len(tokens) else None
            yield words(token), literal(value) if literal(value) is not None else words(value) if value is not None else None
            at += 2
        elif token.type in ("identifier", "default"):
            inner = (
                next(iter(descend(following, "string_literal")), None) if following is not None and following.type == "token_tree" else None
            )
            yield words(token), text_of(inner)
        at += 1


def read_rust(text: str) -> RustFile | None:
    """Return the parsed file, None for one that is too large to be written by hand."""
    return RustFile(text) if len(text) <= MAX_CHARS else None


def call_of(node: Node) -> Call:
    """Return a call node taken apart."""
    function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is not None and function.type == "generic_function":
        function = function.child_by_field_name("function")
    plain = tuple(c for c in given.named_children if not c.type.endswith("comment")) if given is not None else ()
    if function is None:
        return Call("", "", plain, node, line_of(node))
    if function.type == "field_expression":
        value, name = function.child_by_field_name("value"), function.child_by_field_name("field")
        return Call(words(name) if name is not None else "", "", plain, node, line_of(name or node), value)
    if function.type == "scoped_identifier":
        path, name = function.child_by_field_name("path"), function.child_by_field_name("name")
        return Call(words(name) if name is not None else "", words(path) if path is not None else "", plain, node, line_of(node))
    return Call(words(function), "", plain, node, line_of(node))


def text_of(node: Node | None) -> str | None:
    """Return the text of a string literal; None for any other expression."""
    if node is None or node.type not in ("string_literal", "raw_string_literal"):
        return None
    return "".join(words(c) for c in node.named_children if c.type in ("string_content", "escape_sequence"))


def literal(node: Node | None) -> str | None:
    """Return a literal's text: string, number without its type, true, false; conversions taken off; None for any other expression."""
    if node is None:
        return None
    if node.type in ("integer_literal", "float_literal"):
        digits = words(node).replace("_", "")
        cut = next((i for i, c in enumerate(digits) if c.isalpha()), len(digits))
        return digits[:cut] or None
    if node.type in ("boolean_literal", "true", "false"):
        return words(node)
    if node.type == "call_expression":
        call = call_of(node)
        if call.name in ("to_string", "into", "to_owned", "as_str", "clone") and call.receiver is not None:
            return literal(call.receiver)
        if call.name in ("from", "new", "Some", "Ok") and len(call.arguments) == 1:
            return literal(call.arguments[0])
    return text_of(node)
