"""Find lines of code that hurt in production."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from ..parsers.javascript import Script
from ..parsers.javascript.nodes import arguments, callee, entry, line, literal, pairs, receiver, string, strip, text
from .evaluate import Evaluator
from .listening import listens_in
from .values import Foreign, Known, Module, Place, Value, settled

LOCALHOST = ("127.0.0.1", "localhost", "::1")
SYNC_LIBRARIES = ("typeorm", "@nestjs/typeorm", "@nestjs/sequelize", "sequelize", "sequelize-typescript", "@mikro-orm/core")
WORDS = (
    "synchronize",
    ".sync(",
    "dropSchema",
    "cors",
    "Cors",
    "CORS",
    "Access-Control-Allow-Origin",
    "sign(",
    "secret",
    "dest:",
    "diskStorage",
    "rejectUnauthorized",
    "NODE_TLS_REJECT",
    "playground",
    "session(",
    "listen(",
    "updateSchema",
)


@dataclass(frozen=True, slots=True)
class Hazard:
    """Be one trap in code: a stable slug, one sentence, and the line."""

    name: str
    text: str
    at: Place


def hazards_in(ev: Evaluator, script: Script) -> list[Hazard]:
    """Return the hazards of one file, in source order."""
    if not any(word in script.source for word in WORDS):
        return []
    modules = {i.module for i in script.imports if not i.types_only}
    found = [h for call in script.calls if (h := _call(ev, script, call, modules)) is not None]
    found += _settings(script, modules)
    found += _bindings(ev, script, modules)
    return sorted(dict.fromkeys(found), key=lambda h: (h.at.line, h.name))


def _at(script: Script, node: Node) -> Place:
    return Place(script.path, line(node))


def _settings(script: Script, modules: set[str]) -> list[Hazard]:
    """Return the hazards of options: `synchronize: true`, `dropSchema: true`, `rejectUnauthorized: false`, `playground: true`."""
    found = []
    orm = any(m in SYNC_LIBRARIES for m in modules) or "typeorm" in script.path.lower() or "ormconfig" in script.path.lower()
    for node in script.of_type("pair"):
        if node.type != "pair":
            continue
        key, value = text(node.child_by_field_name("key")).strip("\"'"), literal(node.child_by_field_name("value"))
        if key in ("synchronize", "autoSync") and value is True and orm:
            found.append(
                Hazard(
                    "orm-auto-create",
                    "The ORM changes the schema at every start, without a migration, and may drop columns.",
                    _at(script, node),
                )
            )
        elif key == "dropSchema" and value is True and orm:
            found.append(Hazard("orm-drops-schema", "The ORM drops the whole schema at every start.", _at(script, node)))
        elif key == "rejectUnauthorized" and value is False:
            found.append(Hazard("tls-unchecked", "Certificates are not checked: the connection can be intercepted.", _at(script, node)))
        elif key == "playground" and value is True and any("graphql" in m or "apollo" in m for m in modules):
            found.append(Hazard("graphql-playground", "The GraphQL playground is served to everybody.", _at(script, node)))
    return found


def _call(ev: Evaluator, script: Script, call: Node, modules: set[str]) -> Hazard | None:
    names, given = callee(call), arguments(call)
    last = names[-1] if names else ""
    if last == "sync" and len(names) > 1 and _is_orm(ev, script, receiver(call), names):
        options = strip(given[0]) if given else None
        if literal(entry(options, "force")) is True:
            return Hazard("orm-drops-schema", "`sync({ force: true })` drops all tables at every start.", _at(script, call))
        return Hazard("orm-auto-create", "`sync()` creates and alters tables at every start, without a migration.", _at(script, call))
    if last in ("updateSchema", "refreshDatabase") and any(m.startswith("@mikro-orm") for m in modules):
        return Hazard("orm-auto-create", "The ORM changes the schema at every start, without a migration.", _at(script, call))
    if last == "sign" and len(given) > 1 and "jsonwebtoken" in modules and string(given[1]) is not None:
        return Hazard(
            "hardcoded-secret",
            "Tokens are signed with a secret written in the code: whoever reads the code can sign in as anybody.",
            _at(script, call),
        )
    cors = _cors(ev, script, call, names, given)
    if cors is not None:
        return cors
    return _session(ev, script, call, given) or _uploads(ev, script, call, given)


def _is_orm(ev: Evaluator, script: Script, owner: Node | None, names: tuple[str, ...]) -> bool:
    return "sequelize" in names[-2].lower() or (
        "sequelize" in script.source[:4_000].lower() and names[-2].lower() in ("db", "database", "connection", "models")
    )


def _cors(ev: Evaluator, script: Script, call: Node, names: tuple[str, ...], given: list[Node]) -> Hazard | None:
    opened = Hazard(
        "cors-any-origin", "Every web site may call this API from its visitors' browsers (CORS allows any origin).", _at(script, call)
    )
    if names[-1:] == ("enableCors",):
        return opened if not given or _any_origin(ev, script, given[0]) else None
    if names[-1:] in (("header",), ("setHeader",), ("set",)) and len(given) == 2 and string(given[0]) == "Access-Control-Allow-Origin":
        return opened if string(given[1]) == "*" else None
    target: Value | None = ev.value(script, call.child_by_field_name("function")) if names[-1:] and "cors" in names[-1].lower() else None
    if isinstance(target, Foreign | Module) and target.module in ("cors", "@koa/cors", "koa2-cors", "hono/cors", "@elysiajs/cors"):
        return opened if not given or _any_origin(ev, script, given[-1]) else None
    if names[-1:] == ("register",) and given:
        plugin = ev.value(script, given[0])
        if isinstance(plugin, Foreign | Module) and plugin.module in ("@fastify/cors", "fastify-cors"):
            return opened if len(given) == 1 or _any_origin(ev, script, given[1]) else None
    return None


def _any_origin(ev: Evaluator, script: Script, options: Node) -> bool:
    inner = strip(options)
    if inner.type != "object":
        return False
    origin = entry(inner, "origin")
    if origin is None:
        return not any(p.key == "..." for p in pairs(inner))
    known = settled(ev.value(script, origin))
    return isinstance(known, Known) and known.value in ("*", True)


def _session(ev: Evaluator, script: Script, call: Node, given: list[Node]) -> Hazard | None:
    value = ev.value(script, call.child_by_field_name("function")) if callee(call)[-1:] == ("session",) else None
    options = strip(given[0]) if given else None
    if not isinstance(value, Foreign | Module) or value.module != "express-session" or options is None or options.type != "object":
        return None
    if string(entry(options, "secret")) is not None:
        return Hazard(
            "hardcoded-secret", "Sessions are signed with a secret written in the code.", _at(script, entry(options, "secret") or call)
        )
    if entry(options, "store") is None and not any(p.key == "..." for p in pairs(options)):
        return Hazard(
            "session-memory-store",
            "Sessions live in the memory of one process: lost at every restart, unknown to other replicas.",
            _at(script, call),
        )
    return None


def _uploads(ev: Evaluator, script: Script, call: Node, given: list[Node]) -> Hazard | None:
    if callee(call)[-1:] not in (("multer",), ("diskStorage",)):
        return None
    value = ev.value(script, call.child_by_field_name("function"))
    options = strip(given[0]) if given else None
    if (
        isinstance(value, Foreign | Module)
        and value.module == "multer"
        and options is not None
        and any(p.key in ("dest", "destination") for p in pairs(options))
    ):
        return Hazard(
            "local-files", "Uploaded files are kept on the container's disk: lost with it, unknown to other replicas.", _at(script, call)
        )
    return None


def _bindings(ev: Evaluator, script: Script, modules: set[str]) -> list[Hazard]:
    """Return where a server listens on the loopback interface only: unreachable from outside its container."""
    found = []
    for hit in listens_in(ev, script):
        call = next((c for c in script.calls if line(c) == hit.at.line and callee(c)[-1:] == ("listen",)), None)
        if call is None:
            continue
        host = _host(ev, script, arguments(call))
        default = host is None and "fastify" in modules and any(n in ("fastify", "app", "server") for n in callee(call)[:-1])
        if (isinstance(host, str) and host in LOCALHOST) or default:
            why = "Fastify listens on localhost unless told otherwise" if default else f"The server listens on {host} only"
            found.append(Hazard("binds-localhost", f"{why}: nothing outside its container reaches it.", hit.at))
    return found


def _host(ev: Evaluator, script: Script, given: list[Node]) -> str | None:
    """Return the host that `listen` is given; an empty text for one that cannot be read."""
    if not given:
        return None
    first = strip(given[0])
    node = (
        entry(first, "host")
        if first.type == "object"
        else given[1]
        if len(given) > 1 and strip(given[1]).type not in ("arrow_function", "function_expression")
        else None
    )
    if node is None:
        return "" if (first.type == "object" and any(p.key == "..." for p in pairs(first))) or first.type == "identifier" else None
    known = settled(ev.value(script, node))
    return str(known.value) if known is not None else ""
