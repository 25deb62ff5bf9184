"""Read folders of SQL migrations: which tool's marks they carry, which revisions they hold, what each does and whether it can go back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from ....core.facts import Revision
from ..parsers.sqlsteps import sql_steps
from ..view import View, folder_of

_NUMBERED = re2.compile(r"^(\d+)(?:[_\-.].+)?\.sql$")
_UP_DOWN = re2.compile(r"^(.+)\.(up|down)\.sql$")
_MARKS = {  # tool -> (mark of the way up, mark of the way down)
    "goose": ("-- +goose up", "-- +goose down"),
    "dbmate": ("-- migrate:up", "-- migrate:down"),
    "sql-migrate": ("-- +migrate up", "-- +migrate down"),
    "tern": ("", "---- create above / drop below ----"),
}
_ANY = re2.compile(r"(?i)-- \+goose up|-- migrate:up|-- \+migrate up|---- create above / drop below ----")


@dataclass(frozen=True, slots=True)
class Folder:
    """Be a folder of migrations of one tool; `paired` where up and down are files of their own."""

    path: str
    tool: str | None
    files: tuple[str, ...]
    paired: bool


def migration_folders(view: View) -> list[Folder]:
    """Return the folders that hold numbered or paired SQL files, sorted; `tool` only where the files themselves say whose they are."""
    return view.kept("sql_migration_folders", lambda: list(_folders(view)))


def _folders(view: View) -> Iterator[Folder]:
    groups: dict[str, list[str]] = {}
    for path in view.suffixed(".sql"):
        name = path.rpartition("/")[2]
        if _NUMBERED.match(name) or _UP_DOWN.match(name) or view.matches(path, _ANY):
            groups.setdefault(folder_of(path), []).append(path)
    for folder, files in sorted(groups.items()):
        tool = next((t for f in files if (t := _tool_of(view, f)) is not None), None)
        yield Folder(folder, tool, tuple(files), any(f.endswith(".up.sql") for f in files))


def _tool_of(view: View, path: str) -> str | None:
    if not view.matches(path, _ANY):
        return None
    text = (view.text(path) or "").lower()
    return next((tool for tool, (up, down) in _MARKS.items() if (up and up in text) or (not up and down in text)), None)


def revisions(view: View, folder: Folder, kind: str | None = None) -> tuple[Revision, ...]:
    """Return the revisions of a folder in order; `kind` is the store whose SQL it is."""
    found = []
    for path in folder.files:
        name = path.rpartition("/")[2]
        if folder.paired and name.endswith(".down.sql"):
            continue
        text = view.text(path) or ""
        up, down = _halves(text, folder.tool)
        if folder.paired:
            back = path.removesuffix(".up.sql") + ".down.sql"
            down = view.text(back) if back in folder.files else None
        steps = sql_steps(up, kind)
        reversible = bool(down and down.strip(" \n;")) if folder.paired or folder.tool else None
        number = _NUMBERED.match(name)
        label = number.group(1) if number else name.partition(".")[0]
        found.append(Revision(id=label, path=path, reversible=reversible, operations=steps.operations, destructive=steps.destructive))
    return tuple(found)


def _halves(text: str, tool: str | None) -> tuple[str, str | None]:
    """Return (way up, way down) of one file that holds both."""
    if tool is None:
        return text, None
    up, down = _MARKS[tool]
    lower = text.lower()
    start = lower.find(up) + len(up) if up and up in lower else 0
    end = lower.find(down)
    return (text[start:], None) if end < 0 else (text[start:end], text[end + len(down) :])
