"""Read which data store the settings of an ORM or query builder name: knex, Sequelize, TypeORM, Drizzle, MikroORM."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from ..parsers.javascript import Script
from ..parsers.javascript.nodes import arguments, callee, entry, line, pairs, string, strip
from .evaluate import Evaluator
from .stores import DIALECTS
from .values import EnvRead, Known, Place, Value, settled

TYPEORM_KEYS = frozenset({"host", "url", "database", "entities", "synchronize", "migrations", "port", "username", "autoLoadEntities"})
TOOLS = {
    "knex": "knex",
    "Knex": "knex",
    "Sequelize": "sequelize",
    "DataSource": "typeorm",
    "createConnection": "typeorm",
    "defineConfig": "drizzle",
}


@dataclass(frozen=True, slots=True)
class Named:
    """Be one statement of a data store in settings: its kind, the tool, the lines, and whether the environment chooses another."""

    kind: str
    tool: str
    at: Place
    chosen: bool = False
    choices: tuple[str, ...] = ()


def dialects_in(ev: Evaluator, script: Script) -> list[Named]:
    """Return the data stores that ORM settings in one file name, in source order."""
    tool = _tool(script)
    if tool is None:
        return []
    found: list[Named] = []
    for node in script.of_type("object", "new_expression", "call_expression"):
        if node.type == "object":
            found += _of_object(ev, script, node, tool)
        elif (node.type == "new_expression" and callee(node)[-1:] == ("Sequelize",)) or (
            node.type == "call_expression" and callee(node)[-1:] in (("knex",), ("Knex",))
        ):
            found += _of_url(ev, script, arguments(node)[:1], tool)
    return list(dict.fromkeys(found))


def _tool(script: Script) -> str | None:
    name = script.path.rsplit("/", 1)[-1].lower()
    if name.startswith(("knexfile.", "knex.config")):
        return "knex"
    modules = {i.module.split("/")[0] if not i.module.startswith("@") else "/".join(i.module.split("/")[:2]) for i in script.imports}
    for library, tool in (
        ("knex", "knex"),
        ("typeorm", "typeorm"),
        ("@nestjs/typeorm", "typeorm"),
        ("sequelize", "sequelize"),
        ("sequelize-typescript", "sequelize"),
        ("@nestjs/sequelize", "sequelize"),
        ("drizzle-kit", "drizzle"),
        ("@mikro-orm/core", "mikro-orm"),
        ("nest-knexjs", "knex"),
        ("@adonisjs/lucid", "lucid"),
    ):
        if library in modules:
            return tool
    if "ormconfig" in name or "data-source" in name or "typeorm" in name:
        return "typeorm"
    if name.startswith("drizzle.config"):
        return "drizzle"
    if ("sequelize" in script.source.lower() or "dialect" in script.source) and "/config" in "/" + script.path.lower():
        return "sequelize"
    if "database" in name and "connection" in script.source:
        return "strapi" if "env(" in script.source else None
    return None


def _of_object(ev: Evaluator, script: Script, node: Node, tool: str) -> list[Named]:
    keys = {p.key for p in pairs(node)}
    wanted = {"knex": "client", "sequelize": "dialect", "typeorm": "type", "drizzle": "dialect", "strapi": "client", "lucid": "client"}.get(
        tool
    )
    if wanted is None or wanted not in keys:
        return []
    if tool == "typeorm" and not keys & TYPEORM_KEYS:
        return []
    if tool == "knex" and not keys & {"connection", "pool", "useNullAsDefault", "migrations", "version", "searchPath", "seeds", "debug"}:
        return []
    value = ev.value(script, entry(node, wanted))
    return _named(value, tool)


def _named(value: Value | None, tool: str) -> list[Named]:
    if isinstance(value, EnvRead):
        known = value.settled()
        if known is not None and isinstance(known.value, str) and known.value.lower() in DIALECTS:
            return [Named(DIALECTS[known.value.lower()], tool, known.at, True)]
        return []
    if isinstance(value, Known) and isinstance(value.value, str) and value.value.lower() in DIALECTS:
        return [Named(DIALECTS[value.value.lower()], tool, value.at)]
    return []


def _of_url(ev: Evaluator, script: Script, given: list[Node], tool: str) -> list[Named]:
    """Return the store of `new Sequelize('postgres://…')`."""
    for node in given:
        inner = strip(node)
        known = settled(ev.value(script, inner)) if inner.type != "object" else None
        scheme = known.value.split(":", 1)[0] if known is not None and isinstance(known.value, str) and "://" in known.value else None
        if known is not None and scheme in DIALECTS and scheme is not None:
            return [Named(DIALECTS[scheme], tool, known.at)]
    return []


def json_dialects(pairs_by_key: dict[str, object], path: str, number: int) -> Named | None:
    """Return the store of one environment in Sequelize's `config.json` or TypeORM's `ormconfig.json`."""
    value = pairs_by_key.get("dialect") or pairs_by_key.get("type")
    if isinstance(value, str) and value.lower() in DIALECTS:
        return Named(DIALECTS[value.lower()], "sequelize" if "dialect" in pairs_by_key else "typeorm", Place(path, number))
    return None


__all__ = ["Named", "dialects_in", "json_dialects", "line", "string"]
