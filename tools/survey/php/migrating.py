"""Read migrations written in PHP (Laravel, Doctrine, Phinx): what each does, and whether it can be taken back."""

from __future__ import annotations

from ....core.facts import Revision
from ..parsers.grammar import words
from ..parsers.php import Call, Node, PhpFile, call_of, descend, text_of
from ..parsers.sqlsteps import sql_steps
from ..view import View
from .composer import php_file

_CALLS = ("function_call_expression", "member_call_expression", "scoped_call_expression")
_SCHEMA = {  # Laravel's `Schema::…`, Phinx's `$table->…`
    "create": "create-table", "createIfNotExists": "create-table", "dropIfExists": "drop-table", "drop": "drop-table",
    "rename": "rename-table", "table": "", "dropColumn": "drop-column", "dropColumns": "drop-column", "removeColumn": "drop-column",
    "renameColumn": "rename-column", "change": "alter-type", "changeColumn": "alter-type", "dropForeign": "drop-constraint",
    "dropConstrainedForeignId": "drop-column", "dropTimestamps": "drop-column", "dropSoftDeletes": "drop-column", "dropIndex": "drop-index",
    "dropUnique": "drop-index", "index": "create-index", "unique": "create-index", "fullText": "create-index", "foreign": "add-constraint",
    "constrained": "add-constraint", "addColumn": "add-column", "addIndex": "create-index", "addForeignKey": "add-constraint",
    "statement": "raw-sql", "unprepared": "raw-sql", "execute": "raw-sql", "insert": "data", "update": "data", "delete": "data",
    "createTable": "create-table", "dropTable": "drop-table",
}  # fmt: skip
_DESTRUCTIVE = {"drop-table", "drop-column"}
_DROPS = ("DROP TABLE", "DROP COLUMN", "TRUNCATE", "DELETE FROM")


def revisions(view: View, paths: list[str], tool: str) -> tuple[Revision, ...]:
    """Return the revisions of a folder's files, oldest first, those that hold no migration left out."""
    found = []
    for path in sorted(paths, key=lambda p: p.rpartition("/")[2]):
        parsed = php_file(view, path)
        made = _revision(path, parsed, tool) if parsed else None
        if made is not None:
            found.append(made)
    return tuple(found)


def _revision(path: str, parsed: PhpFile, tool: str) -> Revision | None:
    up, down, change = (_body(parsed, n) for n in ("up", "down", "change"))
    forward = up or change
    if forward is None:
        return None
    operations, destroys = _operations(forward, tool)
    reversible = change is not None or (down is not None and bool(down.named_children) and not any(descend(down, "throw_expression")))
    if change is not None and up is None and any(o in ("raw-sql", "drop-column", "drop-table") for o in operations):
        reversible = False
    return Revision(
        id=path.rpartition("/")[2].removesuffix(".php"),
        path=path,
        reversible=reversible,
        operations=tuple(dict.fromkeys(operations)),
        destructive=destroys,
    )


def _operations(body: Node, tool: str) -> tuple[list[str], bool]:
    operations: list[str] = []
    destroys = False
    for call in (call_of(n) for n in descend(body, *_CALLS)):
        if call.name == "addSql" and call.arguments:
            steps = sql_steps(text_of(call.arguments[0]) or words(call.arguments[0]).strip("\"'"))
            operations.extend(steps.operations)
            destroys = destroys or steps.destructive
            continue
        kind = _kind(call, tool)
        if not kind:
            continue
        operations.append(kind)
        text = words(call.node).upper() if kind == "raw-sql" else ""
        destroys = destroys or kind in _DESTRUCTIVE or any(w in text for w in _DROPS)
    if tool == "laravel" and "create-table" in operations:
        operations = [o for o in operations if o not in ("create-index", "add-constraint", "add-column")]
    elif tool == "laravel" and not operations:
        operations = ["add-column"] if any(call_of(n).name == "table" for n in descend(body, *_CALLS)) else []
    return operations, destroys


def _kind(call: Call, tool: str) -> str | None:
    if tool == "laravel" and call.name in ("create", "drop", "dropIfExists", "rename", "table") and not call.scope.endswith("Schema"):
        return None if not ("connection" in call.scope and "Schema" in call.scope) else _SCHEMA[call.name]
    return _SCHEMA.get(call.name)


def _body(parsed: PhpFile, name: str) -> Node | None:
    for method in parsed.methods:
        named = method.child_by_field_name("name")
        if named is not None and words(named) == name:
            return method.child_by_field_name("body")
    return None
