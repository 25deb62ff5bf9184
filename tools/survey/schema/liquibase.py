"""Read Liquibase change logs in XML, YAML, JSON and SQL: change sets in the order in which includes bring them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from ....core.facts import Revision
from ..parsers.sqlsteps import sql_steps
from ..parsers.xml import Element, read_xml
from ..view import View, folder_of, join

_OPERATIONS = {
    "createTable": "create-table", "dropTable": "drop-table", "addColumn": "add-column", "dropColumn": "drop-column",
    "modifyDataType": "alter-type", "renameColumn": "rename-column", "renameTable": "rename-table", "createIndex": "create-index",
    "dropIndex": "drop-index", "addForeignKeyConstraint": "add-constraint", "addUniqueConstraint": "add-constraint",
    "addPrimaryKey": "add-constraint", "addNotNullConstraint": "add-constraint", "dropForeignKeyConstraint": "drop-constraint",
    "dropNotNullConstraint": "drop-constraint", "dropUniqueConstraint": "drop-constraint", "dropPrimaryKey": "drop-constraint",
    "createSequence": "create-sequence", "createView": "create-view", "dropView": "drop-view", "insert": "data", "update": "data",
    "loadData": "data", "loadUpdateData": "data", "delete": "delete-data", "sql": "raw-sql", "sqlFile": "raw-sql",
    "addDefaultValue": "alter-type", "dropSequence": "drop-sequence", "createProcedure": "raw-sql", "mergeColumns": "drop-column",
}  # fmt: skip
_LOST = {"drop-table", "drop-column", "delete-data"}
_AUTOMATIC = {
    "create-table",
    "add-column",
    "create-index",
    "rename-column",
    "rename-table",
    "add-constraint",
    "create-sequence",
    "create-view",
}
_MAX_FILES = 500


def is_changelog(view: View, path: str) -> bool:
    """Say whether a file is a change log by what it holds."""
    return view.holds(path, "databaseChangeLog", "--liquibase formatted sql", "-- liquibase formatted sql")


def changesets(view: View, master: str) -> tuple[Revision, ...]:
    """Return the change sets that a master change log leads to, in the order in which Liquibase runs them."""
    seen: set[str] = set()

    def within(path: str) -> Iterator[Revision]:
        if path in seen or len(seen) >= _MAX_FILES or not view.repository.real(path):
            return
        seen.add(path)
        for item in _read(view, path):
            if isinstance(item, Revision):
                yield item
            else:
                yield from within(item)

    return tuple(within(master))


def _read(view: View, path: str) -> Iterator[Revision | str]:
    """Yield the change sets of a file and the files that it includes, in order."""
    if path.endswith(".sql"):
        yield from _sql(view, path)
    elif path.endswith(".xml"):
        root = view.once("xml", path, read_xml)
        yield from _xml(view, path, root) if root is not None else ()
    else:
        document = view.document(path)
        for one in document.items("databaseChangeLog") if document else ():
            if isinstance(one, dict):
                yield from _entry(view, path, one)


def _entry(view: View, path: str, one: dict[str, Any]) -> Iterator[Revision | str]:
    for key in ("include", "includeAll"):
        table = one.get(key)
        if isinstance(table, dict):
            where = str(table.get("file") or table.get("path") or "")
            yield from _resolved(view, path, where, table.get("relativeToChangelogFile") is True)
    table = one.get("changeSet")
    if isinstance(table, dict):
        names = [str(k) for c in table.get("changes") or () if isinstance(c, dict) for k in c]
        yield _revision(path, f"{table.get('id')}", names, "rollback" in table)


def _xml(view: View, path: str, root: Element) -> Iterator[Revision | str]:
    for one in root.children:
        if one.name in ("include", "includeAll"):
            where = one.attributes.get("file") or one.attributes.get("path") or ""
            yield from _resolved(view, path, where, one.attributes.get("relativeToChangelogFile") == "true")
        elif one.name == "changeSet":
            names = [c.name for c in one.children if c.name in _OPERATIONS]
            yield _revision(path, one.attributes.get("id", ""), names, any(c.name == "rollback" for c in one.children))


def _resolved(view: View, path: str, where: str, relative: bool) -> list[str]:
    """Return the files that an include names: relative to the log, or on the class path of its resources."""
    clean = where.removeprefix("classpath:").lstrip("/")
    base, mark, _ = path.partition("/resources/")
    bases = [folder_of(path)] if relative else [base + "/resources" if mark else ".", folder_of(path), "."]
    for folder in bases:
        full = posixpath.normpath(join(folder, clean))
        if view.repository.real(full):
            return [full]
        below = (
            [p for p in view.under(full, view.suffixed(".xml", ".yaml", ".yml", ".json", ".sql")) if is_changelog(view, p)] if clean else []
        )
        if below:
            return sorted(below)
    return []


def _sql(view: View, path: str) -> Iterator[Revision]:
    label, lines, back = "", list[str](), False
    for line in [*view.lines(path), "--changeset end:end"]:
        lower = line.lower().replace("-- ", "--")
        if lower.startswith("--changeset"):
            if label:
                steps = sql_steps("\n".join(lines))
                yield Revision(id=label, path=path, reversible=back, operations=steps.operations, destructive=steps.destructive)
            words = line.replace("--changeset", "").replace("-- changeset", "").split()
            label, lines, back = (words[0].rpartition(":")[2] if words else ""), [], False
        elif lower.startswith("--rollback"):
            back = True
        else:
            lines.append(line)


def _revision(path: str, label: str, names: list[str], rollback: bool) -> Revision:
    operations = tuple(dict.fromkeys(_OPERATIONS.get(n, "raw-sql") for n in names))
    reversible = rollback or (bool(operations) and all(o in _AUTOMATIC for o in operations))
    return Revision(id=label, path=path, reversible=reversible, operations=operations, destructive=bool(set(operations) & _LOST))
