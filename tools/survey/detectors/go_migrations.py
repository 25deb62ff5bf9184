"""Detect the migrations that a Go program brings itself: SQL files that it embeds, or a list of functions that get a transaction."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ....core.facts import Evidence, Fact, Migration
from ..detector import View, entry, folder_of
from ..go.imports import bases, imported
from ..go.packages import program_files
from ..view import join

_EMBED = re2.compile(r"(?m)^//go:embed\s+(.+)$")
_LISTED = re2.compile(r"(?m)^\s*(?:var\s+)?\w*[mM]igrations\s*=\s*\[[.\d]*\]\s*func\(\s*\w*\s*\*?(?:\w+\.)?(?:Tx|DB|Conn)\b")
_TOOLS = (
    "golang-migrate", "mattes/migrate", "goose", "sql-migrate", "dbmate", "jackc/tern", "ariga.io/atlas", "bun/migrate", "gormigrate",
    "gobuffalo/pop", "entgo.io/ent",
)  # fmt: skip


def detect(view: View) -> Iterator[Fact]:
    """Yield one hand-written migration per code base, where no tool for migrations is loaded."""
    for base in bases(view):
        if any(tool in path for path in imported(view, base) for tool in _TOOLS):
            continue
        found = next((f for path in program_files(view, base) if (f := _embedded(view, path) or _listed(view, path))), None)
        if found is not None:
            yield entry("migration", base, Migration(tool="custom", path=found[0], evidence=found[1]))


def _embedded(view: View, path: str) -> tuple[str, tuple[Evidence, ...]] | None:
    """Return the folder of migrations that a file embeds, with the line that does and its first file."""
    if not view.matches(path, _EMBED) or not view.holds(path, "igration"):
        return None
    for number, line in enumerate(view.lines(path), 1):
        for pattern in line.removeprefix("//go:embed").split() if line.startswith("//go:embed ") else ():
            folder = join(folder_of(path), pattern.strip('"').removeprefix("all:").partition("*")[0].rstrip("/"))
            held = [p for p in view.suffixed(".sql") if p.startswith(folder + "/")]
            if "migration" in folder.rpartition("/")[2].lower() and len(held) > 1:
                return folder, (view.evidence(path, number), view.evidence(held[0]))
    return None


def _listed(view: View, path: str) -> tuple[str, tuple[Evidence, ...]] | None:
    """Return a file that lists its migrations as functions, with the line of the list."""
    if "migration" not in path.rpartition("/")[2] or not view.matches(path, _LISTED):
        return None
    number = next((n for n, line in enumerate(view.lines(path), 1) if _LISTED.search(line)), 1)
    return path, (view.evidence(path, number),)
