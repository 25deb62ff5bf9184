"""Follow registrations made in a loop: `routes.forEach((r) => app.use(r.path, r.router))` and `for (const r of routes)`."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from ..parsers.javascript import Script
from ..parsers.javascript.linking import pattern_names
from ..parsers.javascript.nodes import FUNCTIONS, arguments, callee, elements, receiver, strip, text
from .evaluate import Evaluator
from .values import Code, Value

EACH = frozenset({"forEach", "map", "each"})
MAX_ROWS = 200


@dataclass(frozen=True)
class Row:
    """Be one turn of a loop: the name of the element, its keys taken apart, and the element itself."""

    script: Script  # where the element is written
    name: str
    parts: dict[str, tuple[str, ...]]
    element: Node

    def value(self, ev: Evaluator, node: Node) -> Value | None:
        """Return what a node of the loop's body means in this turn; None where the element plays no part in it."""
        node = strip(node)
        if node.type == "identifier":
            if text(node) == self.name:
                return ev.value(self.script, self.element) or Code(self.script, self.element)
            path = self.parts.get(text(node))
            return self._member(ev, path) if path is not None else None
        if node.type == "member_expression" and text(node.child_by_field_name("object")) == self.name and self.name:
            return self._member(ev, (text(node.child_by_field_name("property")),))
        return None

    def _member(self, ev: Evaluator, path: tuple[str, ...]) -> Value | None:
        value: Value | None = ev.value(self.script, self.element)
        for key in path:
            value = ev.member(value, key)
        return value


def rows_around(ev: Evaluator, script: Script, node: Node) -> list[Row]:
    """Return the turns of the nearest loop over a known array around a node; empty outside of such a loop."""
    current = node.parent
    while current is not None:
        if current.type in FUNCTIONS:
            return _of_callback(ev, script, current)
        if current.type == "for_in_statement":
            return _of_for(ev, script, current)
        current = current.parent
    return []


def _of_callback(ev: Evaluator, script: Script, function: Node) -> list[Row]:
    holder = function.parent.parent if function.parent is not None and function.parent.type == "arguments" else None
    if holder is None or holder.type != "call_expression" or callee(holder)[-1:] == () or callee(holder)[-1] not in EACH:
        return []
    listed = function.child_by_field_name("parameters")
    first = listed.named_children[0] if listed is not None and listed.named_children else function.child_by_field_name("parameter")
    if first is None or not any(a.id == function.id for a in arguments(holder)):
        return []
    return _rows(ev, script, receiver(holder), first.child_by_field_name("pattern") or first)


def _of_for(ev: Evaluator, script: Script, loop: Node) -> list[Row]:
    left, right = loop.child_by_field_name("left"), loop.child_by_field_name("right")
    return _rows(ev, script, right, left) if left is not None else []


def _rows(ev: Evaluator, script: Script, array: Node | None, pattern: Node) -> list[Row]:
    value = ev.value(script, array)
    if not isinstance(value, Code) or value.node.type != "array":
        return []
    name = text(pattern) if pattern.type == "identifier" else ""
    parts = dict(pattern_names(pattern)) if pattern.type == "object_pattern" else {}
    return [Row(value.script, name, parts, item) for item in elements(value.node)[:MAX_ROWS]]
