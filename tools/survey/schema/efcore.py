"""Read the migrations of Entity Framework Core: classes in a folder with a model snapshot."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ....core.facts import Revision
from ..parsers.csharp import CsFile, Node, declared_name, descend, read_csharp, text_of
from ..parsers.grammar import words
from ..parsers.sqlsteps import sql_steps
from ..view import View, folder_of

_FILE = re2.compile(r"^(\d{14})_(.+)\.cs$")
_OPERATIONS = {
    "CreateTable": "create-table", "DropTable": "drop-table", "AddColumn": "add-column", "DropColumn": "drop-column",
    "AlterColumn": "alter-type", "RenameColumn": "rename-column", "RenameTable": "rename-table", "CreateIndex": "create-index",
    "DropIndex": "drop-index", "AddForeignKey": "add-constraint", "AddPrimaryKey": "add-constraint",
    "AddUniqueConstraint": "add-constraint", "DropForeignKey": "drop-constraint", "DropPrimaryKey": "drop-constraint",
    "DropUniqueConstraint": "drop-constraint", "CreateSequence": "create-sequence", "DropSequence": "drop-sequence", "InsertData": "data",
    "UpdateData": "data", "DeleteData": "delete-data", "EnsureSchema": "create-schema", "DropSchema": "drop-schema",
    "AddCheckConstraint": "add-constraint", "DropCheckConstraint": "drop-constraint", "AlterDatabase": "raw-sql",
    "RenameIndex": "rename-index",
}  # fmt: skip
_LOST = {"drop-table", "drop-column", "drop-schema", "delete-data"}


def ef_folders(view: View) -> dict[str, tuple[str, ...]]:
    """Return {folder: migrations in order} of every folder with a model snapshot; made once per tree."""
    return view.kept("ef_folders", lambda: dict(_folders(view)))


def _folders(view: View) -> Iterator[tuple[str, tuple[str, ...]]]:
    for snapshot in view.named("*ModelSnapshot.cs"):
        folder = folder_of(snapshot)
        found = [p for p in view.under(folder, view.suffixed(".cs")) if folder_of(p) == folder and _FILE.match(p.rpartition("/")[2])]
        yield folder, tuple(sorted(p for p in found if not p.endswith(".Designer.cs")))


def ef_revisions(view: View, files: tuple[str, ...]) -> tuple[Revision, ...]:
    """Return the revisions in order; one can go back where its `Down` does anything."""
    found = []
    for path in files:
        file = view.once("csharp", path, read_csharp)
        label = path.rpartition("/")[2].removesuffix(".cs")
        if file is None:
            found.append(Revision(id=label, path=path))
            continue
        operations = tuple(dict.fromkeys(_operations(_method(file, "Up"))))
        back = _method(file, "Down")
        reversible = back is not None and any(True for _ in descend(back, "invocation_expression"))
        found.append(Revision(id=label, path=path, reversible=reversible, operations=operations, destructive=bool(_LOST & set(operations))))
    return tuple(found)


def _method(file: CsFile, name: str) -> Node | None:
    return next((m for m in file.methods if declared_name(m) == name), None)


def _operations(method: Node | None) -> Iterator[str]:
    for call in descend(method, "invocation_expression") if method is not None else ():
        function = call.child_by_field_name("function")
        on = function.child_by_field_name("expression") if function is not None else None
        if function is None or on is None or words(on) != "migrationBuilder":
            continue
        name = words(function.child_by_field_name("name") or function).partition("<")[0]
        if name == "Sql":
            inside = call.child_by_field_name("arguments")
            text = next(
                (t for n in descend(inside, "string_literal", "verbatim_string_literal", "raw_string_literal") if (t := text_of(n))), ""
            )
            yield from sql_steps(text).operations or ("raw-sql",)
        elif name in _OPERATIONS:
            yield _OPERATIONS[name]
