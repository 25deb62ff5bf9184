"""Identify routers: the object behind a name, a chain, a parameter or a factory's result, wherever it was made."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from ..parsers.javascript import Script
from ..parsers.javascript.nodes import FUNCTIONS, arguments, callee, entry, receiver, string, strip, text
from .evaluate import Evaluator
from .values import Code, Foreign, Module, Value

APPS = {
    "express": "express",
    "fastify": "fastify",
    "koa": "koa",
    "hono": "hono",
    "polka": "express",
    "restify": "express",
    "oak": "koa",
    "@oak/oak": "koa",
    "elysia": "elysia",
    "ultimate-express": "express",
    "hyper-express": "express",
    "@tinyhttp/app": "express",
    "router": "express",
    "express-promise-router": "express",
    "@koa/router": "koa",
    "koa-router": "koa",
    "@hono/zod-openapi": "hono",
    "jsr:@hono/hono": "hono",
    "jsr:@oak/oak": "koa",
    "tinyhttp": "express",
    "@feathersjs/express": "express",
    "find-my-way": "express",
}
@dataclass(eq=False)
class Router:
    """Be one router or application: its dialect, whether it serves by itself, and its own prefix."""

    dialect: str
    root: bool
    prefix: str = ""
    events: list[Event] = field(default_factory=list)
    callers: int = 0


@dataclass(eq=False)
class Event:
    """Be one registration on a router, at its place in the file: a route, a mount of another router, or a guard."""

    script: Script
    node: Node
    kind: str  # route | mount | guard
    methods: tuple[str, ...] = ()
    paths: tuple[str, ...] = ("",)
    middlewares: tuple[tuple[Script, Node], ...] = ()
    handler: tuple[Script, Node] | None = None
    target: Router | None = None
    protected: bool | None = None  # what the registration itself says (a route option), None when it says nothing


class Routers:
    """Remember every router that was met, by the node that makes it."""

    def __init__(self, ev: Evaluator) -> None:
        self.ev = ev
        self.made: dict[tuple[str, int, str], Router] = {}

    def of(self, script: Script, node: Node | None, depth: int = 12) -> Router | None:
        """Return the router that an expression stands for; None for anything else."""
        if node is None or depth <= 0:
            return None
        node = strip(node)
        if node.type in ("identifier", "shorthand_property_identifier"):
            return self._named(script, node, depth)
        if node.type == "member_expression":
            if text(node.child_by_field_name("object")) == "this":
                return self._field(script, node, depth)
            return self.of_value(self.ev.value(script, node), depth)
        if node.type in ("call_expression", "new_expression"):
            return self._called(script, node, depth)
        if node.type == "assignment_expression":
            return self.of(script, node.child_by_field_name("right"), depth - 1)
        return None

    def _named(self, script: Script, node: Node, depth: int) -> Router | None:
        binding = self.ev.sources.scopes(script).find(text(node), node)
        if binding is None:
            return None
        if binding.kind == "parameter":
            return self.parameter(script, binding.node, binding.path[0] if binding.path else "")
        if binding.kind in ("const", "let") and not binding.path:
            found = self.of(script, binding.value, depth - 1)
            return found if found is not None else self._assigned(script, text(node), depth)
        return self._imported(script, text(node), depth) or self.of_value(self.ev.value(script, node), depth)

    def _imported(self, script: Script, name: str, depth: int) -> Router | None:
        """Return the router that another file exports under the name, also where its value is no plain expression."""
        module, imported = script.imported(name) or ("", "")
        path = self.ev.resolver.resolve(module, script.path) if module else None
        other = self.ev.sources.script(path) if path is not None else None
        exported = other.exports.get("default" if imported == "*" else imported) if other is not None else None
        return self.of(other, exported.node, depth - 1) if other is not None and exported is not None else None

    def _assigned(self, script: Script, name: str, depth: int) -> Router | None:
        for one in script.assignments:
            if (
                text(one.child_by_field_name("left")) == name
                and (found := self.of(script, one.child_by_field_name("right"), depth - 1)) is not None
            ):
                return found
        return None

    def _field(self, script: Script, node: Node, depth: int) -> Router | None:
        """Return the router kept in a field: `public router = Router()`, `this.app = express()`."""
        value = self.ev.value(script, node)
        if isinstance(value, Code):
            return self.of_value(value, depth)
        return None

    def of_value(self, value: Value | None, depth: int) -> Router | None:
        """Return the router that an evaluated value is."""
        if isinstance(value, Module) and value.path is not None and depth > 0:  # `require('./routes')` of a file that exports a router
            script = self.ev.sources.script(value.path)
            exported = script.exports.get("default") if script is not None else None
            return self.of(script, exported.node, depth - 1) if script is not None and exported is not None else None
        if isinstance(value, Code) and value.node.type in ("call_expression", "new_expression") and depth > 0:
            return self._called(value.script, value.node, depth - 1)
        return None

    def parameter(self, script: Script, node: Node, key_of: str = "") -> Router | None:
        """Return the router that a function gets as a parameter, or under a key of it: made once, wired by its callers."""
        key = (script.path, node.start_byte, key_of)
        if key not in self.made:
            self.made[key] = Router("parameter", False)
        return self.made[key]

    def _called(self, script: Script, node: Node, depth: int) -> Router | None:
        key = (script.path, node.start_byte, str(node.end_byte))
        if key in self.made:
            return self.made[key]
        if callee(node) == ("require",):
            return self.of_value(self.ev.value(script, node), depth - 1)
        made = self._creation(script, node)
        if made is not None:
            self.made[key] = made
            return made
        owner = receiver(node)
        if owner is not None:
            last = callee(node)[-1:]
            if last in (
                ("routes",),
                ("middleware",),
                ("allowedMethods",),
                ("callback",),
                ("withTypeProvider",),
                ("server",),
            ) or owner.type in ("call_expression", "new_expression"):
                return self.of(script, owner, depth - 1)
            if last and last[0] in (
                "use",
                "get",
                "post",
                "put",
                "patch",
                "delete",
                "route",
                "basePath",
                "register",
                "all",
                "group",
                "prefix",
            ):
                return self.of(script, owner, depth - 1)
        value = self.ev.called(script, node)
        if isinstance(value, Code) and value.node.type in FUNCTIONS:
            return self._result(value, depth)
        return None

    def _result(self, function: Code, depth: int) -> Router | None:
        """Return the router that a factory function gives back."""
        body = function.node.child_by_field_name("body")
        if body is None:
            return None
        if body.type != "statement_block":
            return self.of(function.script, body, depth - 1)
        for statement in reversed(body.named_children):
            if statement.type == "return_statement" and statement.named_children:
                return self.of(function.script, statement.named_children[0], depth - 1)
        return None

    def _creation(self, script: Script, node: Node) -> Router | None:
        target = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        value = self.ev.value(script, target)
        name, module = "", ""
        if isinstance(value, Foreign):
            name, module = value.name, value.module
        elif value is not None and getattr(value, "path", "") is None:
            name, module = "default", getattr(value, "module", "")
        dialect = APPS.get(module) or (APPS.get("/".join(module.split("/")[:2])) if "/" in module else None)
        if module.startswith(("npm:", "https://")):
            dialect = next((d for key, d in APPS.items() if key in module), None)
        if dialect is None:
            return None
        last = name.rpartition(".")[2]
        router = last in ("Router", "router") or module in ("@koa/router", "koa-router", "express-promise-router", "router")
        if last not in (
            "default",
            "*",
            "Router",
            "router",
            "Hono",
            "OpenAPIHono",
            "Elysia",
            "Application",
            "App",
            "fastify",
            "express",
            "createServer",
            "Fastify",
            "Koa",
        ):
            return None
        prefix = ""
        for given in arguments(node):
            held = string(entry(given, "prefix"))
            prefix = held or prefix
        return Router(dialect, (not router and dialect != "elysia") or last == "Elysia", prefix or "")
