"""Say what an Elixir expression is worth where nothing is set outside: literals, `System.get_env` with its fallback, names bound before."""

from __future__ import annotations

from ..evaluated import UNKNOWN, Value
from ..parsers.elixir import ElixirFile, Node, call_of, literal, text_of
from ..parsers.grammar import line_of, words

_DEPTH = 10
_PASSING = {"to_integer", "trim", "to_string", "parse", "to_charlist", "to_atom", "parse!", "elem"}
_ENV = {"get_env", "fetch_env!", "fetch_env"}


def worth(path: str, parsed: ElixirFile, node: Node | None, depth: int = _DEPTH) -> Value:
    """Return what is known of an expression of a file."""
    if node is None or depth == 0:
        return UNKNOWN
    plain = literal(node)
    if plain is not None:
        return Value(plain, (path, line_of(node)))
    if node.type == "identifier":
        return worth(path, parsed, parsed.bindings.get(words(node)), depth - 1)
    if node.type == "unary_operator" and words(node).startswith("@"):
        return worth(path, parsed, parsed.attributes.get(words(node).lstrip("@")), depth - 1)
    if node.type == "binary_operator":
        return _operated(path, parsed, node, depth)
    if node.type == "tuple":
        return _system(path, node)
    if node.type == "block" and node.named_children:
        return worth(path, parsed, node.named_children[-1], depth - 1)
    return _called(path, parsed, node, depth) if node.type == "call" else UNKNOWN


def _operated(path: str, parsed: ElixirFile, node: Node, depth: int) -> Value:
    operator, left, right = (node.child_by_field_name(k) for k in ("operator", "left", "right"))
    if operator is None or words(operator) not in ("||", "or", "|>"):
        return UNKNOWN
    value = worth(path, parsed, left, depth - 1)
    if words(operator) == "|>":
        return value if right is not None and right.type == "call" and call_of(right).name in _PASSING else UNKNOWN
    return value.or_else(worth(path, parsed, right, depth - 1))


def _system(path: str, node: Node) -> Value:
    """Return `{:system, "PORT"}`, `{:system, :integer, "PORT", 4000}` and `{System, :get_env, ["PORT"]}`."""
    parts = [c for c in node.named_children if c.type != "comment"]
    if len(parts) == 3 and words(parts[0]) == "System" and text_of(parts[1]) in _ENV and parts[2].named_children:
        given = text_of(parts[2].named_children[0])
        return Value(None, None, (given,) if given else ())
    if not parts or text_of(parts[0]) != "system":
        return UNKNOWN
    rest = parts[2:] if len(parts) > 2 and parts[1].type == "atom" else parts[1:]
    name = text_of(rest[0]) if rest else None
    default = literal(rest[1]) if len(rest) > 1 else None
    return Value(default, (path, line_of(rest[1])) if default is not None else None, (name,) if name else ())


def _called(path: str, parsed: ElixirFile, node: Node, depth: int) -> Value:
    call = call_of(node)
    if call.name in _ENV and call.owner == "System":
        name = call.text(0)
        other = worth(path, parsed, call.arguments[1], depth - 1) if len(call.arguments) > 1 else UNKNOWN
        return Value(None, None, (name,) if name else ()).or_else(other)
    if call.name in _PASSING and call.arguments:
        return worth(path, parsed, call.arguments[0], depth - 1)
    if call.name in ("get_env", "compile_env") and call.owner == "Application" and len(call.arguments) > 2:
        return worth(path, parsed, call.arguments[2], depth - 1)
    return UNKNOWN
