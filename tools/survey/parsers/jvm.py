"""Parse one Java or Kotlin file once and answer what it imports, declares, annotates and calls, in one form for both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from tree_sitter import Query, QueryCursor

from .grammar import Node as Node
from .grammar import language, line_of, tree, words

MAX_CHARS = 500_000
_QUERIES = {
    "java": """
(import_declaration) @import
(annotation) @annotation
(marker_annotation) @annotation
(method_invocation) @call
(object_creation_expression) @new
(class_declaration) @class
(interface_declaration) @class
(record_declaration) @class
(enum_declaration) @class
(field_declaration) @field
(method_declaration) @method
""",
    "kotlin": """
(import) @import
(annotation) @annotation
(call_expression) @call
(class_declaration) @class
(object_declaration) @class
(property_declaration) @field
(class_parameter) @field
(function_declaration) @method
""",
}
_STRINGS = ("string_literal", "multiline_string_literal", "text_block")
_DECLARATIONS = {
    "class_declaration": "class", "interface_declaration": "class", "record_declaration": "class", "enum_declaration": "class",
    "object_declaration": "class", "method_declaration": "method", "function_declaration": "method", "constructor_declaration": "method",
    "field_declaration": "field", "property_declaration": "field", "class_parameter": "field", "formal_parameter": "parameter",
    "parameter": "parameter", "function_value_parameter": "parameter",
}  # fmt: skip


@cache
def _query(name: str) -> Query:
    return Query(language(name), _QUERIES[name])


@dataclass(frozen=True, slots=True)
class Annotation:
    """Be one annotation: simple name, values by key (`value` for the bare one), what it stands on."""

    name: str
    line: int
    values: dict[str, Node]
    kind: str  # class, method, field, parameter
    target: str  # name of what it stands on
    on: Node


@dataclass(frozen=True, slots=True)
class Call:
    """Be one call or constructor call: name, the receiver as written, arguments with their names (empty for unnamed ones)."""

    name: str
    receiver: str
    arguments: tuple[tuple[str, Node], ...]
    line: int
    node: Node
    new: bool = False

    def argument(self, index: int, name: str = "") -> Node | None:
        """Return the argument of that name, else the unnamed one at that place."""
        named = next((n for key, n in self.arguments if key and key == name), None)
        if named is not None:
            return named
        plain = [n for key, n in self.arguments if not key]
        return plain[index] if index < len(plain) else None


class JvmFile:
    """Be one parsed file; every answer is worked out once, on demand."""

    def __init__(self, text: str, kotlin: bool) -> None:
        self.text, self.kotlin = text, kotlin
        self.root = tree("kotlin" if kotlin else "java", text)

    @cached_property
    def _found(self) -> dict[str, list[Node]]:
        found = QueryCursor(_query("kotlin" if self.kotlin else "java")).captures(self.root)
        return {name: sorted(nodes, key=lambda n: (n.start_byte, -n.end_byte)) for name, nodes in found.items()}

    @cached_property
    def package(self) -> str:
        """Return the package, empty for the default one."""
        head = next((c for c in self.root.named_children if c.type in ("package_declaration", "package_header")), None)
        return words(head.named_children[-1]).strip() if head is not None and head.named_children else ""

    @cached_property
    def imports(self) -> tuple[tuple[str, int], ...]:
        """Return (dotted name, line) of every import; `a.b.*` for all of a package."""
        found = []
        for node in self._found.get("import", []):
            text = words(node).removeprefix("import").strip().removeprefix("static ").rstrip("; \n").partition(" as ")[0].strip()
            found.append((text, line_of(node)))
        return tuple(found)

    @cached_property
    def annotations(self) -> tuple[Annotation, ...]:
        """Return every annotation on a class, method, field or parameter."""
        return tuple(a for n in self._found.get("annotation", []) if (a := _annotation(n, self.kotlin)) is not None)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Return every call and constructor call, in source order, outer before inner."""
        nodes = [*self._found.get("call", []), *self._found.get("new", [])]
        return tuple(c for n in sorted(nodes, key=lambda n: (n.start_byte, -n.end_byte)) if (c := call_of(n, self.kotlin)) is not None)

    @property
    def classes(self) -> list[Node]:
        """Return every class, interface, record, enum and object."""
        return self._found.get("class", [])

    @property
    def methods(self) -> list[Node]:
        """Return every method and function."""
        return self._found.get("method", [])

    @property
    def fields(self) -> list[Node]:
        """Return every field, property and constructor property."""
        return self._found.get("field", [])

    @cached_property
    def constants(self) -> dict[str, Node]:
        """Return the value of every field or property that is set where it is declared, by its name."""
        found: dict[str, Node] = {}
        for node in self.fields:
            name, value = declared_name(node), initial(node)
            if name and value is not None:
                found.setdefault(name, value)
        return found

    def main(self) -> tuple[str, int] | None:
        """Return (class that starts, line of its main), in Kotlin the file's class for a top-level `main`; None without one."""
        for method in self.methods:
            name = declared_name(method)
            if name != "main":
                continue
            head = words(method).partition("{")[0]
            if self.kotlin and (method.parent is None or method.parent.type in ("source_file", "ERROR")):
                return "", line_of(method)
            if ("static" in head and "String" in head) or "@JvmStatic" in head:
                owner = enclosing(method, *_CLASSES)
                return (declared_name(owner) if owner is not None else ""), line_of(method)
        return None


_CLASSES = ("class_declaration", "object_declaration", "interface_declaration", "record_declaration", "enum_declaration")


def read_java(text: str) -> JvmFile | None:
    """Return the parsed Java file, None for a generated giant."""
    return JvmFile(text, False) if len(text) <= MAX_CHARS else None


def read_kotlin(text: str) -> JvmFile | None:
    """Return the parsed Kotlin file, None for a generated giant."""
    return JvmFile(text, True) if len(text) <= MAX_CHARS else None


def _annotation(node: Node, kotlin: bool) -> Annotation | None:
    on = node.parent
    while on is not None and on.type not in _DECLARATIONS:
        if on.type in ("class_body", "block", "program", "source_file"):
            return None
        if on.type == "parameter_modifiers" and on.next_named_sibling is not None:
            on = on.next_named_sibling
            continue
        on = on.parent
    if on is None:
        return None
    values: dict[str, Node] = {}
    if kotlin:
        inner = next((c for c in node.named_children if c.type in ("constructor_invocation", "user_type")), None)
        name = words(next(descend(inner, "identifier"), inner)) if inner is not None else ""
        if inner is not None and inner.type == "constructor_invocation":
            kind = next((c for c in inner.named_children if c.type == "user_type"), None)
            name = words(kind).rpartition(".")[2].partition("<")[0] if kind is not None else name
            values = {k or "value": v for k, v in reversed(_kotlin_arguments(inner))}
    else:
        named = node.child_by_field_name("name")
        name = words(named).rpartition(".")[2] if named is not None else ""
        for child in _children(node.child_by_field_name("arguments")):
            if child.type == "element_value_pair":
                key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
                if key is not None and value is not None:
                    values[words(key)] = value
            else:
                values["value"] = child
    return Annotation(name, line_of(node), values, _DECLARATIONS[on.type], declared_name(on), on)


def _children(node: Node | None) -> list[Node]:
    return [c for c in node.named_children if "comment" not in c.type] if node is not None else []


def _kotlin_arguments(node: Node) -> list[tuple[str, Node]]:
    found = []
    for inside in node.named_children:
        for one in inside.named_children if inside.type == "value_arguments" else ():
            parts = _children(one)
            if one.type != "value_argument" or not parts:
                continue
            named = len(parts) > 1 and parts[0].type == "identifier" and any(c.type == "=" for c in one.children)
            found.append((words(parts[0]) if named else "", parts[-1]))
    return found


def call_of(node: Node, kotlin: bool) -> Call | None:
    """Return a call or constructor call from its node, None for one without a name."""
    if kotlin:
        function = node.named_children[0] if node.named_children else None
        if function is None:
            return None
        text = words(function)
        given = _kotlin_arguments(node)
        given += [("", c) for c in node.named_children[1:] if c.type in ("annotated_lambda", "lambda_literal")]
        if function.type == "call_expression" and function.named_children:  # `get("/x") { … }`: a call whose last argument is a lambda
            given = [*_kotlin_arguments(function), *given]
            function = function.named_children[0]
            text = words(function)
        if function.type == "navigation_expression":
            name = words(function.named_children[-1])
            receiver = text[: -len(name)].rstrip(".?!\n ")
            return Call(name, receiver, tuple(given), _line_of_name(function), node)
        return Call(text.partition("<")[0], "", tuple(given), line_of(node), node, new=text[:1].isupper())
    arguments = tuple(("", c) for c in _children(node.child_by_field_name("arguments")))
    if node.type == "object_creation_expression":
        kind = node.child_by_field_name("type")
        return Call(
            words(kind).partition("<")[0].rpartition(".")[2] if kind is not None else "", "", arguments, line_of(node), node, new=True
        )
    named, on = node.child_by_field_name("name"), node.child_by_field_name("object")
    if named is None:
        return None
    return Call(words(named), words(on) if on is not None else "", arguments, line_of(named), node)


def _line_of_name(function: Node) -> int:
    return function.named_children[-1].start_point[0] + 1


def declared_name(node: Node) -> str:
    """Return the name that a declaration declares, empty where it has none."""
    name = node.child_by_field_name("name")
    if name is not None:
        return words(name)
    if node.type == "field_declaration":
        inner = node.child_by_field_name("declarator")
        return declared_name(inner) if inner is not None else ""
    if node.type == "property_declaration":
        inner = next((c for c in node.named_children if c.type == "variable_declaration"), None)
        return words(inner.named_children[0]) if inner is not None and inner.named_children else ""
    plain = next((c for c in node.named_children if c.type == "identifier"), None)
    return words(plain) if plain is not None else ""


def declared_type(node: Node) -> str:
    """Return the type that a field, property or parameter is declared with, as written, empty where it is inferred."""
    kind = node.child_by_field_name("type")
    if kind is not None:
        return words(kind)
    inner = next((c for c in node.named_children if c.type == "variable_declaration"), node)
    found = next((c for c in inner.named_children if c.type in ("user_type", "nullable_type")), None)
    return words(found) if found is not None else ""


def initial(node: Node) -> Node | None:
    """Return the value that a field or property is set to where it is declared, None without one."""
    if node.type == "field_declaration":
        inner = node.child_by_field_name("declarator")
        return inner.child_by_field_name("value") if inner is not None else None
    if any(c.type == "=" for c in node.children):
        last = node.named_children[-1]
        return last if last.type not in ("user_type", "nullable_type", "getter", "setter") else None
    return None


def text_of(node: Node | None) -> str | None:
    """Return the text of a string literal, None for anything else or a template that puts values in."""
    if node is None or node.type not in _STRINGS:
        return None
    raw = words(node)
    quote = '"""' if raw.startswith('"""') else '"'
    inner = raw[len(quote) : -len(quote)]
    if any(c.type == "interpolation" or _is_template(c) for c in node.children):
        return None
    for old, new in (("\\$", "$"), ("\\n", "\n"), ("\\t", "\t"), ('\\"', '"'), ("\\\\", "\\")):
        inner = inner.replace(old, new)
    return inner.strip() if quote == '"""' else inner


def _is_template(part: Node) -> bool:
    """Say whether a part of a Kotlin string is the `$` of `$name`."""
    after = part.next_sibling
    return part.type == "string_content" and words(part) == "$" and after is not None and words(after)[:1].isalpha()


def enclosing(node: Node, *kinds: str) -> Node | None:
    """Return the nearest node around this one that is of one of the kinds."""
    here = node.parent
    while here is not None and here.type not in kinds:
        here = here.parent
    return here


def descend(node: Node | None, *kinds: str) -> Iterator[Node]:
    """Yield the nodes of these kinds below a node, in source order."""
    stack = list(reversed(node.named_children)) if node is not None else []
    while stack:
        here = stack.pop()
        if here.type in kinds:
            yield here
        stack.extend(reversed(here.named_children))
