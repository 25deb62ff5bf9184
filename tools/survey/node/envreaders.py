"""Recognise a project's own readers of the environment: functions that read `process.env[name]` for a name given to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from ..parsers.javascript.nodes import arguments, callee, chain, literal, string, strip, text, walk
from .values import Code, Known, Place

if TYPE_CHECKING:
    from .evaluate import Evaluator

MAX_CHARS = 4_000  # a longer function is no reader of one setting


@dataclass(frozen=True, slots=True)
class Helper:
    """Say how a helper reads: which argument is the name, which the default, and whether it throws without a value."""

    name_at: int
    default_at: int | None = None
    default: Known | None = None
    throws: bool = False
    type: str | None = None
    prefix: str = ""


def env_helper(ev: Evaluator, made: Code) -> Helper | None:
    """Return how a function reads the environment by a name given to it; None when it does not."""
    known: dict[tuple[str, int], Helper | None] = ev.remembered.setdefault("helpers", {})
    key = (made.script.path, made.node.start_byte)
    if key not in known:
        known[key] = None  # a helper that calls itself
        known[key] = _read(ev, made)
    return known[key]


def _read(ev: Evaluator, made: Code) -> Helper | None:
    function = made.node
    if function.end_byte - function.start_byte > MAX_CHARS:
        return None
    names = parameters(function)
    if not names:
        return None
    for node in walk(function):
        found = _lookup(ev, made, node, names)
        if found is not None:
            name_at, prefix = found
            return _finish(ev, made, names, name_at, prefix)
    return None


def parameters(function: Node) -> list[str]:
    """Return the names of a function's parameters in order; `` for a pattern."""
    single = function.child_by_field_name("parameter")
    if single is not None:
        return [text(single)]
    listed = function.child_by_field_name("parameters")
    found = []
    for item in listed.named_children if listed is not None else ():
        if item.type == "comment":
            continue
        target = item.child_by_field_name("pattern") or item.child_by_field_name("left") or item
        found.append(text(target) if target.type == "identifier" else "")
    return found


def _lookup(ev: Evaluator, made: Code, node: Node, names: list[str]) -> tuple[int, str] | None:
    """Return which parameter is looked up in the environment here, directly or through another helper, and a fixed prefix."""
    from .evaluate import is_environment

    if node.type == "subscript_expression":
        owner, index = node.child_by_field_name("object"), node.child_by_field_name("index")
        if owner is not None and index is not None and (is_environment(owner) or _is_alias(ev, made, owner)):
            return _named(index, names)
    if node.type == "call_expression":
        given = arguments(node)
        if callee(node)[-3:] == ("Deno", "env", "get") and given:
            return _named(given[0], names)
        if given and text(given[0]) in names and node.start_byte != made.node.start_byte:
            inner = ev.value(made.script, node.child_by_field_name("function"), 8)
            if isinstance(inner, Code) and inner.node.id != made.node.id and inner.node.type != "call_expression":
                shape = env_helper(ev, inner) if inner.node.child_by_field_name("body") is not None else None
                if shape is not None and shape.name_at == 0:
                    return names.index(text(given[0])), shape.prefix
    return None


def _is_alias(ev: Evaluator, made: Code, owner: Node) -> bool:
    from .evaluate import is_environment

    if strip(owner).type != "identifier":
        return False
    binding = ev.sources.scopes(made.script).find(text(owner), owner)
    return binding is not None and binding.value is not None and is_environment(strip(binding.value))


def _named(index: Node, names: list[str]) -> tuple[int, str] | None:
    index = strip(index)
    if index.type == "identifier" and text(index) in names:
        return names.index(text(index)), ""
    if index.type == "template_string":
        holes = [c for c in index.named_children if c.type == "template_substitution"]
        fixed = [c for c in index.named_children if c.type == "string_fragment"]
        hole = text(holes[0].named_children[0]) if len(holes) == 1 and holes[0].named_children else ""
        leading = not fixed or (len(fixed) == 1 and fixed[0].start_byte < holes[0].start_byte) if holes else False
        if hole in names and leading:
            return names.index(hole), "".join(text(f) for f in fixed)
    return None


def _finish(ev: Evaluator, made: Code, names: list[str], name_at: int, prefix: str) -> Helper:
    function = made.node
    default_at = next(
        (i for i, n in enumerate(names) if i != name_at and any(w in n.lower() for w in ("default", "fallback", "def", "alt"))), None
    )
    if default_at is None and len(names) == 2:
        other = 1 - name_at
        default_at = other if _returned_alone(function, names[other]) else None
    throws = any(
        n.type == "throw_statement"
        or (n.type == "call_expression" and callee(n)[-2:] == ("process", "exit"))
        or (n.type == "call_expression" and chain(n.child_by_field_name("function"))[:1] in (("invariant",), ("assert",)))
        for n in walk(function)
    )
    return Helper(name_at, default_at, _inner_default(made, function), throws, _type(function), prefix)


def _returned_alone(function: Node, name: str) -> bool:
    """Tell whether the function gives this parameter back where nothing is set: `|| fallback`, `return fallback`."""
    for node in walk(function):
        if node.type == "binary_expression" and text(node.child_by_field_name("operator")) in ("||", "??"):
            right = node.child_by_field_name("right")
            if right is not None and text(strip(right)) == name:
                return True
        if node.type in ("return_statement", "ternary_expression") and any(text(strip(c)) == name for c in node.named_children):
            return True
    return False


def _inner_default(made: Code, function: Node) -> Known | None:
    for node in walk(function):
        if node.type == "binary_expression" and text(node.child_by_field_name("operator")) in ("||", "??"):
            right = node.child_by_field_name("right")
            value = string(right) if right is not None else None
            if value is not None and right is not None:
                return Known(value, Place(made.script.path, int(right.start_point[0]) + 1))
    return None


def _type(function: Node) -> str | None:
    body = text(function)
    if "parseInt(" in body or "Number(" in body or "parseFloat(" in body:
        return "int"
    if "=== 'true'" in body or '=== "true"' in body:
        return "bool"
    return None


__all__ = ["Helper", "env_helper", "literal", "parameters"]
