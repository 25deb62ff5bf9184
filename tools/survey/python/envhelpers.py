"""Follow the project's own helper functions that read the environment variable which one of their parameters names."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..parsers.python import PythonFile, argument, literal, string
from ..variables import is_name
from .sources import absolute, dotted
from .values import READERS, resolve

_DEFAULTS = ("default", "fallback", "default_value", "def_val")
_DEMANDS = ("required", "mandatory")


@dataclass(frozen=True, slots=True)
class Read:
    """Be one read: the name, its default as text (None without one), whether the program fails without it."""

    name: str
    path: str
    line: int
    default: str | None = None
    required: bool = False
    type: str | None = None
    default_line: int = 0  # of the same file, where the default stands apart from the read


@dataclass(frozen=True, slots=True)
class Helper:
    """Be such a function: where name, default and demand stand among its arguments, and the further names that it makes of the name."""

    path: str
    name_at: int
    name_word: str
    default_at: int | None
    default_word: str
    required: bool
    own_default: str | None = None  # of the parameter, where a call gives none
    demand: str = ""  # the parameter that makes a read fail
    twins: tuple[tuple[str, str, int], ...] = ()  # (before, after, line): `f"{name}_FILE"`
    plain: bool = True  # reads the name as it is given


def text_of(value: object) -> str | None:
    """Return a default as the environment would spell it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def helpers_of(path: str, parsed: PythonFile, folder: str) -> Iterator[tuple[str, Helper]]:
    """Yield (dotted name, helper) of functions that read the variable named by a parameter."""
    module = dotted(path, folder)
    for node in parsed.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            helper = _helper(path, parsed, node)
            if helper is not None:
                yield f"{module}.{node.name}", helper


def _helper(path: str, parsed: PythonFile, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Helper | None:
    positional = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    everything = [*positional, *(a.arg for a in function.args.kwonlyargs)]
    nodes = list(ast.walk(function))
    found = [(read, _hole(read[0], everything)) for n in nodes if (read := _read_of(parsed, n))[0] is not None]
    keyed = [(read, hole) for read, hole in found if hole is not None]
    if not keyed:
        return None
    first = next((k for k in keyed if k[1][1:] == ("", "")), keyed[0])
    (_, fallback, required), (word, before, after) = first
    twins = tuple((h[1], h[2], r[0].lineno) for r, h in keyed if r[0] is not None and h[0] == word and h[1:] != ("", ""))
    inner = _bare(fallback)
    bound = inner.id if isinstance(inner, ast.Name) and inner.id in everything else _default_parameter(everything, word)
    offset = 1 if positional[:1] in (["self"], ["cls"]) else 0
    asks = any(isinstance(n, ast.Compare) and isinstance(n.ops[0], ast.In | ast.NotIn) and "environ" in ast.dump(n) for n in nodes)
    demand = next((p for p in everything if p in _DEMANDS), "")
    raises = any(isinstance(n, ast.Raise) for n in nodes) and not demand
    return Helper(
        path,
        positional.index(word) - offset if word in positional else -1,
        word,
        positional.index(bound) - offset if bound in positional else None,
        bound or "",
        not asks and not (twins and first[1][1:] == ("", "")) and (required or (raises and fallback is None)),
        text_of(literal(_own_default(function, bound))) if bound else None,
        demand,
        twins,
        (before, after) == ("", ""),
    )


def _hole(key: ast.expr | None, parameters: list[str]) -> tuple[str, str, str] | None:
    """Return (parameter, text before, text after) of a key that is a parameter or an f-string around one; None for another key."""
    if isinstance(key, ast.Name) and key.id in parameters:
        return key.id, "", ""
    parts: Sequence[ast.expr] = key.values if isinstance(key, ast.JoinedStr) else ()
    if isinstance(key, ast.BinOp) and isinstance(key.op, ast.Add):
        parts = (key.left, key.right)
    bare = [p.value if isinstance(p, ast.FormattedValue) else p for p in parts]
    holes = [i for i, p in enumerate(bare) if isinstance(p, ast.Name) and p.id in parameters]
    if len(holes) != 1 or not all(string(p) for i, p in enumerate(bare) if i != holes[0]):
        return None
    at, name = holes[0], bare[holes[0]]
    texts = [string(p) or "" for p in bare]
    return name.id if isinstance(name, ast.Name) else "", "".join(texts[:at]), "".join(texts[at + 1 :])


def _bare(node: ast.expr | None) -> ast.expr | None:
    """Return what stands inside a conversion (`str(default)`)."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("str", "int", "float", "bool") and node.args:
        node = node.args[0]
    return node


def _own_default(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> ast.expr | None:
    arguments = function.args
    positional = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    given = dict(zip(reversed(positional), reversed(arguments.defaults), strict=False))
    given.update({a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None})
    return given.get(name)


def _default_parameter(parameters: list[str], name: str) -> str | None:
    return next((p for p in parameters if p in _DEFAULTS and p != name), None)


def _read_of(parsed: PythonFile, node: ast.AST) -> tuple[ast.expr | None, ast.expr | None, bool]:
    if isinstance(node, ast.Call) and parsed.full_name(node.func) in READERS:
        return argument(node, 0, "key"), argument(node, 1, "default"), False
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and parsed.full_name(node.value) in ("os.environ", "environ"):
        return node.slice, None, True
    return None, None, False


def through(path: str, parsed: PythonFile, folder: str, helpers: dict[str, Helper]) -> Iterator[Read]:
    """Yield the reads of a file that go through the helpers (dotted name -> helper)."""
    module = dotted(path, folder)
    for call in parsed.calls():
        name = parsed.full_name(call.func)
        if not name:
            continue
        helper = helpers.get(f"{module}.{name}") or helpers.get(absolute(name, path, folder)) or helpers.get(name)
        if helper is not None:
            yield from _of_call(path, parsed, call, helper)


def _of_call(path: str, parsed: PythonFile, call: ast.Call, helper: Helper) -> Iterator[Read]:
    variable = string(argument(call, helper.name_at if helper.name_at >= 0 else None, helper.name_word))
    if not is_name(variable) or variable is None:
        return
    fallback = argument(call, helper.default_at, helper.default_word) if helper.default_word or helper.default_at is not None else None
    default = helper.own_default if fallback is None else text_of(resolve(parsed, fallback).value)
    demanded = bool(helper.demand) and literal(argument(call, None, helper.demand)) is True
    required = (demanded and default is None) or (helper.required and fallback is None and helper.own_default is None)
    if helper.plain:
        yield Read(variable, path, call.lineno, default, required)
    for before, after, line in helper.twins:
        whole = f"{before}{variable}{after}"
        yield Read(whole, helper.path, line) if helper.plain else Read(whole, path, call.lineno, default, required)
