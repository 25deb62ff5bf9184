"""Find what a name means where it stands: the nearest constant, parameter, function, class or import around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tree_sitter import Node

from .linking import pattern_names
from .nodes import CLASSES, FUNCTIONS, text
from .script import Script

MAX_CLIMB = 300  # code that a person wrote is not nested deeper
BLOCKS = frozenset({"program", "statement_block", "for_statement", "for_in_statement", "catch_clause", "switch_case"})


@dataclass(frozen=True, slots=True)
class Binding:
    """Hold what binds a name: `value` is its initialiser, function or class, `path` the keys by which a pattern took it apart."""

    kind: Literal["const", "let", "parameter", "function", "class", "import", "enum"]
    node: Node
    value: Node | None = None
    path: tuple[str, ...] = ()


class Scopes:
    """Look names up in one script, remembering each block's declarations."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self._blocks: dict[int, dict[str, Binding]] = {}

    def find(self, name: str, where: Node) -> Binding | None:
        """Return what binds a name at a node; None for a global or an unknown one."""
        scope: Node | None = where
        for _ in range(MAX_CLIMB):
            if scope is None:
                break
            found = self._declared(scope).get(name) if scope.type in BLOCKS or scope.type in FUNCTIONS else None
            if found is not None:
                return found
            scope = scope.parent
        if self.script.imported(name) is not None:
            return Binding("import", self.script.root)
        return None

    def _declared(self, scope: Node) -> dict[str, Binding]:
        known = self._blocks.get(scope.id)
        if known is None:
            known = self._parameters(scope) if scope.type in FUNCTIONS else self._statements(scope)
            self._blocks[scope.id] = known
        return known

    def _statements(self, scope: Node) -> dict[str, Binding]:
        found: dict[str, Binding] = {}
        for statement in scope.named_children:
            if statement.type == "export_statement":
                declared = statement.child_by_field_name("declaration") or statement.child_by_field_name("value")
                if declared is None:
                    continue
                statement = declared
            found.update(_statement(statement))
        return {
            name: b
            for name, b in found.items()
            if not (b.kind in ("const", "let") and self.script.imported(name) and scope.type == "program" and _is_require(b.value))
        }

    def _parameters(self, function: Node) -> dict[str, Binding]:
        found: dict[str, Binding] = {}
        single = function.child_by_field_name("parameter")
        if single is not None:
            found[text(single)] = Binding("parameter", single)
        name = function.child_by_field_name("name")
        if name is not None and function.type == "function_expression":
            found[text(name)] = Binding("function", function, function)
        listed = function.child_by_field_name("parameters")
        for item in listed.named_children if listed is not None else ():
            found.update(_parameter(item))
        return found


def _statement(statement: Node) -> dict[str, Binding]:
    if statement.type in ("lexical_declaration", "variable_declaration"):
        kind: Literal["const", "let"] = "const" if text(statement)[:5] == "const" else "let"
        return {name: b for item in statement.named_children if item.type == "variable_declarator" for name, b in _declarator(item, kind)}
    name = statement.child_by_field_name("name")
    if name is None:
        return {}
    if statement.type in FUNCTIONS:
        return {text(name): Binding("function", statement, statement)}
    if statement.type in CLASSES:
        return {text(name): Binding("class", statement, statement)}
    if statement.type == "enum_declaration":
        return {text(name): Binding("enum", statement, statement)}
    return {}


def _declarator(item: Node, kind: Literal["const", "let"]) -> list[tuple[str, Binding]]:
    target, value = item.child_by_field_name("name"), item.child_by_field_name("value")
    if target is None:
        return []
    if target.type == "identifier":
        return [(text(target), Binding(kind, item, value))]
    if target.type == "array_pattern":
        return [(text(n), Binding(kind, item, None)) for n in target.named_children if n.type == "identifier"]
    return [(local, Binding(kind, item, value, path)) for local, path in pattern_names(target)]


def _parameter(item: Node) -> dict[str, Binding]:
    target = item.child_by_field_name("pattern") or item
    value = item.child_by_field_name("value")
    if target.type == "assignment_pattern":
        value, target = target.child_by_field_name("right"), target.child_by_field_name("left") or target
    if target.type == "identifier":
        return {text(target): Binding("parameter", item, value)}
    if target.type == "object_pattern":
        return {local: Binding("parameter", item, value, path) for local, path in pattern_names(target)}
    return {}


def _is_require(value: Node | None) -> bool:
    return value is not None and text(value).startswith(("require(", "await import("))
