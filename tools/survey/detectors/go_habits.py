"""Detect habits of Go programs that hurt in production: schema changes by the ORM at start, profiling and debug modes left open."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact
from ..detector import View, trap
from ..go.imports import bases, imported
from ..go.packages import go_file, program_files
from ..parsers.golang import GoFile, arguments
from ..parsers.grammar import line_of, words

_ORMS = ("gorm.io/gorm", "github.com/jinzhu/gorm", "xorm.io/xorm", "entgo.io/ent")
_CHANGED = ("AutoMigrate(", "Sync2(", ".Schema.Create")
_STARTED = {  # call -> who applies the migrations when the program starts
    ("github.com/pressly/goose", "Up"): "goose", ("github.com/pressly/goose", "UpContext"): "goose",
    ("github.com/rubenv/sql-migrate", "Exec"): "sql-migrate",
}  # fmt: skip


def detect(view: View) -> Iterator[Fact]:
    """Yield the traps of every code base's programs."""
    for base in bases(view):
        loaded = imported(view, base)
        orm = any(p.startswith(_ORMS) for p in loaded)
        migrates = any(p.startswith("github.com/golang-migrate/migrate") for p in loaded)
        sought = [*{package for package, _ in _STARTED}, *(_CHANGED if orm else ()), *((".Up(",) if migrates else ())]
        released = False
        for path in program_files(view, base):
            released = released or view.holds(path, "ReleaseMode", "GIN_MODE")
            file = go_file(view, path) if view.holds(path, *sought) else None
            if file is not None:
                yield from _calls(view, base, path, file, orm, migrates)
        if "net/http/pprof" in loaded:
            at = view.evidence(*loaded["net/http/pprof"])
            yield trap(
                base,
                "pprof-exposed",
                "Importing net/http/pprof adds profiling pages to the default mux: whoever reaches it reads memory.",
                at,
            )
        if "github.com/gin-gonic/gin" in loaded and not released and not _mode_set(view):
            at = view.evidence(*loaded["github.com/gin-gonic/gin"])
            yield trap(base, "debug-mode-default", "Gin runs in debug mode unless GIN_MODE is set to release.", at)


def _calls(view: View, base: str, path: str, file: GoFile, orm: bool, migrates: bool) -> Iterator[Fact]:
    for call in file.calls:
        owner, name = file.callee(call)
        if owner == "." and orm and (name in ("AutoMigrate", "Sync2") or (name == "Create" and ".Schema.Create" in words(call)[:80])):
            yield trap(
                base,
                "orm-auto-create",
                "The ORM changes the schema when the program starts: two replicas race, and nothing rolls it back.",
                view.evidence(path, line_of(call)),
            )
        tool = next((t for (package, method), t in _STARTED.items() if owner.startswith(package) and name == method), None)
        if tool or (migrates and owner == "." and name == "Up" and not arguments(call)):
            said = f"The program applies its {tool or 'golang-migrate'} migrations when it starts: each replica tries, a failure stops it."
            yield trap(base, "migrations-at-start", said, view.evidence(path, line_of(call)))


def _mode_set(view: View) -> bool:
    files = view.named("Dockerfile*", "*.Dockerfile", "docker-compose*.y*ml", "compose*.y*ml", ".env*")
    return any(view.holds(p, "GIN_MODE") for p in files)
