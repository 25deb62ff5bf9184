"""Work out what a Java or Kotlin expression is when the program starts: literals, constants, environment variables with defaults."""

from __future__ import annotations

from ..evaluated import UNKNOWN, Value, joined
from ..parsers.grammar import line_of, words
from ..parsers.jvm import Call, JvmFile, Node
from ..parsers.jvmnodes import call_of, text_of
from ..view import View
from .model import Unit
from .sources import code

_DEPTH = 6
_NUMBERS = ("decimal_integer_literal", "number_literal", "integer_literal")
_SAME = {
    "parseInt", "valueOf", "toInt", "toIntOrNull", "getInteger", "intValue", "orElse", "trim", "toString", "ofNullable", "requireNonNull",
    "toLong",
}  # fmt: skip


class Values:
    """Evaluate expressions of one application's files."""

    def __init__(self, view: View, unit: Unit) -> None:
        self.view, self.unit = view, unit
        self._constants: dict[str, list[tuple[str, JvmFile, Node]]] | None = None

    def of(self, path: str, file: JvmFile, node: Node | None, depth: int = 0) -> Value:
        """Return what an expression is; UNKNOWN where that cannot be told."""
        if node is None or depth > _DEPTH:
            return UNKNOWN
        text = text_of(node)
        if text is not None:
            return Value(text, (path, line_of(node)))
        if node.type in _NUMBERS:
            return Value(words(node).replace("_", "").rstrip("lL"), (path, line_of(node)))
        if node.type in ("true", "false", "boolean_literal"):
            return Value(words(node), (path, line_of(node)))
        if node.type in ("parenthesized_expression", "cast_expression", "as_expression"):
            parts = node.named_children
            return self.of(path, file, parts[0] if node.type == "as_expression" else parts[-1], depth) if parts else UNKNOWN
        if node.type in ("binary_expression", "additive_expression", "elvis_expression"):
            return self._binary(path, file, node, depth)
        if node.type == "ternary_expression":
            yes, no = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
            return self.of(path, file, yes, depth + 1).or_else(self.of(path, file, no, depth + 1))
        if node.type == "if_expression":
            found = UNKNOWN
            for part in node.named_children[1:]:
                found = found.or_else(self.of(path, file, part, depth + 1))
            return found
        if node.type in ("identifier", "field_access", "simple_identifier"):
            return self._named(path, file, words(node), node, depth)
        if node.type in ("method_invocation", "call_expression", "indexing_expression", "index_expression", "navigation_expression"):
            return self._called(path, file, node, depth)
        return UNKNOWN

    def _binary(self, path: str, file: JvmFile, node: Node, depth: int) -> Value:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            parts = node.named_children
            left, right = (parts[0], parts[-1]) if len(parts) > 1 else (None, None)
        a, b = self.of(path, file, left, depth + 1), self.of(path, file, right, depth + 1)
        sign = node.child_by_field_name("operator")
        operator = words(sign) if sign is not None else ("?:" if "?:" in words(node) else "+")
        return a.or_else(b) if operator == "?:" else joined(a, b) if operator == "+" else UNKNOWN

    def _named(self, path: str, file: JvmFile, name: str, node: Node, depth: int) -> Value:
        last = name.rpartition(".")[2]
        local = _local(file, last, node)
        if local is not None:
            return self.of(path, file, local, depth + 1)
        if last in file.constants:
            return self.of(path, file, file.constants[last], depth + 1)
        if self._constants is None:
            self._constants = {}
            for where, other in code(self.view, self.unit, "static final", "const val"):
                for key, value in other.constants.items():
                    self._constants.setdefault(key, []).append((where, other, value))
        found = self._constants.get(last, [])
        return self.of(found[0][0], found[0][1], found[0][2], depth + 1) if len(found) == 1 else UNKNOWN

    def _called(self, path: str, file: JvmFile, node: Node, depth: int) -> Value:
        if node.type in ("indexing_expression", "index_expression"):
            parts = node.named_children
            if len(parts) == 2 and "getenv()" in words(parts[0]):
                key = self.of(path, file, parts[1], depth + 1).text
                return Value(env=(key,)) if key else UNKNOWN
            return UNKNOWN
        call = call_of(node, file.kotlin) if node.type in ("method_invocation", "call_expression") else None
        if call is None:
            return UNKNOWN
        read = environment_read(call)
        if read is not None:
            key = self.of(path, file, call.argument(0), depth + 1).text
            fallback = self.of(path, file, call.argument(1), depth + 1) if read else UNKNOWN
            return Value(fallback.text, fallback.at, (key,)) if key else UNKNOWN
        if call.name == "orElse" or (call.name == "getOrDefault" and len(call.arguments) == 2):
            inner = call.node.child_by_field_name("object")
            return self.of(path, file, inner, depth + 1).or_else(
                self.of(path, file, call.argument(0 if call.name == "orElse" else 1), depth + 1)
            )
        if call.name in _SAME and call.arguments:
            return self.of(path, file, call.argument(0), depth + 1)
        if call.name in _SAME:
            inner = node.child_by_field_name("object") or _receiver(node)
            return self.of(path, file, inner, depth + 1)
        return UNKNOWN


def _receiver(node: Node) -> Node | None:
    function = node.named_children[0] if node.named_children else None
    return function.named_children[0] if function is not None and function.type == "navigation_expression" else None


def environment_read(call: Call) -> bool | None:
    """Return whether a call that reads an environment variable is given a fallback; None for any other call."""
    if call.name == "getenv" and call.receiver in ("System", "java.lang.System") and len(call.arguments) == 1:
        return False
    if call.name in ("getOrDefault", "get") and call.receiver.replace(" ", "") in (
        "System.getenv()",
        "java.lang.System.getenv()",
        "getenv()",
    ):
        return call.name == "getOrDefault"
    return None


def assigned(file: JvmFile, name: str, node: Node) -> Node | None:
    """Return what a variable of the function around, or else of the file, is set to."""
    return _local(file, name, node) or file.constants.get(name)


def _local(file: JvmFile, name: str, node: Node) -> Node | None:
    """Return what a local variable of the function around is set to."""
    function = node.parent
    while function is not None and function.type not in (
        "method_declaration",
        "function_declaration",
        "constructor_declaration",
        "lambda_literal",
    ):
        function = function.parent
    pending = list(function.named_children) if function is not None else []
    while pending:
        here = pending.pop(0)
        if here.start_byte >= node.start_byte:
            continue
        if here.type == "variable_declarator":
            key, value = here.child_by_field_name("name"), here.child_by_field_name("value")
            if key is not None and words(key) == name:
                return value
        if here.type == "property_declaration":
            inner = next((c for c in here.named_children if c.type == "variable_declaration"), None)
            if inner is not None and words(inner).partition(":")[0].strip() == name:
                return here.named_children[-1] if here.named_children[-1] is not inner else None
        pending.extend(here.named_children)
    return None


def values_of(view: View, unit: Unit) -> Values:
    """Return the evaluator of an application; made once."""
    return view.kept(f"jvm_values:{unit.folder}", lambda: Values(view, unit))
