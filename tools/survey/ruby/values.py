"""Say what a Ruby expression is worth where nothing is set outside: literals, `ENV` reads with default, names assigned in the file."""

from __future__ import annotations

from ..evaluated import UNKNOWN, Value
from ..parsers.grammar import line_of, words
from ..parsers.ruby import Node, RubyFile, block_value, call_of, literal, text_of

_DEPTH = 8


def worth(path: str, parsed: RubyFile, node: Node | None, depth: int = _DEPTH) -> Value:
    """Return what is known of an expression of a file."""
    if node is None or depth == 0:
        return UNKNOWN
    plain = literal(node)
    if plain is not None:
        return Value(plain, (path, line_of(node)))
    if node.type == "string":
        return _interpolated(path, parsed, node, depth)
    if node.type == "identifier":
        return worth(path, parsed, _assigned(parsed, words(node)), depth - 1)
    if node.type == "parenthesized_statements" and node.named_children:
        return worth(path, parsed, node.named_children[-1], depth - 1)
    if node.type == "binary":
        left = worth(path, parsed, node.child_by_field_name("left"), depth - 1)
        return left.or_else(worth(path, parsed, node.child_by_field_name("right"), depth - 1))
    if node.type == "conditional":
        test, yes, no = (node.child_by_field_name(k) for k in ("condition", "consequence", "alternative"))
        names = worth(path, parsed, test, depth - 1).env
        other = worth(path, parsed, no, depth - 1)
        return Value(other.text, other.at, tuple(dict.fromkeys((*names, *worth(path, parsed, yes, depth - 1).env, *other.env))))
    if node.type == "element_reference":
        return _element(node)
    return _called(path, parsed, node, depth) if node.type == "call" else UNKNOWN


def _element(node: Node) -> Value:
    holder = node.child_by_field_name("object")
    keys = [c for c in node.named_children if c != holder]
    name = text_of(keys[0]) if holder is not None and words(holder) == "ENV" and keys else None
    return Value(None, None, (name,)) if name else UNKNOWN


def _called(path: str, parsed: RubyFile, node: Node, depth: int) -> Value:
    call = call_of(node)
    if call.receiver == "ENV" and call.name in ("fetch", "[]") and call.arguments:
        name = text_of(call.arguments[0])
        other = call.arguments[1] if len(call.arguments) > 1 else block_value(call)
        return Value(None, None, (name,) if name else ()).or_else(worth(path, parsed, other, depth - 1))
    if call.name in ("Integer", "String", "Float") and call.arguments:
        return worth(path, parsed, call.arguments[0], depth - 1)
    if call.name in ("to_i", "to_s", "presence", "to_sym", "freeze", "strip", "empty?", "nil?", "present?", "blank?"):
        return worth(path, parsed, node.child_by_field_name("receiver"), depth - 1)
    return UNKNOWN


def _interpolated(path: str, parsed: RubyFile, node: Node, depth: int) -> Value:
    """Return the text of a string whose interpolations are known."""
    pieces: list[str] = []
    names: list[str] = []
    for part in node.named_children:
        if part.type != "interpolation":
            pieces.append(words(part))
            continue
        value = worth(path, parsed, part.named_children[0] if part.named_children else None, depth - 1)
        names.extend(value.env)
        if value.text is None:
            return Value(None, None, tuple(dict.fromkeys(names)))
        pieces.append(value.text)
    return Value("".join(pieces), (path, line_of(node)), tuple(dict.fromkeys(names)))


def _assigned(parsed: RubyFile, name: str) -> Node | None:
    for node in parsed.assignments:
        left = node.child_by_field_name("left")
        if left is not None and words(left) == name:
            return node.child_by_field_name("right")
    return None
