"""Evaluate calls and operators: casts, `||` and `??` defaults, ternaries, templates, and a project's own readers of the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from ..parsers.javascript.nodes import FUNCTIONS, arguments, callee, chain, line, receiver, string, strip, text, walk
from .values import Code, EnvRead, Foreign, Known, Parts, Place, Value, first_env

if TYPE_CHECKING:
    from ..parsers.javascript import Script
    from .evaluate import Evaluator

CASTS = frozenset({"parseInt", "Number", "parseFloat", "String", "Boolean", "BigInt"})
SAME = frozenset({"toString", "trim", "valueOf", "toLowerCase", "toUpperCase", "replace", "replaceAll"})
CAST_WORDS = ("port", "int", "num", "bool", "str", "parse", "cast", "default")


def call(ev: Evaluator, script: Script, node: Node, depth: int) -> Value | None:
    """Return what a call gives, where a cast, a known convention or the project's own helper explains it; else the call as code."""
    names, given = callee(node), arguments(node)
    if names[:1] == ("Number",) or (names[-1:] and names[-1] in CASTS and len(names) == 1):
        return typed(ev.value(script, given[0], depth), names[-1]) if given else None
    if names == ("require",) and given and (module := string(given[0])) is not None:
        return ev.imported(module, "*", script.path, depth)
    if names in (("Deno", "env", "get"), ("process", "env", "get")) and given and (name := string(given[0])):
        return EnvRead(name, Place(script.path, line(given[0])))
    for extend in ev.extensions:
        found = extend(ev, script, node, depth)
        if found is not None:
            return found
    if names[-1:] and names[-1] in SAME and (owner := receiver(node)) is not None:
        value = ev.value(script, owner, depth)
        if isinstance(value, Known | EnvRead):
            return value
    made = ev.called(script, node, depth - 2)
    if isinstance(made, Code) and made.node.type in FUNCTIONS:
        return helper_read(ev, script, node, made, depth) or _wrapped(ev, script, names, given, depth) or Code(script, node)
    if isinstance(made, Foreign) and (made.module, made.name) == ("prisma/config", "env") and given and (name := string(given[0])):
        return EnvRead(name, Place(script.path, line(given[0])), None, True)
    if isinstance(made, Foreign) or not isinstance(made, Code):
        wrapped = _wrapped(ev, script, names, given, depth)
        if wrapped is not None:
            return wrapped
    return Code(script, node)


def typed(value: Value | None, cast: str) -> Value | None:
    """Note the type that a cast gives to a read of the environment."""
    kind = {"parseInt": "int", "Number": "int", "parseFloat": "int", "Boolean": "bool"}.get(cast)
    if isinstance(value, EnvRead) and kind and value.type is None:
        return EnvRead(value.name, value.at, value.default, value.required, kind)
    return value


def _wrapped(ev: Evaluator, script: Script, names: tuple[str, ...], given: list[Node], depth: int) -> Value | None:
    """Return the first argument of a call that looks like a cast: `normalizePort(process.env.PORT || '3000')`."""
    if not given or not names or not any(w in names[-1].lower() for w in CAST_WORDS):
        return None
    value = ev.value(script, given[0], depth - 1)
    return value if isinstance(value, EnvRead) else None


def helper_read(ev: Evaluator, script: Script, node: Node, made: Code, depth: int) -> EnvRead | None:
    """Return the read that a project's own helper makes: `getEnv('PORT', 3000)` where the helper reads `process.env[name]`."""
    from .envreaders import env_helper

    shape = env_helper(ev, made)
    given = arguments(node)
    if shape is None or shape.name_at >= len(given):
        return None
    name = string(given[shape.name_at])
    if name is None:
        return None
    default: Value | None = None
    if shape.default_at is not None and shape.default_at < len(given):
        default = ev.value(script, given[shape.default_at], depth - 1)
    elif shape.default is not None:
        default = shape.default
    if isinstance(default, Known) and default.value is None:
        default = None
    required = True if shape.throws and default is None else None
    settled = default if isinstance(default, Known | EnvRead) else None
    return EnvRead(shape.prefix + name, Place(script.path, line(given[shape.name_at])), settled, required, shape.type)


def binary(ev: Evaluator, script: Script, node: Node, depth: int) -> Value | None:
    """Return the value of `a || b`, `a ?? b` and `a + b`; nothing for other operators."""
    operator = text(node.child_by_field_name("operator"))
    left_node, right_node = node.child_by_field_name("left"), node.child_by_field_name("right")
    if operator in ("||", "??"):
        left, right = ev.value(script, left_node, depth), ev.value(script, right_node, depth)
        return fall_back(left, right)
    if operator == "+":
        at = Place(script.path, line(node))
        return Parts((ev.value(script, left_node, depth), ev.value(script, right_node, depth)), at)
    if operator == "&&":
        return ev.value(script, right_node, depth)
    if operator in ("===", "==", "!==", "!="):
        read = first_env(ev.value(script, left_node, depth))
        other = ev.value(script, right_node, depth)
        switch = isinstance(other, Known) and str(other.value).lower() in ("true", "false", "1", "0", "yes", "no", "on", "off")
        return EnvRead(read.name, read.at, None, False, "bool" if switch else None) if read is not None else None
    return None


def fall_back(left: Value | None, right: Value | None) -> Value | None:
    """Return the left value with the right one as what remains when it is not set."""
    if isinstance(left, EnvRead) and isinstance(right, Known | EnvRead):
        if left.default is None:
            return EnvRead(left.name, left.at, right, left.required, left.type)
        if isinstance(left.default, EnvRead):
            inner = fall_back(left.default, right)
            return EnvRead(left.name, left.at, inner if isinstance(inner, EnvRead) else left.default, left.required, left.type)
        return left
    unknown = isinstance(left, Code) and left.node.type == "call_expression"
    if left is None or (isinstance(left, Known) and not left.value) or (unknown and right is not None):
        return right
    return left


def ternary(ev: Evaluator, script: Script, node: Node, depth: int) -> Value | None:
    """Return the value of `c ? a : b`: a read with its default, or the branch of production."""
    condition = node.child_by_field_name("condition")
    first, second = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
    asked = text(condition)
    one, two = ev.value(script, first, depth), ev.value(script, second, depth)
    if "production" in asked or "isProd" in asked:
        return two if "!=" in asked or asked.startswith("!") else one
    if isinstance(one, EnvRead) and isinstance(two, Known | EnvRead):
        return fall_back(one, two)
    if isinstance(two, EnvRead) and isinstance(one, Known):
        return fall_back(two, one)
    if isinstance(one, Known) and isinstance(two, Known) and one.value == two.value:
        return one
    return one if two is None else two if one is None else None


def template(ev: Evaluator, script: Script, node: Node, depth: int) -> Value | None:
    """Return the value of a template: its only hole, or text put together."""
    parts: list[Value | None] = []
    at = Place(script.path, line(node))
    for child in node.named_children:
        if child.type == "template_substitution":
            parts.append(ev.value(script, child.named_children[0], depth) if child.named_children else None)
        else:
            parts.append(Known(text(child), Place(script.path, line(child))))
    return parts[0] if len(parts) == 1 else Parts(tuple(parts), at)


def set_value(ev: Evaluator, script: Script, node: Node, depth: int) -> Value | None:
    """Return what `app.get('port')` gives after `app.set('port', …)` in the same file."""
    names, given = callee(node), arguments(node)
    key = string(given[0]) if len(given) == 1 else None
    if names[-1:] != ("get",) or key is None or key.startswith("/"):
        return None
    for other in script.calls:
        pair = arguments(other)
        if callee(other) == (*names[:-1], "set") and len(pair) == 2 and string(pair[0]) == key:
            return ev.value(script, pair[1], depth - 1)
    return None


__all__ = ["binary", "call", "chain", "fall_back", "helper_read", "set_value", "strip", "template", "ternary", "typed", "walk"]
