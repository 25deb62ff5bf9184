"""Evaluate expressions without running them: literals, reads of the environment, defaults, and names followed across files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from tree_sitter import Node

from ..parsers.javascript import MISSING, Exported, Script
from ..parsers.javascript.nodes import (
    CLASSES,
    FUNCTIONS,
    arguments,
    chain,
    enclosing,
    entry,
    line,
    literal,
    pairs,
    strip,
    text,
)
from . import bindings, operators
from .resolve import Resolver
from .sources import Sources
from .values import Code, EnvRead, Foreign, Known, Module, Place, Value

DEPTH = 24
MAX_STEPS = 60_000  # per file: what needs more is no program that a person wrote
Extension = Callable[["Evaluator", Script, Node, int], Value | None]


def place(script: Script, node: Node) -> Place:
    """Return where a node stands."""
    return Place(script.path, line(node))


def is_environment(node: Node) -> bool:
    """Tell whether a node is the environment itself: `process.env`, `Bun.env`, `import.meta.env`, `globalThis.process.env`."""
    names = chain(node)
    return names in (("process", "env"), ("Bun", "env"), ("globalThis", "process", "env"), ("global", "process", "env")) or (
        text(node) == "import.meta.env"
    )


class Evaluator:
    """Evaluate nodes; `extensions` give values to calls that only a library's conventions explain (settings services, schemas)."""

    def __init__(self, sources: Sources, resolver: Resolver, extensions: tuple[Extension, ...] = ()) -> None:
        self.sources, self.resolver, self.extensions = sources, resolver, extensions
        self._steps: dict[str, int] = {}
        self.remembered: dict[str, dict[Any, Any]] = {}

    def value(self, script: Script, node: Node | None, depth: int = DEPTH) -> Value | None:
        """Return what a node is; None where it cannot be told."""
        if node is None or depth <= 0:
            return None
        if depth < DEPTH:
            return self._value(script, node, depth)
        if node.id not in script.memo:
            script.memo[node.id] = self._value(script, node, depth)
        return cast("Value | None", script.memo[node.id])

    def _value(self, script: Script, node: Node, depth: int) -> Value | None:
        self._steps[script.path] = self._steps.get(script.path, 0) + 1
        if self._steps[script.path] > MAX_STEPS:
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

    def called(self, script: Script, call: Node, depth: int = DEPTH) -> Value | None:
        """Return what a call calls; a whole file of the repository stands for what it exports as default (`module.exports = fn`)."""
        return self.whole(self.value(script, call.child_by_field_name("function") or call.child_by_field_name("constructor"), depth))

    def whole(self, value: Value | None) -> Value | None:
        """Return a file's default export where a value is the whole file; the value itself otherwise."""
        if isinstance(value, Module) and value.path is not None:
            return self.exported(value.path, "default") or value
        return value

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
            return bindings.argument(self, script, binding, depth - 1)
        value = self.value(script, binding.value, depth - 1)
        for key in binding.path:
            value = self.member(value, key, depth - 1, place(script, binding.node))
        if isinstance(value, EnvRead) and value.default is None and binding.path:
            value = bindings.pattern_default(self, script, binding, name, value)
        return bindings.reassigned(self, script, name, value, depth - 1) if binding.kind == "let" else value

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
        if is_environment(node):
            return Code(script, node)
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
        return bindings.field(self, script, around, name, depth) if around is not None else None

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
            return bindings.field(self, script, node, name, depth)
        if node.type == "enum_declaration":
            return bindings.enum_member(script, node, name)
        if node.type == "new_expression":
            made = self.value(script, node.child_by_field_name("constructor"), depth - 1)
            return (
                bindings.field(self, made.script, made.node, name, depth) if isinstance(made, Code) and made.node.type in CLASSES else None
            )
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
        from .schemas import schema_value

        declared = schema_value(self, script, call, name)
        if declared is not None:
            return (
                declared
                if isinstance(declared, Code)
                else EnvRead(declared.name, declared.at, declared.default, declared.required, declared.type)
            )
        made = self.called(script, call, depth - 1)
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
