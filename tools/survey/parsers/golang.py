"""Parse one Go file once and answer what it imports, declares and calls."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from tree_sitter import Query, QueryCursor

from .grammar import Node as Node
from .grammar import language, line_of, tree, words
from .walking import below
from .walking import enclosing as enclosing

descend = below
"""Walk the named nodes only: what stands between them is punctuation."""

MAX_CHARS = 500_000  # larger source files are generated
_QUERY = """
(import_spec) @import
(call_expression) @call
(function_declaration) @function
(method_declaration) @function
(const_spec) @value
(var_spec) @value
(short_var_declaration) @assign
(assignment_statement) @assign
(composite_literal) @literal
(type_spec) @type
"""


@cache
def _query() -> Query:
    return Query(language("go"), _QUERY)


@dataclass(frozen=True, slots=True)
class Import:
    """Be one import: `alias` is the name in the file (`_` and `.` as written)."""

    path: str
    alias: str
    line: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Be what one function says of names: the assignments and declarations that define one, the calls that are handed its address."""

    assigned: dict[str, list[Node]]
    declared: dict[str, list[Node]]
    addressed: dict[str, list[Node]]


class GoFile:
    """Be one parsed file."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = tree("go", text)
        self._scopes: dict[int, Scope] = {}

    @cached_property
    def _found(self) -> dict[str, list[Node]]:
        found = QueryCursor(_query()).captures(self.root)
        return {name: sorted(nodes, key=lambda n: (n.start_byte, -n.end_byte)) for name, nodes in found.items()}

    @cached_property
    def package(self) -> str:
        """Return the package's name, empty where the file states none."""
        clause = next((c for c in self.root.named_children if c.type == "package_clause"), None)
        return words(clause.named_children[0]) if clause is not None and clause.named_children else ""

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Return the imports in order."""
        found = []
        for spec in self._found.get("import", []):
            path = literal(spec.child_by_field_name("path"))
            name = spec.child_by_field_name("name")
            if path:
                found.append(Import(path, words(name) if name is not None else default_name(path), line_of(spec)))
        return tuple(found)

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Return the import path of every package name that the file uses."""
        return {i.alias: i.path for i in self.imports if i.alias not in ("_", ".")}

    @property
    def calls(self) -> list[Node]:
        """Return every call, in source order, outer before inner."""
        return self._found.get("call", [])

    @property
    def functions(self) -> list[Node]:
        """Return every function and method declaration."""
        return self._found.get("function", [])

    @property
    def assignments(self) -> list[Node]:
        """Return every `a := b` and `a = b`."""
        return self._found.get("assign", [])

    @property
    def specs(self) -> list[Node]:
        """Return every const and var spec."""
        return self._found.get("value", [])

    @property
    def literals(self) -> list[Node]:
        """Return every composite literal."""
        return self._found.get("literal", [])

    @property
    def types(self) -> list[Node]:
        """Return every type declaration."""
        return self._found.get("type", [])

    @cached_property
    def declared(self) -> dict[str, list[Node]]:
        """Return the const and var specs outside functions by the names that they define."""
        return _by_name(s for s in self.specs if enclosing(s, "function_declaration", "method_declaration", "func_literal") is None)

    def scope(self, function: Node) -> Scope:
        """Return what a function of this file says of its names, in source order."""
        known = self._scopes.get(function.start_byte)
        if known is None:
            known = self._scopes[function.start_byte] = self._scope(function)
        return known

    def _scope(self, function: Node) -> Scope:
        assigned: dict[str, list[Node]] = {}
        for one in self._inside(self.assignments, function):
            left = one.child_by_field_name("left")
            for name in dict.fromkeys(words(c) for c in (left.named_children if left is not None else ())):
                assigned.setdefault(name, []).append(one)
        addressed: dict[str, list[Node]] = {}
        for call in self._inside(self.calls, function):
            first = next(iter(arguments(call)), None)
            if first is not None and first.type == "unary_expression":
                addressed.setdefault(words(first), []).append(call)
        return Scope(assigned, _by_name(self._inside(self.specs, function)), addressed)

    @staticmethod
    def _inside(nodes: list[Node], function: Node) -> list[Node]:
        low = bisect_left(nodes, function.start_byte, key=lambda n: n.start_byte)
        high = bisect_left(nodes, function.end_byte, key=lambda n: n.start_byte)
        return nodes[low:high]

    def has_main(self) -> bool:
        """Say whether the file declares `func main()` of package main."""
        return self.package == "main" and any(f.type == "function_declaration" and name_of(f) == "main" for f in self.functions)

    def callee(self, call: Node) -> tuple[str, str]:
        """Return (import path, function) of a call of an imported package, ("", name) of a call of this package's function.

        A method call is (".", name): its receiver is `receiver(call)`.
        """
        function = call.child_by_field_name("function")
        if function is None:
            return "", ""
        if function.type in ("type_instantiation_expression", "index_expression") and function.named_children:
            function = function.named_children[0]
        if function.type == "identifier":
            return "", words(function)
        if function.type != "selector_expression":
            return ".", ""
        operand, field = function.child_by_field_name("operand"), function.child_by_field_name("field")
        name = words(field) if field is not None else ""
        if operand is not None and operand.type == "identifier" and words(operand) in self.aliases:
            return self.aliases[words(operand)], name
        return ".", name


def _by_name(specs: Iterable[Node]) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for spec in specs:
        for name in spec.children_by_field_name("name"):
            found.setdefault(words(name), []).append(spec)
    return found


def read_go(text: str) -> GoFile | None:
    """Return the parsed file, None for a generated giant."""
    return GoFile(text) if len(text) <= MAX_CHARS else None


def default_name(path: str) -> str:
    """Return the package name that an import path gives by convention: last part, version suffix and `go-` taken off."""
    parts = path.split("/")
    last = parts[-1]
    if len(parts) > 1 and last[:1] == "v" and last[1:].isdigit():
        last = parts[-2]
    last = last.partition(".v")[0] or last
    last = last.removeprefix("go-").removesuffix("-go").removesuffix(".go")
    return last.replace("-", "_") if "-" not in last else last.rpartition("-")[2]


def literal(node: Node | None) -> str | None:
    """Return the text of a string literal, None for anything else."""
    if node is None:
        return None
    if node.type == "raw_string_literal":
        return words(node)[1:-1]
    if node.type == "interpreted_string_literal":
        text = words(node)[1:-1]
        return text.replace('\\"', '"').replace("\\\\", "\\").replace("\\n", "\n").replace("\\t", "\t") if "\\" in text else text
    return None


def name_of(node: Node) -> str:
    """Return the declared name of a function, type or field."""
    name = node.child_by_field_name("name")
    return words(name) if name is not None else ""


def receiver(call: Node) -> Node | None:
    """Return the object on which a method is called, None for a plain call."""
    function = call.child_by_field_name("function")
    return function.child_by_field_name("operand") if function is not None and function.type == "selector_expression" else None


def arguments(call: Node | None) -> list[Node]:
    """Return the arguments of a call, in order."""
    inside = call.child_by_field_name("arguments") if call is not None else None
    return [c for c in inside.named_children if c.type != "comment"] if inside is not None else []


def parameters(function: Node) -> list[tuple[str, str]]:
    """Return (name, type as written) of every parameter."""
    inside = function.child_by_field_name("parameters")
    found: list[tuple[str, str]] = []
    for one in inside.named_children if inside is not None else ():
        kind = one.child_by_field_name("type")
        text = words(kind) if kind is not None else ""
        names = one.children_by_field_name("name")
        found.extend((words(n), text) for n in names)
    return found


def elements(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Yield (key, value) of a composite literal's entries; the key is empty for entries without one."""
    body = node.child_by_field_name("body") if node is not None and node.type == "composite_literal" else node
    for child in body.named_children if body is not None else ():
        if child.type == "keyed_element" and len(child.named_children) >= 2:
            key, value = child.named_children[0], child.named_children[1]
            yield words(key).strip('"`'), _inner(value)
        elif child.type == "literal_element":
            yield "", _inner(child)


def _inner(node: Node) -> Node:
    return node.named_children[0] if node.type == "literal_element" and node.named_children else node
