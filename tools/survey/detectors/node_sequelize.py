"""Detect Sequelize migrations: `.sequelizerc`, usual folders, Umzug; revisions with up and down, the command that applies them."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from ....core.facts import Fact, Migration
from ..detector import View, entry
from ..node.dialects import dialects_in
from ..node.manifest import Package
from ..node.migrating import folder_files, script_command, script_revisions
from ..node.owning import backend_files, owners
from ..node.project import Project, project
from ..node.sources import join
from ..node.values import Place
from ..parsers.javascript import Script
from ..parsers.javascript.nodes import arguments, callee, line, string, strip, text

HOMES = (
    "migrations",
    "db/migrations",
    "src/migrations",
    "database/migrations",
    "server/migrations",
    "src/database/migrations",
    "src/db/migrations",
    "server/db/migrations",
    "app/migrations",
)


def detect(view: View) -> Iterator[Fact]:
    """Yield one migration for every package whose Sequelize migrations are found."""
    made = project(view)
    for package in made.packages:
        if not {"sequelize", "sequelize-cli", "sequelize-typescript", "umzug"} & set(package.libraries):
            continue
        found = _place(made, package)
        if found is None:
            continue
        folder, at = found
        revisions = script_revisions(made, folder_files(made, folder), _kind(made, view))
        if not revisions:
            continue
        umzug = "umzug" in package.libraries and "sequelize-cli" not in package.libraries
        tool = "umzug" if umzug else "sequelize"
        command = None if umzug else script_command(made, package, "sequelize", "db:migrate", default="sequelize-cli db:migrate")
        config = join(package.folder, ".sequelizerc")
        value = Migration(
            tool=tool,
            path=folder,
            command=command,
            evidence=(view.evidence(at.path, at.line),),
            config=config if view.exists(config) else None,
            revisions=tuple(revisions),
            head=revisions[-1].id,
        )
        for owner in owners(view, package.path):
            yield entry("migration", owner, value)


def _place(made: Project, package: Package) -> tuple[str, Place] | None:
    """Return (folder, line) of the migrations: as `.sequelizerc` says, as Umzug is told, else a usual folder that holds some."""
    path = join(package.folder, ".sequelizerc")
    source = made.sources.text(path) if path in made.sources.known else None
    if source is not None:
        script = Script(path, source, "javascript")
        for node in script.of_type("pair"):
            if node.type == "pair" and text(node.child_by_field_name("key")).strip("\"'") == "migrations-path":
                folder = _joined(node.child_by_field_name("value"))
                if folder is not None and folder_files(made, join(package.folder, folder)):
                    return join(package.folder, folder), Place(path, line(node))
    usual = [join(package.folder, home) for home in HOMES]
    for folder in [*usual, *(f for f in _named_so(made, package) if f not in usual)]:
        files = folder_files(made, folder)
        first = made.sources.text(files[0]) if files else None
        if first is not None and ("queryInterface" in first or (("Sequelize" in first or "context" in first) and folder in usual)):
            return folder, Place(files[0], 1)
    return None


def _named_so(made: Project, package: Package) -> list[str]:
    """Return the package's folders that are called `migrations`, the least deep first."""
    folders = {f.rpartition("/")[0] for f in made.files_of(package) if "/migrations/" in f"/{f}"}
    return sorted((f for f in folders if f.rpartition("/")[2] == "migrations"), key=lambda f: (f.count("/"), f))


def _joined(node: Node | None) -> str | None:
    """Return the path that a value of `.sequelizerc` means: a literal or `path.resolve('a', 'b')`."""
    if node is None:
        return None
    inner = strip(node)
    if inner.type == "call_expression" and callee(inner)[-1:] in (("resolve",), ("join",)):
        parts = [string(a) for a in arguments(inner) if text(a) not in ("__dirname", "process.cwd()")]
        return join(*(p for p in parts if p is not None)) if parts and all(p is not None for p in parts) else None
    return string(inner)


def _kind(made: Project, view: View) -> str | None:
    for script in made.sources.scripts(backend_files(view), "dialect"):
        found = dialects_in(made.values, script)
        if found:
            return found[0].kind
    return None
