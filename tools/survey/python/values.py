"""Resolve simple Python expressions: constants, environment reads with defaults, names of module constants."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from ..parsers.python import PythonFile, argument, literal, string

READERS = {
    "os.environ.get": (0, 1), "os.getenv": (0, 1), "os.environ.setdefault": (0, 1), "os.environ.pop": (0, 1), "environ.get": (0, 1),
    "getenv": (0, 1), "decouple.config": (0, None), "os.environb.get": (0, 1),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """Be what an expression comes to: `value` (None unknown), and the environment variable that it is read from."""

    value: str | int | float | bool | None = None
    variable: str | None = None
    line: int = 0


def resolve(parsed: PythonFile, node: ast.AST | None, depth: int = 0) -> Value:
    """Return what an expression comes to as far as the file itself tells."""
    if node is None or depth > 6:
        return Value()
    line = getattr(node, "lineno", 0)
    known = literal(node)
    if known is not None:
        return Value(known, None, line)
    if isinstance(node, ast.Subscript) and parsed.full_name(node.value) in ("os.environ", "environ"):
        return Value(None, string(node.slice), line)
    if isinstance(node, ast.Call):
        return _call(parsed, node, depth, line)
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        first, last = resolve(parsed, node.values[0], depth + 1), resolve(parsed, node.values[-1], depth + 1)
        return Value(first.value if first.value is not None else last.value, first.variable, first.line or line)
    if isinstance(node, ast.IfExp):
        return resolve(parsed, node.body, depth + 1)
    if isinstance(node, ast.Name):
        for statement in parsed.tree.body:
            targets = (
                statement.targets
                if isinstance(statement, ast.Assign)
                else [statement.target]
                if isinstance(statement, ast.AnnAssign)
                else []
            )
            if any(isinstance(t, ast.Name) and t.id == node.id for t in targets):
                return resolve(parsed, getattr(statement, "value", None), depth + 1)
        assigned = [n for n in parsed.nodes if isinstance(n, ast.Assign)]
        once = [n for n in assigned if any(isinstance(t, ast.Name) and t.id == node.id for t in n.targets)]
        if len(once) == 1:
            return resolve(parsed, once[0].value, depth + 1)
    return Value()


def text_of(parsed: PythonFile, node: ast.AST | None) -> str | None:
    """Return the text of a string or f-string, names put in as far as the file tells, unknown parts left out; None for anything else."""
    if isinstance(node, ast.JoinedStr):
        parts = [string(v) or "" if not isinstance(v, ast.FormattedValue) else resolve(parsed, v.value).value or "" for v in node.values]
        return "".join(map(str, parts))
    known = resolve(parsed, node).value
    return known if isinstance(known, str) else None


def _call(parsed: PythonFile, call: ast.Call, depth: int, line: int) -> Value:
    name = parsed.full_name(call.func)
    if name in ("int", "str", "float", "bool") and call.args:
        return resolve(parsed, call.args[0], depth + 1)
    if name in READERS:
        at, default = READERS[name]
        variable = string(argument(call, at, "key", "option", "default_key"))
        fallback = resolve(parsed, argument(call, default, "default"), depth + 1)
        return Value(fallback.value, variable, line)
    if isinstance(call.func, ast.Attribute) and call.func.attr in ("strip", "lower", "upper", "rstrip", "lstrip"):
        return resolve(parsed, call.func.value, depth + 1)
    return Value()


def number(value: Value) -> int | None:
    """Return a value as a port number, None for what is none."""
    text = str(value.value) if value.value is not None and not isinstance(value.value, bool) else ""
    digits = text.rpartition(":")[2]
    return int(digits) if digits.isdigit() and 0 < int(digits) < 65536 else None
