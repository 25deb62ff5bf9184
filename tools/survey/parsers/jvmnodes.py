"""Read the nodes of Java and Kotlin trees in one form: annotations, calls, declared names and types, string literals."""

from __future__ import annotations

from dataclasses import dataclass

from .grammar import Node as Node
from .grammar import line_of, words
from .walking import below
from .walking import enclosing as enclosing

descend = below
"""Walk the named nodes only: what stands between them is punctuation."""

_STRINGS = ("string_literal", "multiline_string_literal", "text_block")
_DECLARATIONS = {
    "class_declaration": "class", "interface_declaration": "class", "record_declaration": "class", "enum_declaration": "class",
    "object_declaration": "class", "method_declaration": "method", "function_declaration": "method", "constructor_declaration": "method",
    "field_declaration": "field", "property_declaration": "field", "class_parameter": "field", "formal_parameter": "parameter",
    "parameter": "parameter", "function_value_parameter": "parameter",
}  # fmt: skip


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


def annotation_of(node: Node, kotlin: bool) -> Annotation | None:
    """Return an annotation from its node, None for one that stands on nothing that matters (a file, a local variable)."""
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
