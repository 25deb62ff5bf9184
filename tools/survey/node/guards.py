"""Judge whether a program can do without a variable, by how the code treats its absence."""

from __future__ import annotations

from tree_sitter import Node

from ..parsers.javascript import Script
from ..parsers.javascript.nodes import arguments, callee, chain, strip, text, walk
from ..parsers.javascript.scopes import BLOCKS

TESTS = frozenset({"===", "!==", "==", "!=", "in", "<", ">"})
OUTSIDE = BLOCKS | {"arguments", "pair", "variable_declarator", "object"}
MAX_CLIMB = 24  # a condition around a read is not further away
ASSERTS = frozenset({"assert", "invariant", "ok", "checkEnv", "ensure", "requireEnv", "nullthrows"})


def guarded(script: Script, node: Node, bound: str | None) -> bool | None:
    """Return False where the code copes with absence, True where it stops without a value or claims it is there, None where open."""
    fatal = _condition(node)
    if fatal is not None:
        return fatal
    if (node.parent is not None and node.parent.type in ("non_null_expression", "as_expression")) or node.type == "non_null_expression":
        return True
    if node.parent is not None and node.parent.type == "arguments" and node.parent.parent is not None:
        called = callee(node.parent.parent)
        if called[-1:] and called[-1] in ASSERTS:
            return True
        if called == ("Boolean",):
            return False
    return missing_is_fatal(script, bound) if bound is not None else None


def _condition(node: Node) -> bool | None:
    """Judge a read that stands inside a condition, comparison or `&&`; None outside of all."""
    current = node
    for _ in range(MAX_CLIMB):
        parent = current.parent
        if parent is None or parent.type in OUTSIDE:
            break
        if (
            parent.type == "binary_expression"
            and text(parent.child_by_field_name("operator")) in TESTS
            and (parent.parent is None or parent.parent.type not in ("parenthesized_expression", "if_statement"))
        ):
            return False
        if parent.type == "if_statement":
            condition = parent.child_by_field_name("condition")
            if condition is not None and condition.start_byte <= current.start_byte < condition.end_byte:
                return _stops(parent) if _denied(condition) else False
            return None
        if parent.type == "binary_expression" and text(parent.child_by_field_name("operator")) == "&&" and _is_left(parent, current):
            return False
        if parent.type == "ternary_expression" and _is_condition(parent, current):
            return False
        if parent.type == "unary_expression" and _negations(parent) > 1:
            return False
        if parent.type == "spread_element":
            return False
        current = parent
    return None


def _negations(node: Node) -> int:
    """Return how many `!` stand in a row from a node on, two at most."""
    inner = node.child_by_field_name("argument")
    if text(node.child_by_field_name("operator")) != "!" or inner is None:
        return 0
    return 2 if inner.type == "unary_expression" and text(inner.child_by_field_name("operator")) == "!" else 1


def _is_left(parent: Node, current: Node) -> bool:
    left = parent.child_by_field_name("left")
    return left is not None and left.id == current.id


def _is_condition(parent: Node, current: Node) -> bool:
    condition = parent.child_by_field_name("condition")
    return condition is not None and condition.id == current.id


def _denied(condition: Node) -> bool:
    """Tell whether a condition asks for absence: `!x`, `x === undefined`, `x == null`, `typeof x === 'undefined'`."""
    asked = text(condition).replace(" ", "")
    return (
        "(!" in asked
        or "||!" in asked
        or "===undefined" in asked
        or "==null" in asked
        or "==undefined" in asked
        or '"undefined"' in asked
        or ("'undefined'" in asked or "===''" in asked or '===""' in asked)
    )


def _stops(statement: Node) -> bool:
    """Tell whether the branch ends the program: it throws or exits."""
    branch = statement.child_by_field_name("consequence")
    return branch is not None and any(
        n.type == "throw_statement" or (n.type == "call_expression" and callee(n) in (("process", "exit"), ("Deno", "exit")))
        for n in walk(branch)
    )


def missing_is_fatal(script: Script, name: str) -> bool | None:
    """Return True where the file stops without a value in this name, False where it tests for one, None where neither."""
    found: bool | None = None
    for node in script.of_type("if_statement", "call_expression", "non_null_expression"):
        if node.type == "if_statement":
            condition = node.child_by_field_name("condition")
            if condition is not None and name in _names(condition):
                if _denied(condition) and _stops(node):
                    return True
                found = False
        elif node.type == "call_expression" and callee(node)[-1:] and callee(node)[-1] in ASSERTS:
            if any(text(strip(a)) == name for a in arguments(node)):
                return True
        elif node.type == "non_null_expression" and text(node) == name + "!":
            found = True if found is None else found
    return found


def _names(condition: Node) -> set[str]:
    return {text(n) for n in walk(condition) if n.type == "identifier"} | {
        ".".join(chain(n)) for n in walk(condition) if n.type == "member_expression"
    }
