"""Detect SQL migrations of goose, golang-migrate, dbmate, sql-migrate, tern and Atlas, by their marks or by what applies them."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Evidence, Fact, Migration
from ..aside import is_aside
from ..detector import View, entry, folder_of
from ..go.imports import bases, imported
from ..go.packages import program_files
from ..schema.sqlfiles import Folder, migration_folders, revisions

_LIBRARIES = {
    "github.com/golang-migrate/migrate": "golang-migrate", "github.com/mattes/migrate": "golang-migrate",
    "github.com/pressly/goose": "goose", "github.com/rubenv/sql-migrate": "sql-migrate", "github.com/amacneil/dbmate": "dbmate",
    "github.com/jackc/tern": "tern", "ariga.io/atlas": "atlas", "github.com/uptrace/bun/migrate": "bun",
    "github.com/go-gormigrate/gormigrate": "gormigrate", "github.com/gobuffalo/pop": "soda",
}  # fmt: skip
_COMMANDS = {
    "golang-migrate": 'migrate -path {path} -database "$DATABASE_URL" up', "goose": "goose -dir {path} up",
    "dbmate": "dbmate --migrations-dir {path} up", "sql-migrate": "sql-migrate up", "tern": "tern migrate --migrations {path}",
    "atlas": 'atlas migrate apply --dir "file://{path}" --url "$DATABASE_URL"',
}  # fmt: skip
_IMAGES = {"migrate/migrate": "golang-migrate", "amacneil/dbmate": "dbmate", "arigaio/atlas": "atlas", "gomicro/goose": "goose"}
_PROGRAMS = {
    "migrate -": "golang-migrate",
    "goose ": "goose",
    "dbmate ": "dbmate",
    "atlas migrate": "atlas",
    "sql-migrate up": "sql-migrate",
}
_SCRIPTS = ("Makefile", "*.mk", "Dockerfile*", "*.sh", "Taskfile.y*ml", "justfile", "docker-compose*.y*ml", "compose*.y*ml", "Procfile")


def detect(view: View) -> Iterator[Fact]:
    """Yield one migration per folder; a paired folder that no tool claims is left to whoever knows its program."""
    folders = [f for f in migration_folders(view) if not is_aside(f.path + "/x")]
    libraries = list(_libraries(view))
    scripts = _scripts(view) if folders else {}
    atlas = {folder_of(p): p for p in view.named("atlas.sum")}
    for one in folders:
        if one.path in atlas:
            yield _fact(view, one, "atlas", view.evidence(atlas[one.path]))
            continue
        tool, evidence = one.tool, view.evidence(one.files[0])
        if tool is None:
            tool, evidence = _claimed(view, one, libraries, scripts) or (None, evidence)
        if tool is not None:
            yield _fact(view, one, tool, evidence)
    placed = {one.path for one in folders}
    for base in bases(view):
        for folder, at in _coded(view, base):
            yield entry(
                "migration", base, Migration(tool="goose", path=folder, command=_COMMANDS["goose"].format(path=folder), evidence=(at,))
            )
            placed.add(folder)
    for base, tool, evidence in libraries:
        if tool in ("gormigrate", "bun", "soda") or not placed:
            yield entry("migration", base, Migration(tool=tool, evidence=(evidence,)), "medium")


def _fact(view: View, one: Folder, tool: str, evidence: Evidence) -> Fact:
    found = revisions(view, one)
    command = _COMMANDS.get(tool, "").format(path=one.path) or None
    head = found[-1].id if found else None
    first = view.evidence(one.files[0])
    value = Migration(
        tool=tool, path=one.path, command=command, evidence=tuple(dict.fromkeys((evidence, first))), revisions=found, head=head
    )
    return entry("migration", folder_of(one.path), value)


def _libraries(view: View) -> Iterator[tuple[str, str, Evidence]]:
    for base in bases(view):
        for path, at in imported(view, base).items():
            tool = next((t for p, t in _LIBRARIES.items() if path == p or path.startswith(p + "/")), None)
            if tool:
                yield base, tool, view.evidence(*at)


def _coded(view: View, base: str) -> Iterator[tuple[str, Evidence]]:
    """Yield the folders whose migrations are Go functions that goose registers."""
    seen: set[str] = set()
    for path in program_files(view, base):
        if folder_of(path) not in seen and view.holds(path, "goose.AddMigration", "goose.AddNamedMigration"):
            seen.add(folder_of(path))
            yield folder_of(path), view.proof(path, "goose.Add")


def _scripts(view: View) -> dict[str, tuple[str, int]]:
    """Return {tool: place} of the migration programs that build files, scripts and compose files name."""
    found: dict[str, tuple[str, int]] = {}
    for path in view.named(*_SCRIPTS):
        if view.repository.size(path) > 100_000 or not view.holds(path, *_IMAGES, *_PROGRAMS):
            continue
        for number, line in enumerate(view.lines(path), 1):
            for word, tool in (*_IMAGES.items(), *_PROGRAMS.items()):
                if word in line and not line.lstrip().startswith("#"):
                    found.setdefault(tool, (path, number))
    return found


def _claimed(
    view: View, one: Folder, libraries: list[tuple[str, str, Evidence]], scripts: dict[str, tuple[str, int]]
) -> tuple[str, Evidence] | None:
    """Return (tool, evidence) of what applies a folder whose files bear no mark: pairs are golang-migrate's, numbers may be anyone's."""
    near = [(t, e) for base, t, e in libraries if base == "." or one.path == base or one.path.startswith(base + "/")]
    wanted = ("golang-migrate",) if one.paired else ("golang-migrate", "goose", "dbmate", "tern", "bun")
    for tool, evidence in near:
        if tool in wanted:
            return tool, evidence
    for tool in wanted:
        if tool in scripts and (one.paired or tool != "golang-migrate"):
            return tool, view.evidence(*scripts[tool])
    return _told(view) if one.paired else None


def _told(view: View) -> tuple[str, Evidence] | None:
    """Return golang-migrate with the line of the project's own instructions that applies pairs by its program."""
    for path in view.named("README*", "readme*"):
        number = view.find(path, "migrate -path") if view.holds(path, "migrate -path") else None
        if number:
            return "golang-migrate", view.evidence(path, number)
    return None
