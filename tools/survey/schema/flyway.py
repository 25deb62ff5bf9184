"""Read Flyway's migrations: files named by version, in SQL or code."""

from __future__ import annotations

import re2

from ....core.facts import Revision
from ..parsers.sqlsteps import sql_steps
from ..view import View, folder_of

_NAME = re2.compile(r"^([VUR])([0-9][0-9._]*)?__(.+)\.(sql|java|kt|conf)$")


def flyway_folders(view: View) -> dict[str, tuple[str, ...]]:
    """Return {folder: versioned and repeatable files} of every folder that holds a file named the way Flyway names them."""
    return view.kept("flyway_folders", lambda: _folders(view))


def _folders(view: View) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for path in view.suffixed(".sql", ".java", ".kt"):
        match = _NAME.match(path.rpartition("/")[2])
        if match is not None and (match.group(1) == "R" or match.group(2)):
            found.setdefault(folder_of(path), []).append(path)
    versioned = {f: p for f, p in found.items() if any(_NAME.match(x.rpartition("/")[2]).group(1) == "V" for x in p)}
    return {folder: tuple(sorted(paths, key=_order)) for folder, paths in sorted(versioned.items())}


def _order(path: str) -> tuple[int, tuple[int, ...], str]:
    match = _NAME.match(path.rpartition("/")[2])
    parts = tuple(int(p) for p in (match.group(2) or "").replace("_", ".").split(".") if p.isdigit())
    return "VUR".index(match.group(1)), parts, path


def flyway_revisions(view: View, files: tuple[str, ...], kind: str | None = None) -> tuple[Revision, ...]:
    """Return the versioned revisions in order, repeatable ones last; one can go back where an undo file stands beside it."""
    undone = {_NAME.match(p.rpartition("/")[2]).group(2) for p in files if p.rpartition("/")[2].startswith("U")}
    found = []
    for path in files:
        match = _NAME.match(path.rpartition("/")[2])
        if match.group(1) == "U":
            continue
        steps = sql_steps(view.text(path) or "", kind) if path.endswith(".sql") else sql_steps("")
        label = str(match.group(2) or f"R:{match.group(3)}")
        found.append(
            Revision(id=label, path=path, reversible=match.group(2) in undone, operations=steps.operations, destructive=steps.destructive)
        )
    return tuple(found)
