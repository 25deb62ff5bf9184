"""Find where a program listens: every server library's way of binding a port, with the port as far as it can be read."""

from __future__ import annotations

from dataclasses import dataclass

import re2
from tree_sitter import Node

from ..parsers.javascript import Script
from ..parsers.javascript.nodes import arguments, callee, entry, line, pairs, receiver, string, strip, text
from .evaluate import Evaluator
from .values import Code, EnvRead, Foreign, Known, Module, Parts, Place, Value, first_env, number, settled

SERVER_NAMES = (
    "app", "server", "http", "https", "fastify", "express", "koa", "api", "srv", "io", "wss", "instance", "hono", "elysia", "router",
    "service", "polka", "restify", "web", "bootstrap", "oak", "listener", "ws", "s", "host",
)  # fmt: skip
NOT_SERVERS = frozenset(
    { "history", "emitter", "events", "event", "redis", "client", "subscriber", "store", "subscription", "pg", "observer", "navigation",
    "bus", "keyboard", "socket", "connection", "db", "pubsub", "unlisten", "mqtt", "channel", }
)  # fmt: skip
WORDS = (
    "listen", "serve", "Hapi", "hapi", "bindAsync", "WebSocket", "startStandaloneServer", ".start(", "createMicroservice", "fetch",
    "connectMicroservice", "Server(",
)  # fmt: skip
HOST_PORT = re2.compile(r"^(?:tcp://)?(?:[\w.*-]+|\[[0-9a-fA-F:]*\])?:(\d{1,5})$")
_WORD = re2.compile(r"[A-Z]?[a-z]+|[A-Z]+")
BROKERED = frozenset({"RMQ", "KAFKA", "REDIS", "NATS", "MQTT"})


@dataclass(frozen=True, slots=True)
class Listen:
    """Be one place where a server begins to listen; `port` is the literal, `env` the read that moves it."""

    at: Place
    how: str  # http | grpc | websocket | tcp
    port: Known | None = None
    env: EnvRead | None = None


def listens_in(ev: Evaluator, script: Script) -> list[Listen]:
    """Return the places in one file where a server begins to listen, in source order."""
    if not any(word in script.source for word in WORDS):
        return []
    found = [hit for call in script.calls if (hit := _call(ev, script, call)) is not None]
    found += [hit for node in script.news if (hit := _new(ev, script, node)) is not None]
    exported = _exported_handler(ev, script)
    if exported is not None:
        found.append(exported)
    return sorted(found, key=lambda hit: hit.at.line)


def _listen(script: Script, node: Node, value: Value | None, how: str = "http") -> Listen:
    at = Place(script.path, line(node))
    return Listen(at, how, number(value) or _from_address(value), first_env(value))


def _from_address(value: Value | None) -> Known | None:
    """Return the port of an address such as `0.0.0.0:50051`, also when host or port come from the environment."""
    if isinstance(value, Parts) and value.parts:
        last = number(value.parts[-1])
        if last is not None:
            return last
    known = settled(value)
    match = HOST_PORT.match(known.value) if known is not None and isinstance(known.value, str) else None
    return Known(int(match.group(1)), known.at) if match and known is not None else None


def _call(ev: Evaluator, script: Script, call: Node) -> Listen | None:
    names, given = callee(call), arguments(call)
    last = names[-1] if names else ""
    if last == "listen" and len(names) > 1:
        return _listen_call(ev, script, call, names, given)
    if names in (("Bun", "serve"), ("Deno", "serve"), ("Deno", "listen"), ("Bun", "listen")):
        return _serve(ev, script, call, given, 8000 if names == ("Deno", "serve") else None)
    if last == "serve" and len(names) == 1 and _is_serve(script, names[0]):
        return _serve(ev, script, call, given, None)
    if last == "startStandaloneServer" and given:
        options = entry(given[1], "listen") if len(given) > 1 else None
        return _listen(script, call, _option(ev, script, options, "port"))
    if last in ("bindAsync", "bind") and given and (last == "bindAsync" or _from_address(ev.value(script, given[0])) is not None):
        return _listen(script, call, ev.value(script, given[0]), "grpc")
    if last == "server" and names[0].lower() == "hapi" and given:
        return _listen(script, call, _option(ev, script, given[0], "port"))
    if last == "createMicroservice" and len(given) > 1:
        return _microservice(ev, script, call, given[1])
    if last == "connectMicroservice" and given:
        return _microservice(ev, script, call, given[0])
    if last == "start" and len(names) > 1 and given:
        return _bolt(ev, script, call, given)
    return None


def _listen_call(ev: Evaluator, script: Script, call: Node, names: tuple[str, ...], given: list[Node]) -> Listen | None:
    owner = receiver(call)
    name = names[-2]
    if (_WORD.findall(name)[-1:] and _WORD.findall(name)[-1].lower() in NOT_SERVERS) or (
        given and isinstance(literal := string(given[0]), str) and literal.startswith(("/", "."))
    ):
        return None
    named = any(w == name.lower() or (w in name.lower() and len(w) > 2) for w in SERVER_NAMES)
    value = ev.value(script, given[0]) if given else None
    chained = name == "()" and (number(value) is not None or first_env(value) is not None)
    if not (named or chained or _is_server(ev, script, owner)):
        return None
    if not given:
        if any(callee(c)[-1:] == ("createMicroservice",) for c in script.calls):
            return None  # it listens as its transport says
        return Listen(Place(script.path, line(call)), "http")
    first = strip(given[0])
    if first.type == "object":
        return _listen(script, call, _option(ev, script, first, "port"))
    if first.type == "identifier" and isinstance(value, Code):
        return _listen(script, call, ev.member(value, "port"))
    if first.type in ("arrow_function", "function_expression"):
        return Listen(Place(script.path, line(call)), "http")
    if number(value) is None and first_env(value) is None and isinstance(settled(value), Known):
        value = ev.value(script, given[1]) if len(given) > 1 else None  # uWebSockets: listen(host, port)
        if number(value) is None and first_env(value) is None:
            return None  # a name to listen for, no address
    return _listen(script, call, value)


def _is_server(ev: Evaluator, script: Script, owner: Node | None) -> bool:
    value = ev.value(script, owner) if owner is not None else None
    if not isinstance(value, Code) or value.node.type not in ("call_expression", "new_expression"):
        return False
    made = callee(value.node)
    return bool(made) and (
        made[-1] in ("createServer", "create", "Server", "Hono", "Elysia", "Application", "App", "Express")
        or made[-1] in ("express", "fastify", "polka", "restify", "koa", "Koa", "micro", "Fastify", "h3")
    )


def _option(ev: Evaluator, script: Script, options: Node | None, key: str) -> Value | None:
    if options is None:
        return None
    found = entry(options, key)
    if found is not None:
        return ev.value(script, found)
    return ev.member(ev.value(script, options), key)


def _is_serve(script: Script, name: str) -> bool:
    module, _ = script.imported(name) or ("", "")
    return (
        module in ("@hono/node-server", "srvx", "micro")
        or "/http/server.ts" in module
        or module.startswith(("jsr:@std/http", "@std/http", "std/"))
    )


def _serve(ev: Evaluator, script: Script, call: Node, given: list[Node], default: int | None) -> Listen:
    value: Value | None = None
    for node in given:
        found = _option(ev, script, strip(node), "port") if strip(node).type in ("object", "identifier") else None
        value = value or found
    hit = _listen(script, call, value)
    if hit.port is None and default is not None and hit.env is None:
        return Listen(hit.at, hit.how, Known(default, hit.at))
    return hit


def _microservice(ev: Evaluator, script: Script, call: Node, options: Node) -> Listen | None:
    """Return where a Nest microservice listens; none for one that gets its messages from a broker."""
    inner = strip(options)
    transport = entry(inner, "transport")
    kind = text(transport).rpartition(".")[2] if transport is not None else ""
    if kind in BROKERED:
        return None
    settings = entry(inner, "options")
    if kind == "GRPC":
        url = entry(settings, "url") if settings is not None else None
        return _listen(script, call, ev.value(script, url), "grpc")
    return _listen(script, call, _option(ev, script, settings, "port"), "tcp")


def _bolt(ev: Evaluator, script: Script, call: Node, given: list[Node]) -> Listen | None:
    """Return where `app.start(port)` listens, for the libraries that spell it so (Slack's Bolt, AdonisJS' server)."""
    value = ev.value(script, given[0])
    owner = ev.value(script, receiver(call))
    from_library = (
        isinstance(owner, Code)
        and owner.node.type == "new_expression"
        and any(module == "@slack/bolt" for module in script.locals_of("@slack/bolt") or ())
    ) or bool(script.locals_of("@slack/bolt"))
    if from_library and (number(value) is not None or first_env(value) is not None):
        return _listen(script, call, value)
    return None


def _new(ev: Evaluator, script: Script, node: Node) -> Listen | None:
    names, given = callee(node), arguments(node)
    last = names[-1] if names else ""
    if last in ("WebSocketServer", "Server") and given and (last == "WebSocketServer" or names[:1] in (("WebSocket",), ("ws",), ("WS",))):
        value = _option(ev, script, strip(given[0]), "port")
        return _listen(script, node, value, "websocket") if value is not None else None
    if last == "Server" and names[0].lower() == "hapi" and given:
        return _listen(script, node, _option(ev, script, given[0], "port"))
    return None


def _exported_handler(ev: Evaluator, script: Script) -> Listen | None:
    """Return where Bun listens for `export default { port, fetch }`; Bun's default is 3000."""
    exported = script.exports.get("default")
    node = strip(exported.node) if exported is not None and exported.node is not None else None
    if node is None or node.type != "object" or not any(p.key == "fetch" for p in pairs(node)):
        return None
    value = _option(ev, script, node, "port")
    return _listen(script, node, value) if value is not None else None


__all__ = ["Foreign", "Listen", "Module", "listens_in"]
