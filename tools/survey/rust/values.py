"""Say what a Rust expression is worth where nothing is set outside: literals, constants, `let`s, `format!`, `env::var` with fallback."""

from __future__ import annotations

from ..evaluated import UNKNOWN, Value
from ..parsers.grammar import line_of, words
from ..parsers.rust import Call, Node, RustFile, call_of, descend, enclosing, literal, text_of

_DEPTH = 10
_PASSING = {
    "unwrap", "expect", "parse", "to_string", "into", "to_owned", "as_str", "clone", "as_ref", "trim", "to_socket_addrs", "ok",
    "unwrap_or_default",
    "ok_or", "ok_or_else", "map_err", "context", "with_context", "await", "next", "to_uppercase", "as_deref", "to_lowercase", "and_then",
    "map",
}  # fmt: skip
FALLBACKS = {"unwrap_or", "unwrap_or_else", "or", "or_else", "map_or"}
_READS = {"var", "var_os"}
_MODULES = ("env", "dotenv", "dotenvy")


def is_read(parsed: RustFile, call: Call) -> bool:
    """Say whether a call is `env::var("X")` or its like; a bare `var` only where the file imports it from there."""
    if call.name not in _READS or call.receiver is not None:
        return False
    if call.path:
        return call.path.rpartition("::")[2] in _MODULES
    return any(f"{m}::" in words(u) and call.name in words(u) for u in parsed.uses for m in _MODULES)


def worth(path: str, parsed: RustFile, node: Node | None, depth: int = _DEPTH) -> Value:
    """Return what is known of an expression of a file."""
    if node is None or depth == 0:
        return UNKNOWN
    plain = literal(node)
    if plain is not None:
        return Value(plain, (path, line_of(node)))
    kind = node.type
    if kind in (
        "reference_expression",
        "parenthesized_expression",
        "try_expression",
        "await_expression",
        "unary_expression",
        "type_cast_expression",
    ):
        inside = node.child_by_field_name("value") or (node.named_children[0] if node.named_children else None)
        return worth(path, parsed, inside, depth - 1)
    if kind == "identifier":
        return worth(path, parsed, _declared(parsed, node), depth - 1)
    if kind == "macro_invocation":
        return _formatted(path, parsed, node, depth)
    if kind in ("block", "closure_expression"):
        body = (
            node.child_by_field_name("body") if kind == "closure_expression" else node.named_children[-1] if node.named_children else None
        )
        return worth(path, parsed, body, depth - 1)
    if kind in ("tuple_expression", "array_expression") and node.named_children:
        return worth(path, parsed, node.named_children[-1], depth - 1)
    if kind == "match_expression":
        return _matched(path, parsed, node, depth)
    return _called(path, parsed, call_of(node), depth) if kind == "call_expression" else UNKNOWN


def _called(path: str, parsed: RustFile, call: Call, depth: int) -> Value:
    if is_read(parsed, call) and call.arguments:
        name = text_of(call.arguments[0])
        return Value(None, None, (name,)) if name else UNKNOWN
    if call.receiver is not None and call.name in FALLBACKS and call.arguments:
        return worth(path, parsed, call.receiver, depth - 1).or_else(worth(path, parsed, call.arguments[0], depth - 1))
    if call.receiver is not None and call.name in _PASSING:
        return worth(path, parsed, call.receiver, depth - 1)
    if call.name in ("from", "new", "Some", "Ok", "from_str", "V4") and call.arguments:
        return worth(path, parsed, call.arguments[-1], depth - 1)
    return UNKNOWN


def _matched(path: str, parsed: RustFile, node: Node, depth: int) -> Value:
    """Return `match env::var("X") { Ok(x) => x, Err(_) => fallback }` as its read with the fallback."""
    value = worth(path, parsed, node.child_by_field_name("value"), depth - 1)
    for arm in descend(node.child_by_field_name("body"), "match_arm"):
        pattern, result = arm.child_by_field_name("pattern"), arm.child_by_field_name("value")
        if pattern is not None and words(pattern).startswith(("Err", "None", "_")):
            value = value.or_else(worth(path, parsed, result, depth - 1))
    return value


def _formatted(path: str, parsed: RustFile, node: Node, depth: int) -> Value:
    """Return the text of `format!("0.0.0.0:{}", port)` and of `format!("0.0.0.0:{port}")` where its parts are known."""
    tokens = next((c for c in node.named_children if c.type == "token_tree"), None)
    parts = tokens.named_children if tokens is not None else []
    if not parts or parts[0].type != "string_literal":
        return UNKNOWN
    text, given, names = text_of(parts[0]) or "", list(parts[1:]), list[str]()
    while "{" in text:
        before, _, rest = text.partition("{")
        label, _, after = rest.partition("}")
        label = label.partition(":")[0].strip()
        if label and not label.isdigit():
            value = worth(path, parsed, _named(parsed, label, node), depth - 1)
        else:
            value = worth(path, parsed, given.pop(0), depth - 1) if given else UNKNOWN
        names.extend(value.env)
        if value.text is None:
            return Value(None, None, tuple(dict.fromkeys(names)))
        text = before + value.text + after
    return Value(text, (path, line_of(node)), tuple(dict.fromkeys(names)))


def _declared(parsed: RustFile, node: Node) -> Node | None:
    return _named(parsed, words(node), node)


def _named(parsed: RustFile, name: str, at: Node) -> Node | None:
    """Return what the nearest `let` before a place, else a constant of the file, binds to a name."""
    function = enclosing(at, "function_item")
    found = None
    for one in parsed.lets:
        pattern = one.child_by_field_name("pattern")
        inside = function is None or function.start_byte <= one.start_byte < function.end_byte
        if pattern is not None and words(pattern).removeprefix("mut ") == name and one.start_byte < at.start_byte and inside:
            found = one.child_by_field_name("value")
    if found is not None:
        return found
    for one in parsed.constants:
        named = one.child_by_field_name("name")
        if named is not None and words(named) == name:
            return one.child_by_field_name("value")
    return None
