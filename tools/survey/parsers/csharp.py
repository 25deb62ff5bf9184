"""Parse one C# file once and answer what it uses, declares, attributes and calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from tree_sitter import Query, QueryCursor

from .grammar import Node as Node
from .grammar import language, line_of, tree, words
from .walking import below

descend = below
"""Walk the named nodes only: what stands between them is punctuation."""

MAX_CHARS = 500_000
_QUERY = """
(invocation_expression) @call
(object_creation_expression) @new
(element_access_expression) @access
(attribute) @attribute
(class_declaration) @class
(record_declaration) @class
(interface_declaration) @class
(struct_declaration) @class
(method_declaration) @method
(property_declaration) @property
(variable_declarator) @variable
(global_statement) @statement
"""
_TYPES = ("class_declaration", "record_declaration", "interface_declaration", "struct_declaration")


@cache
def _query() -> Query:
    return Query(language("c_sharp"), _QUERY)


class Call:
    """Be one call or constructor call: method name, the receiver's node, and on demand its line, type arguments and arguments."""

    def __init__(self, node: Node, name: str, named: Node, receiver: Node | None = None, *, new: bool = False) -> None:
        self.node, self.name, self.receiver, self.new = node, name, receiver, new
        self._named = named  # where the method is named

    @property
    def line(self) -> int:
        """Return the line where the method is named, that of `new` for a constructor."""
        return line_of(self.node if self.new else self._named)

    @cached_property
    def generics(self) -> tuple[str, ...]:
        """Return the type arguments as written."""
        listed = None
        if not self.new and self._named.type == "generic_name":
            listed = next((c for c in self._named.named_children if c.type == "type_argument_list"), None)
        return tuple(words(c) for c in listed.named_children) if listed is not None else ()

    @cached_property
    def arguments(self) -> tuple[tuple[str, Node], ...]:
        """Return (name, value) of every argument, the name empty for one by place."""
        inside = self.node.child_by_field_name("arguments")
        given = inside.named_children if inside is not None else ()
        return tuple(_argument(c) for c in given if c.type == "argument" and c.named_children)

    def argument(self, index: int, name: str = "") -> Node | None:
        """Return the argument of that name, else the one at that place."""
        named = next((n for key, n in self.arguments if key and key == name), None)
        if named is not None:
            return named
        return self.arguments[index][1] if index < len(self.arguments) and not self.arguments[index][0] else None

    @property
    def on(self) -> str:
        """Return the receiver as written, empty without one."""
        return words(self.receiver) if self.receiver is not None else ""


@dataclass(frozen=True, slots=True)
class Attribute:
    """Be one attribute: name without its suffix, positional arguments, what it stands on."""

    name: str
    arguments: tuple[Node, ...]
    line: int
    on: Node


class CsFile:
    """Be one parsed file; every answer is worked out once, on demand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = tree("c_sharp", text)

    @cached_property
    def _found(self) -> dict[str, list[Node]]:
        found = QueryCursor(_query()).captures(self.root)
        return {name: sorted(nodes, key=lambda n: (n.start_byte, -n.end_byte)) for name, nodes in found.items()}

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Return every call and constructor call, in source order, outer before inner."""
        nodes = [*self._found.get("call", []), *self._found.get("new", [])]
        return tuple(c for n in sorted(nodes, key=lambda n: (n.start_byte, -n.end_byte)) if (c := call_of(n)) is not None)

    @property
    def accesses(self) -> list[Node]:
        """Return every `a[b]`."""
        return self._found.get("access", [])

    @property
    def classes(self) -> list[Node]:
        """Return every class, record, struct and interface."""
        return self._found.get("class", [])

    @property
    def methods(self) -> list[Node]:
        """Return every method."""
        return self._found.get("method", [])

    @property
    def properties(self) -> list[Node]:
        """Return every property."""
        return self._found.get("property", [])

    @property
    def has_statements(self) -> bool:
        """Say whether the file has top-level statements: then it is the program."""
        return bool(self._found.get("statement"))

    @cached_property
    def attributes(self) -> tuple[Attribute, ...]:
        """Return every attribute with what it stands on."""
        found = []
        for node in self._found.get("attribute", []):
            listed = node.parent
            on = listed.parent if listed is not None else None
            name = node.child_by_field_name("name")
            if on is None or name is None:
                continue
            inside = next((c for c in node.named_children if c.type == "attribute_argument_list"), None)
            given = tuple(c.named_children[-1] for c in inside.named_children if c.named_children) if inside is not None else ()
            found.append(Attribute(words(name).rpartition(".")[2].removesuffix("Attribute"), given, line_of(node), on))
        return tuple(found)

    @cached_property
    def variables(self) -> dict[str, list[Node]]:
        """Return the initial values of every variable and field by its name, in source order."""
        found: dict[str, list[Node]] = {}
        for node in self._found.get("variable", []):
            name = node.child_by_field_name("name")
            value = node.named_children[-1] if len(node.named_children) > 1 else None
            if name is not None and value is not None and value.id != name.id:
                found.setdefault(words(name), []).append(value)
        return found

    def main(self) -> int | None:
        """Return the line where the program starts: top-level statements or `static Main`; None without either."""
        if self.has_statements:
            return line_of(self._found["statement"][0])
        for method in self.methods:
            if declared_name(method) == "Main" and any(c.type == "modifier" and words(c) == "static" for c in method.children):
                return line_of(method)
        return None


def read_csharp(text: str) -> CsFile | None:
    """Return the parsed file, None for a generated giant."""
    return CsFile(text) if len(text) <= MAX_CHARS else None


def call_of(node: Node) -> Call | None:
    """Return a call or constructor call from its node, None for one without a name."""
    if node.type == "object_creation_expression":
        kind = node.child_by_field_name("type")
        return Call(node, words(kind).partition("<")[0].rpartition(".")[2], kind, new=True) if kind is not None else None
    function = node.child_by_field_name("function")
    receiver = None
    if function is not None and function.type in ("member_access_expression", "conditional_access_expression"):
        receiver = function.child_by_field_name("expression")
        function = function.child_by_field_name("name")
    if function is None:
        return None
    name = words(function.named_children[0]) if function.type == "generic_name" else words(function).lstrip(".")
    return Call(node, name, function, receiver)


def _argument(node: Node) -> tuple[str, Node]:
    name = node.child_by_field_name("name")
    return (words(name) if name is not None else ""), node.named_children[-1]


def declared_name(node: Node) -> str:
    """Return the name that a declaration declares."""
    name = node.child_by_field_name("name")
    return words(name) if name is not None else ""


def declared_type(node: Node) -> str:
    """Return the type of a property or method as written."""
    kind = node.child_by_field_name("type") or node.child_by_field_name("returns")
    return words(kind) if kind is not None else ""


def text_of(node: Node | None) -> str | None:
    """Return the text of a string literal, None for anything else or an interpolation with values."""
    if node is None:
        return None
    raw = words(node)
    if node.type == "string_literal":
        return raw[1:-1].replace('\\"', '"').replace("\\\\", "\\").replace("\\n", "\n")
    if node.type == "verbatim_string_literal":
        return raw[2:-1].replace('""', '"')
    if node.type == "raw_string_literal":
        return raw.strip('"').strip()
    if node.type == "interpolated_string_expression" and not any(c.type == "interpolation" for c in node.named_children):
        return raw.lstrip("$@").strip('"')
    return None


def owner_type(node: Node) -> Node | None:
    """Return the type that a member is declared in, None for none."""
    here = node.parent
    while here is not None and here.type not in _TYPES:
        here = here.parent
    return here


def chain(call: Call) -> Iterator[Call]:
    """Yield the calls that a fluent call is chained upon, itself first: `a.B().C()` gives C, then B."""
    here: Call | None = call
    while here is not None:
        yield here
        inner = here.receiver
        here = call_of(inner) if inner is not None and inner.type == "invocation_expression" else None
