"""Detect habits of .NET applications that hurt in production: schema made at start, development pages and credentials left in."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact
from ..containers import purpose_of
from ..detector import View, trap
from ..dotnet.applications import Application, applications
from ..dotnet.sources import code
from ..parsers.csharp import CsFile, Node, declared_name
from ..parsers.grammar import words

_CALLS = {
    "EnsureCreated": ("orm-auto-create", "EnsureCreated makes the schema without migrations: it can never be migrated afterwards."),
    "EnsureCreatedAsync": ("orm-auto-create", "EnsureCreated makes the schema without migrations: it can never be migrated afterwards."),
    "EnsureDeleted": ("data-dropped-at-start", "EnsureDeleted drops the database."),
    "EnsureDeletedAsync": ("data-dropped-at-start", "EnsureDeleted drops the database."),
    "Migrate": ("migrations-at-start", "The program applies its migrations when it starts: each replica tries, a failure stops it."),
    "MigrateAsync": ("migrations-at-start", "The program applies its migrations when it starts: each replica tries, a failure stops it."),
    "UseDeveloperExceptionPage": ("debug-pages", "The developer exception page shows source and settings to everybody."),
    "AddDeveloperSigningCredential": ("development-key", "Tokens are signed with a development key that does not survive a restart."),
    "UseInMemoryDatabase": ("in-memory-database", "The database lives in memory: every restart loses it."),
}  # fmt: skip
_ON_DATABASE = ("Migrate", "MigrateAsync", "EnsureCreated", "EnsureCreatedAsync", "EnsureDeleted", "EnsureDeletedAsync")


def detect(view: View) -> Iterator[Fact]:
    """Yield the traps of every application that are not kept to development by a condition around them."""
    for app in applications(view):
        for path, file in code(view, app.project, *_CALLS):
            yield from _calls(view, app, path, file)
        yield from _environment(view, app)


def _calls(view: View, app: Application, path: str, file: CsFile) -> Iterator[Fact]:
    for call in file.calls:
        found = _CALLS.get(call.name)
        if found is None or (call.name in _ON_DATABASE and not call.on.endswith("Database")):
            continue
        if _only_development(call.node) or _called_in_development(view, app, call.node):
            continue
        yield trap(app.project.folder, found[0], found[1], view.evidence(path, call.line))


def _only_development(node: Node) -> bool:
    """Say whether a statement runs in development only, by the condition around it."""
    up = node.parent
    while up is not None:
        if up.type == "if_statement":
            test = up.child_by_field_name("condition")
            text = words(test) if test is not None else ""
            if "Development" in text or "UseInMemory" in text:
                inside = up.child_by_field_name("consequence")
                return inside is not None and inside.start_byte <= node.start_byte < inside.end_byte and "!" not in text.partition("Is")[0]
        up = up.parent
    return False


def _called_in_development(view: View, app: Application, node: Node, depth: int = 0) -> bool:
    """Say whether every call of the method around a statement is kept to development."""
    method = node.parent
    while method is not None and method.type != "method_declaration":
        method = method.parent
    name = declared_name(method) if method is not None else ""
    if not name or name in ("Main", "Configure", "ConfigureServices") or depth > 3:
        return False
    calls = [c for _, f in code(view, app.project, f"{name}(") for c in f.calls if c.name == name]
    return bool(calls) and all(_only_development(c.node) or _called_in_development(view, app, c.node, depth + 1) for c in calls)


def _environment(view: View, app: Application) -> Iterator[Fact]:
    """Yield the Dockerfiles that ship with the development environment switched on."""
    for path in app.dockerfiles:
        parsed = view.dockerfile(path) if purpose_of(path) == "production" else None
        for instruction in parsed.inherited(parsed.final, "ENV") if parsed else ():
            if "ENVIRONMENT" in instruction.text and "Development" in instruction.text:
                said = "The image runs as Development: error pages show source and settings."
                yield trap(app.project.folder, "development-environment", said, view.evidence(path, instruction.line))
