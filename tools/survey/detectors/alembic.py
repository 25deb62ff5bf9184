"""Detect Alembic (and Flask-Migrate): configuration, script folder, revisions with what they do and whether they can be taken back."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator

from ....core.facts import Fact, Migration, Revision
from ..detector import View, entry
from ..parsers.python import PythonFile, string
from ..python.projects import owner_of
from ..view import folder_of, join

_OPERATIONS = {
    "create_table": "create-table", "drop_table": "drop-table", "add_column": "add-column", "drop_column": "drop-column",
    "alter_column": "alter-type",
    "create_index": "create-index", "drop_index": "drop-index", "create_foreign_key": "add-constraint",
    "create_unique_constraint": "add-constraint",
    "create_check_constraint": "add-constraint", "create_primary_key": "add-constraint", "drop_constraint": "drop-constraint",
    "execute": "raw-sql",
    "rename_table": "rename-table", "bulk_insert": "data", "batch_alter_table": "alter-type",
}  # fmt: skip
_DESTRUCTIVE = {"drop-table", "drop-column"}


def detect(view: View) -> Iterator[Fact]:
    """Yield one migration entry per Alembic environment."""
    seen: set[str] = set()
    for path in view.named("alembic.ini"):
        document = view.document(path)
        location = document.text("alembic", "script_location") if document else None
        if location is None:
            continue
        clean = location.replace("%(here)s/", "").replace("%(here)s", "").strip() or "."
        where = posixpath.normpath(join(folder_of(path), clean.replace(":", "/")))
        if view.exists(where) and where not in seen:
            seen.add(where)
            yield _entry(view, where, path, view.proof(path, "script_location").line)
    for path in view.named("pyproject.toml"):
        document = view.document(path)
        location = document.text("tool", "alembic", "script_location") if document else None
        where = posixpath.normpath(join(folder_of(path), (location or "").replace("%(here)s/", "")))
        if location and document and where not in seen and view.exists(where):
            seen.add(where)
            yield _entry(view, where, path, document.line("tool", "alembic", "script_location"))
    for path in view.named("env.py"):
        where = folder_of(path)
        if where not in seen and "alembic" in (view.text(path) or "") and view.exists(join(where, "versions")):
            seen.add(where)
            yield _entry(view, where, path, view.proof(path, "alembic").line)


def _entry(view: View, where: str, config: str, line: int) -> Fact:
    revisions, heads = _revisions(view, where)
    folder = owner_of(view, where) or folder_of(where)
    flask = "current_app" in (view.text(join(where, "env.py")) or "")
    value = Migration(
        tool="alembic",
        path=where,
        command="flask db upgrade" if flask else "alembic upgrade head",
        evidence=(view.evidence(config, line),),
        config=config,
        revisions=tuple(revisions),
        head=heads[0] if len(heads) == 1 else None,
    )
    return entry("migration", folder, value)


def _revisions(view: View, where: str) -> tuple[list[Revision], list[str]]:
    """Return (revisions from the oldest to the newest, ids that no other revises)."""
    found: dict[str, tuple[Revision, tuple[str, ...]]] = {}
    for path in view.under(where, view.suffixed(".py")):
        parsed = view.python(path) if "revision" in (view.text(path) or "") else None
        identity, below = _identity(parsed) if parsed else (None, ())
        if parsed and identity:
            found[identity] = (_revision(path, identity, parsed), below)
    revised = {b for _, below in found.values() for b in below}
    ordered: list[Revision] = []
    placed: set[str] = set()
    while len(placed) < len(found):
        ready = sorted(i for i, (_, below) in found.items() if i not in placed and all(b in placed or b not in found for b in below))
        if not ready:
            break
        ordered.extend(found[i][0] for i in ready)
        placed.update(ready)
    return ordered, sorted(set(found) - revised)


def _identity(parsed: PythonFile) -> tuple[str | None, tuple[str, ...]]:
    identity: str | None = None
    below: tuple[str, ...] = ()
    for statement in parsed.tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            name = target.id if isinstance(target, ast.Name) else ""
            if name == "revision":
                identity = string(statement.value)
            elif name == "down_revision":
                values = statement.value.elts if isinstance(statement.value, ast.Tuple | ast.List) else [statement.value]
                below = tuple(t for t in map(string, values) if t)
    return identity, below


def _revision(path: str, identity: str, parsed: PythonFile) -> Revision:
    up, down = _function(parsed, "upgrade"), _function(parsed, "downgrade")
    operations: list[str] = []
    raw_drop = False
    for node in ast.walk(up) if up else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            kind = _OPERATIONS.get(node.func.attr)
            if kind:
                operations.append(kind)
            if kind == "raw-sql" and any(
                word in ast.dump(node).upper() for word in ("DROP TABLE", "DROP COLUMN", "TRUNCATE", "DELETE FROM")
            ):
                raw_drop = True
    reversible = down is not None and any(isinstance(n, ast.Call) for s in down.body for n in ast.walk(s)) and not _refuses(down)
    once = tuple(dict.fromkeys(operations))
    empty = not operations
    return Revision(
        id=identity,
        path=path,
        reversible=True if empty and down is not None and not _refuses(down) else reversible,
        operations=once,
        destructive=raw_drop or bool(_DESTRUCTIVE & set(once)),
    )


def _function(parsed: PythonFile, name: str) -> ast.FunctionDef | None:
    return next((n for n in parsed.tree.body if isinstance(n, ast.FunctionDef) and n.name == name), None)


def _refuses(function: ast.FunctionDef) -> bool:
    return any(isinstance(n, ast.Raise) for n in ast.walk(function))
