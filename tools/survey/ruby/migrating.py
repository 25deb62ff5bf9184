"""Read migrations written in Ruby (Active Record, Sequel, ROM): what each does, and whether it can be taken back."""

from __future__ import annotations

import re2

from ....core.facts import Revision
from ..parsers.grammar import words
from ..parsers.ruby import Node, RubyFile, call_of, descend
from ..view import View
from .bundle import ruby_file

_NUMBER = re2.compile(r"^(\d+)_")
_OPERATIONS = {
    "create_table": "create-table", "create_join_table": "create-table", "drop_table": "drop-table", "drop_join_table": "drop-table",
    "add_column": "add-column", "add_columns": "add-column", "add_reference": "add-column", "add_belongs_to": "add-column",
    "add_timestamps": "add-column", "remove_column": "drop-column", "remove_columns": "drop-column", "drop_column": "drop-column",
    "remove_reference": "drop-column", "remove_belongs_to": "drop-column", "remove_timestamps": "drop-column",
    "change_column": "alter-type", "change_column_null": "alter-type", "change_column_default": "alter-type",
    "change_table": "alter-type", "alter_table": "alter-type", "set_column_type": "alter-type", "rename_table": "rename-table",
    "rename_column": "rename-column", "add_index": "create-index", "remove_index": "drop-index", "drop_index": "drop-index",
    "add_foreign_key": "add-constraint", "remove_foreign_key": "drop-constraint", "add_check_constraint": "add-constraint",
    "execute": "raw-sql", "run": "raw-sql", "enable_extension": "raw-sql", "safety_assured": "", "update_all": "data",
    "find_each": "data", "insert_all": "data", "create_view": "create-view", "update_view": "create-view",
}  # fmt: skip
_DESTRUCTIVE = {"drop-table", "drop-column"}
_DROPS = ("DROP TABLE", "DROP COLUMN", "TRUNCATE", "DELETE FROM")
_ONE_WAY = ("execute", "run", "change_column", "change_column_default", "remove_columns", "update_all")


def revisions(view: View, paths: list[str]) -> tuple[Revision, ...]:
    """Return the revisions of a folder's numbered files, oldest first."""
    found = []
    for path in paths:
        match = _NUMBER.match(path.rpartition("/")[2])
        parsed = ruby_file(view, path) if match else None
        if match and parsed:
            found.append(_revision(match.group(1), path, parsed))
    return tuple(sorted(found, key=lambda r: (int(r.id), r.path)))


def _revision(number: str, path: str, parsed: RubyFile) -> Revision:
    up, down, change = (_body(parsed, n) for n in ("up", "down", "change"))
    forward = change or up
    calls = [call_of(n) for n in descend(forward, "call")] if forward is not None else []
    operations: list[str] = []
    destroys = False
    for call in calls:
        kind = _OPERATIONS.get(call.name)
        if not kind or (call.receiver and kind != "data" and not call.receiver.endswith(("connection", "t"))):
            continue
        operations.append(kind)
        text = words(call.node).upper() if kind == "raw-sql" else ""
        destroys = destroys or kind in _DESTRUCTIVE or any(w in text for w in _DROPS)
    return Revision(
        id=number,
        path=path,
        reversible=_reversible(change, up, down),
        operations=tuple(dict.fromkeys(operations)),
        destructive=destroys,
    )


def _reversible(change: Node | None, up: Node | None, down: Node | None) -> bool | None:
    if change is None:
        if up is None:
            return None
        return down is not None and "IrreversibleMigration" not in words(down) and bool(down.named_children)
    for call in (call_of(n) for n in descend(change, "call")):
        if call.name in ("reversible", "up_only"):
            return True
        if call.name in _ONE_WAY and not (call.get("from") is not None and call.get("to") is not None):
            return False
        if call.name == "drop_table" and call.block is None:
            return False
        if call.name in ("remove_column", "drop_column") and len(call.arguments) < 3:
            return False
    return True


def _body(parsed: RubyFile, name: str) -> Node | None:
    """Return the body of a migration's method (Active Record) or block (Sequel, ROM) of this name."""
    for method in parsed.methods:
        named = method.child_by_field_name("name")
        if named is not None and words(named) == name:
            return method.child_by_field_name("body") or method
    for call in parsed.named(name):
        if call.block is not None and not call.receiver and not call.arguments:
            return call.block
    return None


def is_foreign(parsed: RubyFile) -> str | None:
    """Return the tool of a migration that is none of Active Record: `sequel` or `rom`."""
    for call in parsed.named("migration"):
        if call.receiver in ("Sequel", "ROM::SQL"):
            return "sequel" if call.receiver == "Sequel" else "rom"
    return None
