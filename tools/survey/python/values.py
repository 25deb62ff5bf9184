"""Resolve simple Python expressions: constants, environment reads with defaults, names of module constants."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from ..parsers.python import PythonFile, argument, literal, string

READERS = {
    "os.environ.get": (0, 1), "os.getenv": (0, 1), "os.environ.setdefault": (0, 1), "os.environ.pop": (0, 1), "environ.get": (0, 1),
    "getenv": (0, 1), "decouple.config": (0, None), "os.environb.get": (0, 1),
}  # fmt: skip


_OPTIONS = ("add_argument", "option", "define", "add_option")


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
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)):
        return _joined(parsed, node, depth, line)
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
        return resolve(parsed, option(parsed, node.id) if not once else None, depth + 1)
    if isinstance(node, ast.Attribute):
        return resolve(parsed, _constant(parsed, node) or option(parsed, node.attr), depth + 1)
    return Value()


def _constant(parsed: PythonFile, node: ast.Attribute) -> ast.expr | None:
    """Return what `Config.PORT` is given in the body of a class of the file."""
    for one in parsed.tree.body if isinstance(node.value, ast.Name) else ():
        if isinstance(one, ast.ClassDef) and isinstance(node.value, ast.Name) and one.name == node.value.id:
            assigned = (s for s in one.body if isinstance(s, ast.Assign))
            return next((s.value for s in assigned if any(isinstance(t, ast.Name) and t.id == node.attr for t in s.targets)), None)
    return None


def option(parsed: PythonFile, name: str) -> ast.expr | None:
    """Return the default of a command-line option by the name its value has: argparse, click, typer, tornado; of a parameter last."""
    for node in parsed.nodes:
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            words = {(string(a) or "").lstrip("-").replace("-", "_") for a in node.args} if called in _OPTIONS else set()
            if name in words and (default := argument(node, None, "default")) is not None:
                return default
    functions = (n.args for n in parsed.nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    given = [d for a in functions for p, d in zip(reversed([*a.posonlyargs, *a.args]), reversed(a.defaults), strict=False) if p.arg == name]
    if len(given) != 1:
        return None
    return argument(given[0], 0, "default") if isinstance(given[0], ast.Call) and _is_option(parsed, given[0]) else given[0]


def _is_option(parsed: PythonFile, call: ast.Call) -> bool:
    return parsed.full_name(call.func).rpartition(".")[2] in ("Option", "Argument")


def _joined(parsed: PythonFile, node: ast.JoinedStr | ast.BinOp, depth: int, line: int) -> Value:
    """Return what texts put together come to, unknown where one part is, with the last variable that is put in."""
    pieces = [node.left, node.right] if isinstance(node, ast.BinOp) else node.values
    values = [resolve(parsed, p.value if isinstance(p, ast.FormattedValue) else p, depth + 1) for p in pieces]
    variable = next((v.variable for v in reversed(values) if v.variable), None)
    known = [v.value for v in values]
    if isinstance(node, ast.BinOp) and not any(isinstance(k, str) for k in known):
        return Value(None, variable, line)
    at = next((v.line for v in reversed(values) if v.variable), line)
    return Value("".join(map(str, known)) if None not in known else None, variable, at)


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
