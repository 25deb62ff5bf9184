"""Judge reads of the environment: the map kept in a variable, the program's own functions that read, and whether absence is fatal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..parsers.grammar import words
from ..parsers.jvm import Call, JvmFile, Node
from ..parsers.jvmnodes import declared_name, enclosing
from ..parsers.walking import below
from ..view import View
from .model import Unit
from .sources import code
from .values import assigned, environment_read

_MAP = ("System.getenv()", "java.lang.System.getenv()")
_FALLBACKS = ("binary_expression", "elvis_expression", "ternary_expression")
_ENDS = (*_FALLBACKS, "block", "class_body", "function_body", "return_statement")
_STOPS = ("error(", "throw ", "exitProcess(", "fail(")
_DEMANDS = {"requireNonNull", "requireNotNull", "checkNotNull", "checkNotEmpty", "hasText", "notNull"}
_DEFAULTS = ("default", "fallback", "def", "otherwise", "alternative")


@dataclass(frozen=True, slots=True)
class Reader:
    """Be a function that reads the variable named by its parameter: where name and fallback stand, whether it fails without a value."""

    name: str
    name_at: int
    default_at: int | None
    needed: bool


def reads_environment(file: JvmFile, call: Call) -> bool:
    """Say whether a call reads one variable, of the environment itself or of a variable that holds its map."""
    if environment_read(call) is not None:
        return True
    if call.name not in ("get", "getOrDefault") or not call.receiver.isidentifier():
        return False
    value = assigned(file, call.receiver, call.node)
    return value is not None and words(value).replace(" ", "") in _MAP


def around(call: Call) -> Node | None:
    """Return the expression around a reading that gives its fallback: Kotlin's `?:`, Java's `a != null ? a : b`."""
    up = call.node.parent
    while up is not None and up.type not in _ENDS:
        up = up.parent
    return up if up is not None and up.type in _FALLBACKS else None


def demanded(call: Call) -> bool:
    """Say whether the program stops where the variable is missing: `?: error(…)`, `!!`, `requireNonNull(…)`."""
    outer = around(call)
    if outer is not None and "?:" in words(outer):
        return words(outer).rpartition("?:")[2].strip().startswith(_STOPS)
    up = call.node.parent
    for _ in range(4):
        if up is None or up.type in _ENDS:
            return False
        if up.type in ("unary_expression", "postfix_expression") and words(up).endswith("!!"):
            return True
        if up.type in ("method_invocation", "call_expression"):
            head = words(up).partition("(")[0].rpartition(".")[2]
            return head in _DEMANDS
        up = up.parent
    return False


def readers(view: View, unit: Unit) -> dict[str, Reader]:
    """Return the program's own functions that read the environment, by name; made once."""
    return view.kept(f"jvm_readers:{unit.folder}", lambda: {r.name: r for r in _readers(view, unit)})


def _readers(view: View, unit: Unit) -> Iterator[Reader]:
    for _, file in code(view, unit, "getenv"):
        for call in file.calls:
            key = call.argument(0) if reads_environment(file, call) else None
            function = enclosing(call.node, "method_declaration", "function_declaration") if key is not None else None
            names = _parameters(function) if function is not None else []
            if function is None or key is None or words(key) not in names:
                continue
            at = names.index(words(key))
            other = next((i for i, n in enumerate(names) if i != at and n.lower().startswith(_DEFAULTS)), None)
            stops = any(True for _ in below(function, "throw_statement", "throw_expression")) or demanded(call)
            stops = stops or any(s in words(function) for s in ("?: error(", "exitProcess(", "System.exit("))
            yield Reader(declared_name(function), at, other, stops and other is None)


def _parameters(function: Node) -> list[str]:
    listed = next((c for c in function.named_children if c.type in ("formal_parameters", "function_value_parameters")), None)
    return [declared_name(p) for p in listed.named_children if "comment" not in p.type] if listed is not None else []
