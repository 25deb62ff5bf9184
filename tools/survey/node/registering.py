"""Collect what is registered on routers in one file: routes, mounts, guards, plugins, and routers handed to functions."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from ..parsers.javascript import Script
from ..parsers.javascript.nodes import FUNCTIONS, arguments, callee, elements, entry, literal, pairs, receiver, strip, text
from .autoload import autoloaded
from .evaluate import Evaluator
from .loops import Row, rows_around
from .routers import Event, Router, Routers
from .values import Code, Foreign, Module, Value, settled

METHODS = {
    "get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE", "del": "DELETE", "head": "HEAD",
    "options": "OPTIONS", "all": "ANY", "any": "ANY",
}  # fmt: skip
ROUTER_WORDS = ("app", "router", "server", "fastify", "api", "express", "instance", "hono", "route", "web")
GRAPHQL = frozenset(
    { "@apollo/server/express4", "@as-integrations/express5", "@as-integrations/fastify", "@as-integrations/koa", "express-graphql",
    "graphql-http/lib/use/express", "graphql-yoga", "koa-graphql", "apollo-server-express", "graphql-http", "postgraphile", }
)  # fmt: skip
HOOKS = frozenset({"onRequest", "preHandler", "preValidation", "preParsing"})


class Registrar:
    """Fill routers with the events of scripts."""

    def __init__(self, ev: Evaluator) -> None:
        self.ev = ev
        self.routers = Routers(ev)

    def read(self, script: Script) -> None:
        """Add every registration of one file to its router."""
        for call in script.calls:
            for event, router in self._events(script, call):
                router.events.append(event)
                if event.target is not None:
                    event.target.callers += 1

    def _events(self, script: Script, call: Node) -> Iterator[tuple[Event, Router]]:
        names, given = callee(call), arguments(call)
        last = names[-1] if names else ""
        if last in METHODS and given:
            yield from self._route(script, call, last, given)
        elif last == "use" and given and len(names) > 1:
            yield from self._use(script, call, given)
        elif last == "route" and given:
            yield from self._route_object(script, call, given) if len(given) == 1 else self._mount(script, call, given)
        elif last == "register" and given and len(names) > 1:
            yield from self._register(script, call, given)
        elif last == "addHook" and len(given) > 1 and literal(given[0]) in HOOKS:
            router = self.routers.of(script, receiver(call))
            if router is not None:
                yield Event(script, call, "guard", middlewares=((script, given[1]),)), router
        elif given:
            yield from self._handed(script, call, given)

    def paths(self, script: Script, node: Node, row: Row | None = None) -> tuple[str, ...]:
        """Return the literal paths of an argument, several for an array; empty when they cannot be read."""
        if strip(node).type == "array":
            return tuple(p for item in elements(node) for p in self.paths(script, item, row))
        value = row.value(self.ev, node) if row is not None else None
        known = settled(value if value is not None else self.ev.value(script, node))
        return (known.value,) if known is not None and isinstance(known.value, str) else ()

    def _rows(self, script: Script, call: Node) -> list[Row | None]:
        return [*rows_around(self.ev, script, call)] or [None]

    def _route(self, script: Script, call: Node, last: str, given: list[Node]) -> Iterator[tuple[Event, Router]]:
        owner, chained = receiver(call), None
        while owner is not None and owner.type == "call_expression" and callee(owner)[-1:] and callee(owner)[-1] in {*METHODS, "route"}:
            if callee(owner)[-1] == "route" and len(arguments(owner)) == 1:
                chained = arguments(owner)[0]
                owner = receiver(owner)
                break
            owner = receiver(owner)
        if chained is None and len(given) < 2:
            return
        router = self.routers.of(script, owner) if owner is not None and _may_be_router(owner) else None
        if router is None:
            return
        rest = given if chained is not None else given[1:]
        for row in self._rows(script, call):
            paths = self.paths(script, chained if chained is not None else given[0], row)
            if not paths and literal(given[0]) is not None and router.dialect != "parameter":
                continue
            if paths and all(p.startswith(("/", "*", "(")) or p == "" or router.dialect in ("hono", "elysia") for p in paths):
                guard = _option_guards(script, rest[0]) if len(rest) > 1 and strip(rest[0]).type == "object" else ()
                middles = tuple((script, n) for n in rest[:-1] if strip(n).type != "object") + guard
                yield Event(script, call, "route", (METHODS[last],), paths, middles, (script, rest[-1]) if rest else None), router

    def _use(self, script: Script, call: Node, given: list[Node]) -> Iterator[tuple[Event, Router]]:
        owner = receiver(call)
        router = self.routers.of(script, owner) if owner is not None and _may_be_router(owner) else None
        if router is None:
            return
        for row in self._rows(script, call):
            paths = self.paths(script, given[0], row)
            rest = given[1:] if paths else given
            if (
                not paths
                and len(given) > 1
                and strip(given[0]).type
                not in (
                    "identifier",
                    "call_expression",
                    "arrow_function",
                    "member_expression",
                    "function_expression",
                    "array",
                    "await_expression",
                )
            ):
                continue
            flat = [item for n in rest for item in (elements(n) if strip(n).type == "array" else [n])]
            middles: list[tuple[Script, Node]] = []
            for node in flat:
                target = self.target(script, node, row)
                if target is not None and target is not router:
                    yield Event(script, call, "mount", (), paths or ("",), tuple(middles), None, target), router
                elif self._is_graphql(script, node):
                    yield Event(script, call, "route", ("POST",), paths or ("/graphql",), tuple(middles), None), router
                else:
                    middles.append((script, node))
            if middles and not any(self.target(script, n, row) is not None for n in flat):
                yield Event(script, call, "guard", (), paths or ("",), tuple(middles)), router

    def target(self, script: Script, node: Node, row: Row | None = None) -> Router | None:
        """Return the router that is mounted by an argument: a router, its `routes()`, a factory's result, `mount('/x', app)`."""
        if row is not None:
            found = self.routers.of_value(row.value(self.ev, node), 12)
            if found is not None:
                return found
        inner = strip(node)
        if inner.type == "call_expression" and callee(inner)[-1:] == ("mount",) and arguments(inner):
            return self.routers.of(script, arguments(inner)[-1])
        if inner.type in FUNCTIONS or inner.type == "string":
            return None
        return self.routers.of(script, inner)

    def _is_graphql(self, script: Script, node: Node) -> bool:
        inner = strip(node)
        if inner.type != "call_expression":
            return False
        value = self.ev.called(script, inner)
        return isinstance(value, Foreign) and value.module in GRAPHQL

    def _mount(self, script: Script, call: Node, given: list[Node]) -> Iterator[tuple[Event, Router]]:
        """Read Hono's `app.route('/x', other)`."""
        router, target = self.routers.of(script, receiver(call)), self.routers.of(script, given[1])
        paths = self.paths(script, given[0])
        if router is not None and target is not None and paths:
            yield Event(script, call, "mount", (), paths, (), None, target), router

    def _route_object(self, script: Script, call: Node, given: list[Node]) -> Iterator[tuple[Event, Router]]:
        """Read Fastify's `route({ method, url, preHandler, handler })`."""
        options, owner = strip(given[0]), receiver(call)
        if options.type != "object" or (entry(options, "url") is None and entry(options, "path") is None) or owner is None:
            return
        router = self.routers.of(script, owner)
        url = entry(options, "url") or entry(options, "path")
        if router is None or url is None:
            return
        method = entry(options, "method")
        listed = [literal(e) for e in elements(method)] if method is not None and strip(method).type == "array" else [literal(method)]
        methods = tuple(str(m).upper() for m in listed if isinstance(m, str))
        handler = entry(options, "handler")
        paths = self.paths(script, url)
        if paths and methods:
            yield (
                Event(
                    script,
                    call,
                    "route",
                    methods,
                    paths,
                    _option_guards(script, options),
                    (script, handler) if handler is not None else None,
                ),
                router,
            )

    def _register(self, script: Script, call: Node, given: list[Node]) -> Iterator[tuple[Event, Router]]:
        """Read Fastify's `register(plugin, { prefix })`; a plugin is a function whose first parameter is the router."""
        owner = receiver(call)
        router = self.routers.of(script, owner) if owner is not None else None
        if router is None:
            return
        options = strip(given[1]) if len(given) > 1 else None
        prefix = self.paths(script, held) if (held := entry(options, "prefix")) is not None else ("",)
        loaded = autoloaded(self.ev, script, given)
        for path, found, hooks in loaded:
            for plugin in self.exported_plugins(found):
                target = self.plugin_router(plugin)
                if target is not None and prefix:
                    yield Event(script, call, "mount", (), tuple(f"{p}/{path}" for p in prefix), hooks, None, target), router
        for plugin in self.plugins(script, given[0]) if not loaded else ():
            target = self.plugin_router(plugin)
            if target is not None and prefix:
                yield Event(script, call, "mount", (), prefix, (), None, target), router

    def exported_plugins(self, path: str) -> list[Code]:
        """Return the plugin that a file exports as default."""
        script = self.ev.sources.script(path)
        exported = script.exports.get("default") if script is not None else None
        return self.plugins(script, exported.node) if script is not None and exported is not None and exported.node is not None else []

    def plugins(self, script: Script, node: Node) -> list[Code]:
        """Return the plugin functions that an argument names, through `fp(…)`, `import(…)` and default exports."""
        inner = strip(node)
        value: Value | None = None
        if inner.type == "call_expression":
            function = inner.child_by_field_name("function")
            if text(function) in ("import", "require") and arguments(inner):
                module = literal(arguments(inner)[0])
                value = self.ev.imported(str(module), "default", script.path) if isinstance(module, str) else None
            elif isinstance(self.ev.value(script, function), Foreign) and arguments(inner):
                return self.plugins(script, arguments(inner)[0])
        value = value if value is not None else self.ev.value(script, inner)
        if isinstance(value, Module) and value.path is not None:
            value = self.ev.exported(value.path, "default")
        if isinstance(value, Code) and value.node.type == "call_expression" and arguments(value.node):
            return self.plugins(value.script, arguments(value.node)[0])
        if inner.type in FUNCTIONS:
            return [Code(script, inner)]
        return [value] if isinstance(value, Code) and value.node.type in FUNCTIONS else []

    def plugin_router(self, plugin: Code) -> Router | None:
        """Return the router that a function gets as its first parameter."""
        listed = plugin.node.child_by_field_name("parameters")
        first = listed.named_children[0] if listed is not None and listed.named_children else plugin.node.child_by_field_name("parameter")
        return self.routers.parameter(plugin.script, first) if first is not None else None

    def _handed(self, script: Script, call: Node, given: list[Node]) -> Iterator[tuple[Event, Router]]:
        """Read `setupRoutes(app)`, `require('./routes')(app)` and `load({ app })`: what the function registers, the router gets."""
        for index, node in enumerate(given[:4]):
            inner = strip(node)
            handed = [(p.key, p.value) for p in pairs(inner)] if inner.type == "object" else [("", inner)]
            for key, one in handed:
                router = self.routers.of(script, one) if _is_router_name(one) else None
                function = self.ev.called(script, call) if router is not None else None
                if router is None or not isinstance(function, Code) or function.node.type not in FUNCTIONS:
                    continue
                wanted = _parameter(function.node, index)
                target = self.routers.parameter(function.script, wanted, key) if wanted is not None else None
                if target is not None and target is not router:
                    yield Event(script, call, "mount", (), ("",), (), None, target), router


def _is_router_name(node: Node) -> bool:
    name = text(node).lower() if node.type in ("identifier", "member_expression", "shorthand_property_identifier") else ""
    return 0 < len(name) <= 40 and any(word in name for word in ROUTER_WORDS)


def _parameter(function: Node, index: int) -> Node | None:
    """Return a function's parameter by its place."""
    listed = function.child_by_field_name("parameters")
    if listed is not None and index < len(listed.named_children):
        return listed.named_children[index]
    return function.child_by_field_name("parameter") if index == 0 else None


def _may_be_router(owner: Node) -> bool:
    return owner.type in ("identifier", "member_expression", "call_expression", "new_expression")


def _option_guards(script: Script, options: Node) -> tuple[tuple[Script, Node], ...]:
    """Return the guards that the options of a route name: `onRequest`, `preHandler`, `preValidation`."""
    found: list[tuple[Script, Node]] = []
    for hook in sorted(HOOKS):
        node = entry(strip(options), hook)
        if node is not None:
            found += [(script, item) for item in elements(node)] if strip(node).type == "array" else [(script, node)]
    return tuple(found)
