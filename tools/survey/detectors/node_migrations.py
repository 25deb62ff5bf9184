"""Detect further migration tools of Node code: MikroORM, migrate-mongo, node-pg-migrate, db-migrate, Postgrator, Kysely, AdonisJS Lucid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ....core.facts import Fact, Migration, Revision
from ..detector import View, entry
from ..node.manifest import Package
from ..node.migrating import folder_files, script_command, script_revisions, sql_revisions
from ..node.owning import owners
from ..node.project import Project, project
from ..node.sources import is_test, parent, within


@dataclass(frozen=True, slots=True)
class Tool:
    """Be one tool: the libraries that bring it, words that its migration files hold, the words of its command, and the command."""

    name: str
    libraries: tuple[str, ...]
    marks: tuple[str, ...]
    words: tuple[str, ...]
    command: str | None
    kind: str | None = None
    homes: tuple[str, ...] = ("migrations",)


TOOLS = (
    Tool(
        "mikro-orm",
        ("@mikro-orm/migrations", "@mikro-orm/migrations-mongodb"),
        ("extends Migration",),
        ("migration:up",),
        "mikro-orm migration:up",
    ),
    Tool("migrate-mongo", ("migrate-mongo",), ("up(",), ("migrate-mongo", "up"), "migrate-mongo up", "mongodb"),
    Tool("node-pg-migrate", ("node-pg-migrate",), ("pgm",), ("node-pg-migrate", "up"), "node-pg-migrate up", "postgresql"),
    Tool("db-migrate", ("db-migrate",), ("exports.up", "db.createTable", "db.runSql"), ("db-migrate", "up"), "db-migrate up"),
    Tool("kysely", ("kysely",), ("Kysely",), ("migrate",), None),
    Tool("lucid", ("@adonisjs/lucid",), ("BaseSchema",), ("migration:run",), None, None, ("database/migrations",)),
)


def detect(view: View) -> Iterator[Fact]:
    """Yield one migration for every tool whose files are found in a package that has it."""
    made = project(view)
    for package in made.packages:
        for tool in TOOLS:
            if any(name in package.libraries for name in tool.libraries):
                yield from _scripts(view, made, package, tool)
        if "postgrator" in package.libraries or "postgrator-cli" in package.libraries:
            yield from _postgrator(view, made, package)


def _scripts(view: View, made: Project, package: Package, tool: Tool) -> Iterator[Fact]:
    for folder in sorted({parent(f) for f in made.files_of(package) if parent(f).endswith(tool.homes)}):
        files = [f for f in folder_files(made, folder) if any(m in (made.sources.text(f) or "") for m in tool.marks)]
        revisions = script_revisions(made, files, tool.kind)
        if not revisions:
            continue
        if tool.name == "lucid":
            command: str | None = "node ace migration:run --force"
        elif tool.command is not None:
            command = script_command(made, package, *tool.words, default=tool.command)
        else:
            command = _own_script(made, package, *tool.words)
        yield from _facts(view, package, tool.name, folder, command, revisions, files[0])


def _own_script(made: Project, package: Package, *words: str) -> str | None:
    """Return the manifest's script that applies migrations, None where the code does it by itself."""
    for name in package.scripts:
        if all(w in name for w in words) and not any(
            w in name for w in ("down", "make", "create", "rollback", "new", "generate", "undo", "dev")
        ):
            return script_command(made, package, package.scripts[name], default=package.scripts[name])
    return None


def _facts(
    view: View, package: Package, tool: str, folder: str, command: str | None, revisions: list[Revision], first: str
) -> Iterator[Fact]:
    value = Migration(
        tool=tool, path=folder, command=command, evidence=(view.evidence(first, 1),), revisions=tuple(revisions), head=revisions[-1].id
    )
    for owner in owners(view, package.path):
        yield entry("migration", owner, value)


def _postgrator(view: View, made: Project, package: Package) -> Iterator[Fact]:
    """Read Postgrator's `001.do.name.sql` and `001.undo.name.sql`."""
    found: dict[str, dict[str, str]] = {}
    for path in made.sources.files:
        parts = path.rsplit("/", 1)[-1].split(".")
        if within(path, package.folder) and path.endswith(".sql") and len(parts) >= 3 and parts[1] in ("do", "undo") and not is_test(path):
            found.setdefault(parent(path), {})[path] = parts[1]
    for folder, files in sorted(found.items()):
        steps = []
        for path in sorted(p for p, form in files.items() if form == "do"):
            back = path.replace(".do.", ".undo.")
            steps.append((path.rsplit("/", 1)[-1].replace(".do", "").removesuffix(".sql"), path, back if back in files else None))
        revisions = sql_revisions(made, steps, None)
        if revisions:
            yield from _facts(view, package, "postgrator", folder, _own_script(made, package, "migrate"), revisions, steps[0][1])
