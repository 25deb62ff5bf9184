"""Read migrations of the Node world: folders of SQL or of scripts with up and down, and which script of a manifest applies them."""

from __future__ import annotations

from collections.abc import Iterable

from tree_sitter import Node

from ....core.facts import Revision
from ..parsers.javascript import Script
from ..parsers.javascript.nodes import CLASSES, FUNCTIONS, arguments, callee, key_name, literal, text, walk
from ..parsers.sqlsteps import DESTRUCTIVE, sql_steps
from .choosing import manager_of
from .manifest import Package
from .project import Project

CALLS = {
    "createTable": "create-table", "createTableIfNotExists": "create-table", "dropTable": "drop-table", "dropTableIfExists": "drop-table",
    "dropAllTables": "drop-table", "renameTable": "rename-table", "addColumn": "add-column", "addColumns": "add-column",
    "dropColumn": "drop-column", "dropColumns": "drop-column", "removeColumn": "drop-column", "renameColumn": "rename-column",
    "changeColumn": "alter-type", "alterColumn": "alter-type", "alter": "alter-type", "addIndex": "create-index",
    "createIndex": "create-index", "createIndices": "create-index", "removeIndex": "drop-index", "dropIndex": "drop-index",
    "addConstraint": "add-constraint", "createForeignKey": "add-constraint", "foreign": "add-constraint",
    "createUniqueConstraint": "add-constraint", "createPrimaryKey": "add-constraint", "createCheckConstraint": "add-constraint",
    "removeConstraint": "drop-constraint", "dropForeignKey": "drop-constraint", "dropForeign": "drop-constraint",
    "dropConstraint": "drop-constraint", "bulkInsert": "data", "insert": "data", "bulkDelete": "delete-data", "insertMany": "data",
    "insertOne": "data", "updateMany": "data", "updateOne": "data", "deleteMany": "delete-data", "createCollection": "create-table",
    "dropCollection": "drop-table", "drop": "drop-table", "createType": "create-type", "dropType": "drop-type", "addType": "create-type",
}  # fmt: skip
TABLES = frozenset({"table", "alterTable", "alterTableIfExists"})
COLUMN_MAKERS = frozenset(
    { "string", "integer", "text", "boolean", "timestamp", "timestamps", "uuid", "json", "jsonb", "bigInteger", "float", "decimal",
    "increments", "date", "datetime", "dateTime", "enum", "enu", "binary", "specificType", "bigIncrements", "double", }
)  # fmt: skip
SQL = frozenset({"query", "raw", "addSql", "sql", "execute", "runSql", "unsafe", "$executeRaw", "$executeRawUnsafe"})
MIGRATION_SUFFIXES = (".js", ".ts", ".cjs", ".mjs", ".mts", ".cts")


def script_command(project: Project, package: Package, *words: str, default: str) -> str:
    """Return the manifest's own script that applies migrations (one command that holds all words), else the default."""
    for folder in dict.fromkeys((package.folder, *project.workspace.upward(package.folder))):
        owner = project.workspace.packages.get(folder)
        for name, command in owner.scripts.items() if owner is not None else ():
            plain = " ".join(command.split())
            alone = "&&" not in plain and ";" not in plain and "||" not in plain
            if (
                owner is not None
                and alone
                and all(w in plain for w in words)
                and not any(w in name for w in ("dev", "test", "down", "undo", "revert"))
            ):
                return f"{manager_of(project, owner)} run {name}"
    return f"{executor(project, package)} {default}"


def executor(project: Project, package: Package) -> str:
    """Return how the package manager runs an installed command: `npx`, `pnpm exec`, `yarn`, `bunx`."""
    return {"pnpm": "pnpm exec", "yarn": "yarn", "bun": "bunx"}.get(manager_of(project, package), "npx")


def folder_files(project: Project, folder: str, suffixes: tuple[str, ...] = MIGRATION_SUFFIXES) -> list[str]:
    """Return the migration files that stand directly in a folder, by name."""
    return [
        f
        for f in project.sources.children.get(folder, ())
        if f.endswith(suffixes)
        and not f.endswith((".d.ts", ".spec.ts", ".test.ts"))
        and not f.rsplit("/", 1)[-1].startswith(("index.", "_", "."))
    ]


def script_revisions(project: Project, paths: Iterable[str], kind: str | None) -> list[Revision]:
    """Return the revisions that scripts with `up` and `down` hold, in the order of their names."""
    found = []
    for path in paths:
        script = project.sources.script(path)
        if script is None:
            continue
        up, down = _function(script, "up"), _function(script, "down")
        if up is None:
            continue
        operations, destructive = _operations(project, script, up, kind)
        stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        found.append(Revision(id=stem, path=path, reversible=_undoes(down), operations=operations, destructive=destructive))
    return found


def _function(script: Script, name: str) -> Node | None:
    """Return `up` or `down`: an exported function, a property of what is exported, or a method of the exported class."""
    exported = script.exports.get(name)
    if exported is not None and exported.node is not None:
        return exported.node
    for node in script.classes:
        body = node.child_by_field_name("body")
        for item in body.named_children if body is not None and node.type in CLASSES else ():
            key = item.child_by_field_name("name")
            if item.type == "method_definition" and key is not None and key_name(key) == name:
                return item
    for node in script.of_type("pair", "method_definition"):
        if node.type == "pair" and node.child_by_field_name("key") is not None and text(node.child_by_field_name("key")) == name:
            value = node.child_by_field_name("value")
            if value is not None and value.type in FUNCTIONS:
                return value
        if node.type == "method_definition" and text(node.child_by_field_name("name")) == name:
            return node
    return None


def _undoes(down: Node | None) -> bool:
    """Tell whether a way back is written: `down` does something and does not merely throw."""
    if down is None:
        return False
    body = down.child_by_field_name("body")
    nodes = list(walk(body)) if body is not None else []
    if any(n.type == "throw_statement" for n in nodes):
        return False
    return any(n.type == "call_expression" and callee(n)[-1:] not in (("resolve",), ("log",), ("warn",)) for n in nodes)


def _operations(project: Project, script: Script, up: Node, kind: str | None) -> tuple[tuple[str, ...], bool]:
    found: list[str] = []
    for node in walk(up):
        if node.type != "call_expression":
            continue
        names, given = callee(node), arguments(node)
        last = names[-1] if names else ""
        if last in SQL and given:
            value = literal(given[0])
            sql = value if isinstance(value, str) else text(given[0]).strip("`\"'")
            found.extend(sql_steps(sql, kind).operations or ("raw-sql",))
        elif last in CALLS and len(names) > 1:
            found.append(CALLS[last])
        elif last in COLUMN_MAKERS and _in_alter(node, up):
            found.append("add-column")
    once = tuple(dict.fromkeys(found))
    return once, bool(DESTRUCTIVE & set(once))


def _in_alter(node: Node, top: Node) -> bool:
    """Tell whether a column maker stands inside `table(…)`/`alterTable(…)`, so that it adds a column to what exists."""
    current = node.parent
    while current is not None and current.id != top.id:
        if current.type == "call_expression":
            last = callee(current)[-1:]
            if last and last[0] in TABLES:
                return True
            if last and last[0] in ("createTable", "createTableIfNotExists"):
                return False
        current = current.parent
    return False


def sql_revisions(project: Project, files: Iterable[tuple[str, str, str | None]], kind: str | None) -> list[Revision]:
    """Return the revisions of SQL files given as (id, path, path of the way back or None)."""
    found = []
    for name, path, back in files:
        steps = sql_steps(project.sources.text(path) or "", kind)
        found.append(Revision(id=name, path=path, reversible=back is not None, operations=steps.operations, destructive=steps.destructive))
    return found
