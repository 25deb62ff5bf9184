"""Read Django migrations: per application the revisions in order, what they do, whether they can be taken back."""

from __future__ import annotations

import ast

from ....core.facts import Revision
from ..parsers.python import PythonFile, argument
from ..view import View, folder_of
from .sources import files

_OPERATIONS = {
    "CreateModel": "create-table", "DeleteModel": "drop-table", "AddField": "add-column", "RemoveField": "drop-column",
    "AlterField": "alter-column",
    "RenameField": "rename-column", "RenameModel": "rename-table", "AddIndex": "create-index", "RemoveIndex": "drop-index",
    "AddConstraint": "add-constraint", "RemoveConstraint": "drop-constraint", "RunSQL": "raw-sql", "RunPython": "data",
    "AlterUniqueTogether": "add-constraint",
    "AlterModelTable": "rename-table", "AddIndexConcurrently": "create-index", "RemoveIndexConcurrently": "drop-index",
    "CreateExtension": "create-extension",
}  # fmt: skip
_NEWEST = 20  # revisions per application whose operations are read: the older ones are applied everywhere by now
_DESTRUCTIVE = {"drop-table", "drop-column"}


def migrations_of(view: View, folder: str) -> dict[str, list[Revision]]:
    """Return {migrations folder: revisions in name order} of a code base."""
    found: dict[str, list[Revision]] = {}
    for path in files(view, folder):
        where = folder_of(path)
        if where.rpartition("/")[2] != "migrations" or "alembic" in path:
            continue
        name = path.rpartition("/")[2]
        if name == "__init__.py":
            if view.exists(f"{folder_of(where)}/models.py") or view.exists(f"{folder_of(where)}/apps.py"):
                found.setdefault(where, [])
            continue
        if view.holds(path, "Migration"):
            found.setdefault(where, []).append(Revision(id=name.removesuffix(".py"), path=path))
    return {where: [*known[:-_NEWEST], *(_read(view, r) for r in known[-_NEWEST:])] for where, known in sorted(found.items())}


def _read(view: View, revision: Revision) -> Revision:
    parsed = view.python(revision.path)
    return _revision(revision.path, parsed) if parsed is not None else revision


def _revision(path: str, parsed: PythonFile) -> Revision:
    operations: list[str] = []
    reversible = True
    for call in parsed.calls():
        name = parsed.full_name(call.func).rpartition(".")[2]
        kind = _OPERATIONS.get(name)
        if kind is None:
            continue
        operations.append(kind)
        if name in ("RunSQL", "RunPython") and argument(call, 1, "reverse_sql", "reverse_code") is None:
            reversible = False
    once = tuple(dict.fromkeys(operations))
    raw = any("DROP" in ast.dump(c).upper() for c in parsed.calls() if parsed.full_name(c.func).endswith("RunSQL"))
    identity = path.rpartition("/")[2].removesuffix(".py")
    return Revision(id=identity, path=path, reversible=reversible, operations=once, destructive=bool(_DESTRUCTIVE & set(once)) or raw)
