"""Evaluate expressions without running them: literals, reads of the environment, defaults, and names followed across files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tree_sitter import Node

from ..parsers.javascript import MISSING, Binding, Exported, Script
from ..parsers.javascript.nodes import (
    CLASSES, FUNCTIONS, arguments, chain, enclosing, entry, key_name, line, literal, pairs, strip, text,
)
from . import operators
from .resolve import Resolver
from .sources import Sources
from .values import Code, EnvRead, Foreign, Known, Module, Place, Value

DEPTH = 24
Extension = Callable[["Evaluator", Script, Node, int], Value | None]


def place(script: Script, node: Node) -> Place:
    """Return where a node stands."""
    return Place(script.path, line(node))


def is_environment(node: Node) -> bool:
    """Tell whether a node is the environment itself: `process.env`, `Bun.env`, `import.meta.env`, `globalThis.process.env`."""
    names = chain(node)
    return names in (("process", "env"), ("Bun", "env"), ("globalThis", "process", "env"), ("global", "process", "env")) or (
        text(node) == "import.meta.env")


class Evaluator:
    """Evaluate nodes; `extensions` give values to calls that only a library's conventions explain (settings services, schemas)."""

    def __init__(self, sources: Sources, resolver: Resolver, extensions: tuple[Extension, ...] = ()) -> None:
        self.sources, self.resolver, self.extensions = sources, resolver, extensions
        self.remembered: dict[str, dict[Any, Any]] = {}

    def value(self, script: Script, node: Node | None, depth: int = DEPTH) -> Value | None:
        """Return what a node is; None where it cannot be told."""
        if node is None or depth <= 0:
            return None
        node = strip(node)
        plain = literal(node)
        if plain is not MISSING:
            return Known(plain, place(script, node))  # type: ignore[arg-type]
        kind = node.type
        if kind in ("identifier", "shorthand_property_identifier"):
            return self.named(script, text(node), node, depth - 1)
        if kind in ("member_expression", "subscript_expression"):
            return self._member_node(script, node, depth - 1)
        if kind == "call_expression":
            return operators.call(self, script, node, depth - 1)
        if kind == "binary_expression":
            return operators.binary(self, script, node, depth - 1)
        if kind == "ternary_expression":
            return operators.ternary(self, script, node, depth - 1)
        if kind == "template_string":
            return operators.template(self, script, node, depth - 1)
        if kind == "unary_expression":
            return self.value(script, node.child_by_field_name("argument"), depth - 1)
        if kind == "assignment_expression":
            return self.value(script, node.child_by_field_name("right"), depth - 1)
        if kind in FUNCTIONS or kind in CLASSES or kind in ("object", "array", "new_expression", "enum_declaration"):
            return Code(script, node)
        return None

    # -- names

    def named(self, script: Script, name: str, where: Node, depth: int = DEPTH) -> Value | None:
        """Return what a name means at a node."""
        binding = self.sources.scopes(script).find(name, where) if depth > 0 else None
        if binding is None:
            return None
        if binding.kind == "import":
            module, imported = script.imported(name) or ("", "")
            return self.imported(module, imported, script.path, depth - 1)
        if binding.kind in ("function", "class", "enum"):
            return Code(script, binding.node)
        if binding.value is None and binding.kind == "parameter":
            return self._argument(script, binding, depth - 1)
        value = self.value(script, binding.value, depth - 1)
        for key in binding.path:
            value = self.member(value, key, depth - 1, place(script, binding.node))
        if isinstance(value, EnvRead) and value.default is None and binding.path:
            value = self._pattern_default(script, binding, name, value)
        return self._reassigned(script, name, value, depth - 1) if binding.kind == "let" else value

    def _pattern_default(self, script: Script, binding: Binding, name: str, value: EnvRead) -> EnvRead:
        """Add the default that a pattern gives: `const { PORT = 3000 } = process.env`."""
        target = binding.node.child_by_field_name("name")
        for child in target.named_children if target is not None else ():
            left, right = child.child_by_field_name("left"), child.child_by_field_name("right")
            if child.type == "object_assignment_pattern" and text(left) == name:
                default = self.value(script, right)
                return EnvRead(value.name, value.at, default if isinstance(default, Known | EnvRead) else None, value.required, value.type)
        return value

    def _reassigned(self, script: Script, name: str, value: Value | None, depth: int) -> Value | None:
        """Add what later assignments say: `let port = process.env.PORT; if (!port) port = 80`."""
        for node in script.assignments:
            if text(node.child_by_field_name("left")) != name or value is not None and not isinstance(value, Known | EnvRead):
                continue
            other = self.value(script, node.child_by_field_name("right"), depth - 1)
            if isinstance(value, EnvRead) and value.default is None and isinstance(other, Known):
                value = EnvRead(value.name, value.at, other, value.required, value.type)
            elif isinstance(other, EnvRead) and (value is None or isinstance(value, Known)):
                value = EnvRead(other.name, other.at, other.default or value, other.required, other.type)
            elif value is None:
                value = other
        return value

    def _argument(self, script: Script, binding: Binding, depth: int) -> Value | None:
        """Return what a parameter gets where the same file calls its function with something known."""
        function = enclosing(binding.node, FUNCTIONS)
        listed = function.child_by_field_name("parameters") if function is not None else None
        if function is None or listed is None or depth <= 0:
            return None
        index = next((i for i, p in enumerate(listed.named_children) if p.id == binding.node.id), None)
        name = text(function.child_by_field_name("name"))
        if not name and function.parent is not None and function.parent.type == "variable_declarator":
            name = text(function.parent.child_by_field_name("name"))
        if index is None or not name or name == "constructor":
            return None
        for call in script.calls:
            given = arguments(call) if text(call.child_by_field_name("function")) == name else []
            if index < len(given):
                value = self.value(script, given[index], depth - 4)
                if value is not None:
                    return value if not binding.path else self._path(value, binding.path, depth - 4)
        return None

    def _path(self, value: Value | None, path: tuple[str, ...], depth: int) -> Value | None:
        for key in path:
            value = self.member(value, key, depth - 1)
        return value

    def imported(self, module: str, name: str, importer: str, depth: int = DEPTH) -> Value | None:
        """Return what a name of a module is, following re-exports; a library's name stays foreign."""
        path = self.resolver.resolve(module, importer)
        if path is None:
            return Module(module, None) if name == "*" else Foreign(module, name)
        if name == "*":
            return Module(module, path)
        return self.exported(path, name, depth - 1)

    def exported(self, path: str, name: str, depth: int = DEPTH) -> Value | None:
        """Return what a file exports under a name."""
        script = self.sources.script(path) if depth > 0 else None
        if script is None:
            return None
        found = script.exports.get(name)
        if found is not None:
            return self._export(script, found, depth - 1)
        for module in script.star_exports:
            inner = self.imported(module, name, path, depth - 1)
            if inner is not None and not isinstance(inner, Foreign):
                return inner
        if name == "default" and script.exports:  # `import x from` of a CommonJS or TypeScript file without a default
            return Module(path, path)
        whole = script.exports.get("default")
        if whole is not None and name not in script.exports:
            return self.member(self._export(script, whole, depth - 1), name, depth - 1)
        return None

    def _export(self, script: Script, found: Exported, depth: int) -> Value | None:
        if found.module is not None:
            return self.imported(found.module, found.name or "*", script.path, depth - 1)
        node = found.node
        if node is not None and node.type == "object_pattern":
            return None
        return self.value(script, node, depth - 1)

    # -- members

    def _member_node(self, script: Script, node: Node, depth: int) -> Value | None:
        owner = node.child_by_field_name("object")
        key = node.child_by_field_name("property")
        name = text(key) if key is not None else self._key(script, node.child_by_field_name("index"), depth)
        if owner is None or name is None or depth <= 0:
            return None
        if is_environment(owner):
            return EnvRead(name, place(script, node))
        if strip(owner).type == "this":
            return self._own(script, node, name, depth - 1)
        if chain(node)[:2] == ("module", "exports") and len(chain(node)) == 2:
            return Module(script.path, script.path)
        return self.member(self.value(script, owner, depth - 1), name, depth - 1, place(script, node))

    def _key(self, script: Script, index: Node | None, depth: int) -> str | None:
        value = self.value(script, index, depth - 1) if index is not None else None
        return value.value if isinstance(value, Known) and isinstance(value.value, str) else None

    def _own(self, script: Script, node: Node, name: str, depth: int) -> Value | None:
        """Return `this.x`: the class's field, or what its constructor puts there."""
        around = enclosing(node, CLASSES)
        return self._field(script, around, name, depth) if around is not None else None

    def _field(self, script: Script, around: Node, name: str, depth: int) -> Value | None:
        body = around.child_by_field_name("body")
        for item in body.named_children if body is not None else ():
            key = item.child_by_field_name("name") or item.child_by_field_name("property")
            if key is None or key_name(key) != name:
                continue
            if item.type == "method_definition":
                return self.returned(script, item, depth) if text(item).lstrip().startswith(("get ", "static get ")) else Code(script, item)
            if (initial := item.child_by_field_name("value")) is not None:
                return self.value(script, initial, depth - 1)
        for node in script.assignments:
            left = node.child_by_field_name("left")
            if left is not None and chain(left) == ("this", name) and around.start_byte <= node.start_byte < around.end_byte:
                found = self.value(script, node.child_by_field_name("right"), depth - 1)
                if found is not None:
                    return found
        return None

    def member(self, value: Value | None, name: str, depth: int = DEPTH, at: Place | None = None) -> Value | None:
        """Return a member of a value."""
        if depth <= 0 or value is None:
            return None
        if isinstance(value, Module):
            if value.path is not None:
                return self.exported(value.path, name, depth - 1)
            return Foreign(value.module, name)
        if isinstance(value, Foreign):
            return Foreign(value.module, f"{value.name}.{name}")
        if not isinstance(value, Code):
            return None
        node, script = value.node, value.script
        if is_environment(node):
            return EnvRead(name, at or value.at)
        if node.type == "object":
            return self._property(script, node, name, depth)
        if node.type in CLASSES:
            return self._field(script, node, name, depth)
        if node.type == "enum_declaration":
            return None
        if node.type == "new_expression":
            made = self.value(script, node.child_by_field_name("constructor"), depth - 1)
            return self._field(made.script, made.node, name, depth) if isinstance(made, Code) and made.node.type in CLASSES else None
        if node.type == "call_expression":
            return self._of_call(script, node, name, depth)
        return None

    def _property(self, script: Script, node: Node, name: str, depth: int) -> Value | None:
        found = entry(node, name)
        if found is not None:
            return Code(script, found) if found.type == "method_definition" else self.value(script, found, depth - 1)
        for pair in pairs(node):
            if pair.key == "...":
                inner = self.member(self.value(script, pair.value, depth - 1), name, depth - 1)
                if inner is not None:
                    return inner
        return None

    def _of_call(self, script: Script, call: Node, name: str, depth: int) -> Value | None:
        """Return a member of what a call gives: a settings schema's entry, or a member of the function's result."""
        for extend in self.extensions:
            found = extend(self, script, call, depth - 1)
            if isinstance(found, Code) and found.node.type == "object" and (inner := self.member(found, name, depth - 1)) is not None:
                return inner
        made = self.value(script, call.child_by_field_name("function"), depth - 1)
        if isinstance(made, Code) and made.node.type in FUNCTIONS:
            return self.member(self.returned(made.script, made.node, depth - 1), name, depth - 1)
        if chain(call.child_by_field_name("function")) in (("Object", "freeze"), ("Object", "assign"), ("Object", "seal")):
            for given in arguments(call):
                inner = self.member(self.value(script, given, depth - 1), name, depth - 1)
                if inner is not None:
                    return inner
        return None

    def returned(self, script: Script, function: Node, depth: int = DEPTH) -> Value | None:
        """Return what a function returns, judged by its last `return` outside inner functions."""
        body = function.child_by_field_name("body")
        if body is None or depth <= 0:
            return None
        if body.type != "statement_block":
            return self.value(script, body, depth - 1)
        for statement in reversed(body.named_children):
            if statement.type == "return_statement" and statement.named_children:
                return self.value(script, statement.named_children[0], depth - 1)
        return None
