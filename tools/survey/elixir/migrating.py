"""Read Ecto migrations: what each does, and whether it can be taken back."""

from __future__ import annotations

import re2

from ....core.facts import Revision
from ..parsers.elixir import Call, ElixirFile, Node, call_of, descend
from ..parsers.grammar import words
from ..view import View
from .mix import elixir_file

_NUMBER = re2.compile(r"^(\d+)_")
_INSIDE = {
    "add": "add-column", "add_if_not_exists": "add-column", "remove": "drop-column", "remove_if_exists": "drop-column",
    "modify": "alter-type", "timestamps": "add-column",
}  # fmt: skip
_DROPS = ("DROP TABLE", "DROP COLUMN", "TRUNCATE", "DELETE FROM")


def revisions(view: View, paths: list[str]) -> tuple[Revision, ...]:
    """Return the revisions of a folder's numbered files, oldest first."""
    found = []
    for path in paths:
        match = _NUMBER.match(path.rpartition("/")[2])
        parsed = elixir_file(view, path) if match else None
        if match and parsed:
            found.append(_revision(match.group(1), path, parsed))
    return tuple(sorted(found, key=lambda r: (int(r.id), r.path)))


def _revision(number: str, path: str, parsed: ElixirFile) -> Revision:
    bodies = {n: b for n in ("change", "up", "down") if (b := _body(parsed, n)) is not None}
    forward = bodies.get("change") or bodies.get("up")
    operations: list[str] = []
    destroys = False
    for call in (call_of(n) for n in descend(forward, "call")) if forward is not None else ():
        kind = _kind(call)
        if kind:
            operations.append(kind)
            text = words(call.node).upper() if kind == "raw-sql" else ""
            destroys = destroys or kind in ("drop-table", "drop-column") or any(w in text for w in _DROPS)
    once = tuple(dict.fromkeys(o for o in operations if o != "add-column" or "create-table" not in operations))
    return Revision(id=number, path=path, reversible=_reversible(bodies), operations=once, destructive=destroys)


def _kind(call: Call) -> str | None:
    inner = call_of(call.arguments[0]).name if call.arguments and call.arguments[0].type == "call" else ""
    if call.name in ("create", "create_if_not_exists"):
        return {"table": "create-table", "index": "create-index", "unique_index": "create-index", "constraint": "add-constraint"}.get(inner)
    if call.name in ("drop", "drop_if_exists"):
        return {"table": "drop-table", "index": "drop-index", "unique_index": "drop-index", "constraint": "drop-constraint"}.get(inner)
    if call.name == "rename":
        return "rename-table" if call.get("to") is not None else "rename-column"
    if call.name == "execute":
        return "raw-sql"
    if call.owner.endswith(("Repo", "repo()")) or call.name in ("update_all", "insert_all", "delete_all"):
        return "data"
    return _INSIDE.get(call.name)


def _reversible(bodies: dict[str, Node]) -> bool | None:
    if "change" in bodies:
        for call in (call_of(n) for n in descend(bodies["change"], "call")):
            if call.name == "execute" and len(call.arguments) < 2:
                return False
            if call.name == "remove" and len(call.arguments) < 2:
                return False
            if call.name == "modify" and call.get("from") is None:
                return False
            if (
                call.name in ("drop", "drop_if_exists")
                and call.block is None
                and call.arguments
                and words(call.arguments[0]).startswith("table")
            ):
                return False
        return True
    if "up" not in bodies:
        return None
    down = bodies.get("down")
    return down is not None and "raise" not in words(down) and words(down).strip() not in (":ok", "do :ok end", "do\n    :ok\n  end")


def _body(parsed: ElixirFile, name: str) -> Node | None:
    for definition in parsed.named("def"):
        if definition.defines == name:
            return definition.body
    return None
