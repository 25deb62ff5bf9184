"""Ask single syntax nodes of JavaScript and TypeScript: literals, member chains, arguments, object pairs, decorators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tree_sitter import Node

Literal = str | int | float | bool | None


class _Missing:
    """Be the answer of `literal` where a node is no literal, since None is one (`null`)."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False


MISSING: Final = _Missing()

WRAPPERS = frozenset(
    {
        "parenthesized_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "type_assertion",
        "await_expression",
        "instantiation_expression",
    }
)
FUNCTIONS = frozenset(
    {
        "function_declaration",
        "function_expression",
        "arrow_function",
        "method_definition",
        "generator_function",
        "generator_function_declaration",
    }
)
CLASSES = frozenset({"class_declaration", "class", "abstract_class_declaration"})
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}


def text(node: Node | None) -> str:
    """Return the source text of a node; empty for none."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def line(node: Node) -> int:
    """Return the line on which a node begins, from 1."""
    return int(node.start_point[0]) + 1


def strip(node: Node) -> Node:
    """Take off what does not change a value: parentheses, `as T`, `!`, `await`, `<T>`."""
    while node.type in WRAPPERS:
        inner = [c for c in node.named_children if c.type != "comment"]
        if not inner:
            break
        node = inner[-1] if node.type == "type_assertion" else inner[0]
    return node


def literal(node: Node | None, depth: int = 40) -> Literal | _Missing:
    """Return the value of a string, template without holes, number, boolean or null; MISSING for anything else or deeper."""
    if node is None or depth <= 0:
        return MISSING
    node = strip(node)
    kind = node.type
    if kind in ("string", "template_string"):
        return _string(node)
    if kind == "number":
        return _number(text(node))
    if kind == "true" or kind == "false":
        return kind == "true"
    if kind in ("null", "undefined"):
        return None
    if kind == "unary_expression" and text(node)[:1] in "-+":
        value = literal(node.child_by_field_name("argument"), depth - 1)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return -value if text(node).startswith("-") else value
    if kind == "binary_expression":
        return _joined(node, depth - 1)
    return MISSING


def _string(node: Node) -> str | _Missing:
    parts: list[str] = []
    for child in node.named_children:
        if child.type == "string_fragment":
            parts.append(text(child))
        elif child.type == "escape_sequence":
            parts.append(_escape(text(child)))
        else:
            return MISSING
    return "".join(parts)


def _escape(sequence: str) -> str:
    body = sequence[1:]
    if body[:1] in ("u", "x"):
        digits = body[1:].strip("{}")
        try:
            return chr(int(digits, 16))
        except (ValueError, OverflowError):
            return sequence
    return ESCAPES.get(body, body)


def _number(written: str) -> int | float | _Missing:
    plain = written.replace("_", "").rstrip("n")
    try:
        return int(plain, 0)
    except ValueError:
        pass
    try:
        return float(plain)
    except ValueError:
        return MISSING


def _joined(node: Node, depth: int) -> Literal | _Missing:
    """Add two literal strings, multiply or add two literal numbers: `60 * 60`, `'a' + 'b'`."""
    operator = text(node.child_by_field_name("operator"))
    left = literal(node.child_by_field_name("left"), depth) if operator in ("+", "*") else MISSING
    right = literal(node.child_by_field_name("right"), depth) if left is not MISSING else MISSING
    if isinstance(left, str) and isinstance(right, str) and operator == "+":
        return left + right
    if _is_number(left) and _is_number(right):
        if operator == "*":
            return left * right  # type: ignore[operator]
        if operator == "+":
            return left + right  # type: ignore[operator]
    return MISSING


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def string(node: Node | None) -> str | None:
    """Return the value of a literal string; None for anything else."""
    value = literal(node)
    return value if isinstance(value, str) else None


def chain(node: Node | None) -> tuple[str, ...]:
    """Return the names of a member chain, `process.env.PORT` as three; a call or other base inside stands as `()`."""
    names: list[str] = []
    while node is not None:
        node = strip(node)
        if node.type == "member_expression":
            names.append(text(node.child_by_field_name("property")))
            node = node.child_by_field_name("object")
        elif node.type == "subscript_expression":
            key = string(node.child_by_field_name("index"))
            names.append("[]" if key is None else key)
            node = node.child_by_field_name("object")
        elif node.type in ("identifier", "this", "super", "shorthand_property_identifier", "import"):
            names.append(text(node))
            break
        elif node.type in ("call_expression", "new_expression"):
            names.append("()")
            break
        else:
            return ()
    return tuple(reversed(names))


def callee(call: Node) -> tuple[str, ...]:
    """Return the chain of what a call or `new` calls."""
    return chain(call.child_by_field_name("function") or call.child_by_field_name("constructor"))


def receiver(call: Node) -> Node | None:
    """Return the object on which a method is called: `x` of `x.get()`; None for a plain call."""
    function = call.child_by_field_name("function")
    if function is None or strip(function).type != "member_expression":
        return None
    inner = strip(function).child_by_field_name("object")
    return strip(inner) if inner is not None else None


def arguments(call: Node | None) -> list[Node]:
    """Return the arguments of a call or `new`, in order."""
    inside = call.child_by_field_name("arguments") if call is not None else None
    if inside is None or inside.type != "arguments":
        return []
    return [c for c in inside.named_children if c.type != "comment"]


def elements(array: Node | None) -> list[Node]:
    """Return the elements of an array literal; empty for anything else."""
    array = strip(array) if array is not None else None
    return [c for c in array.named_children if c.type != "comment"] if array is not None and array.type == "array" else []


@dataclass(frozen=True, slots=True)
class Pair:
    """Hold one entry of an object literal: its key (`...` for a spread), the key's node and the value's node."""

    key: str
    at: Node
    value: Node


def pairs(node: Node | None) -> Iterator[Pair]:
    """Yield the entries of an object literal, shorthands and methods too; nothing for anything else."""
    node = strip(node) if node is not None else None
    if node is None or node.type != "object":
        return
    for child in node.named_children:
        if child.type == "pair":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and value is not None:
                yield Pair(key_name(key), key, value)
        elif child.type == "shorthand_property_identifier":
            yield Pair(text(child), child, child)
        elif child.type == "method_definition":
            name = child.child_by_field_name("name")
            if name is not None:
                yield Pair(key_name(name), name, child)
        elif child.type == "spread_element" and child.named_children:
            yield Pair("...", child, child.named_children[0])


def entry(node: Node | None, key: str) -> Node | None:
    """Return the value of one key of an object literal."""
    return next((p.value for p in pairs(node) if p.key == key), None)


def key_name(node: Node) -> str:
    """Return a property's name as the program sees it: `a`, `'a-b'`, `['a']` and `1` without their marks."""
    if node.type == "computed_property_name" and node.named_children:
        node = node.named_children[0]
    value = literal(node)
    return text(node) if value is MISSING or value is None else str(value)


def decorators(node: Node) -> list[Node]:
    """Return the decorators of a class, method, field or parameter, each as the expression after `@`."""
    found = [c for c in node.children if c.type == "decorator"]
    parent = node.parent
    if parent is not None and parent.type == "export_statement":
        found = [c for c in parent.children if c.type == "decorator"] + found
    if parent is not None and parent.type == "class_body" and not found:
        sibling = node.prev_named_sibling
        while sibling is not None and sibling.type in ("decorator", "comment"):
            if sibling.type == "decorator":
                found.insert(0, sibling)
            sibling = sibling.prev_named_sibling
    return [c.named_children[0] for c in found if c.named_children]


def enclosing(node: Node, kinds: frozenset[str]) -> Node | None:
    """Return the nearest node around this one that is of one of the kinds."""
    parent = node.parent
    for _ in range(300):  # code that a person wrote is not nested deeper
        if parent is None or parent.type in kinds:
            return parent
        parent = parent.parent
    return None


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything named below it, in source order, without recursion."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(current.named_children))
