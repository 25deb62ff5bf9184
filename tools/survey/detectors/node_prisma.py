"""Detect Prisma: its schema's data store and variables, its migrations with what each does, and whether anything applies them."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Datastore, EnvVar, Fact, Migration
from ..detector import View, entry, module, trap
from ..node.choosing import manager_of
from ..node.manifest import Package
from ..node.migrating import script_command, sql_revisions
from ..node.owning import owners
from ..node.prisma import Schema, is_default_place, revision_files, schemas
from ..node.project import Project, project
from ..node.running import programs
from ..node.stores import DIALECTS

APPLIERS = (
    "*.sh",
    "Dockerfile*",
    "*compose*.y*ml",
    "Procfile",
    "*.yml",
    "*.yaml",
    "package.json",
    "Makefile",
    "fly.toml",
    "railway.*",
    "nixpacks.toml",
)


def detect(view: View) -> Iterator[Fact]:
    """Yield store, variables, ORM and migrations of every schema."""
    made = project(view)
    for schema in schemas(made):
        package = made.workspace.nearest(schema.files[0])
        if package is None:
            continue
        for folder in owners(view, schema.files[0]):
            yield from _facts(made, package, schema, folder)


def _facts(made: Project, package: Package, schema: Schema, folder: str) -> Iterator[Fact]:
    view = made.view
    at = view.evidence(schema.at.path, schema.at.line)
    kind = DIALECTS.get(schema.provider, schema.provider)
    used = (
        any("@prisma/client" in p.features.libraries for p in programs(view) if p.run.folder == folder)
        or "@prisma/client" in package.libraries
    )
    if not used and "prisma" not in package.libraries:
        return
    yield module(folder, "orm", "prisma", at)
    yield entry("datastore", folder, Datastore(kind=kind, required=True, evidence=(at,), drivers=("@prisma/client",)))
    for key, name, place in schema.variables:
        needed = key == "url"
        yield entry(
            "env",
            folder,
            EnvVar(name=name, required=needed, secret=kind != "sqlite", type="url", evidence=(view.evidence(place.path, place.line),)),
        )
    if kind == "sqlite" and schema.location is not None:
        where = view.evidence(schema.location.path, schema.location.line)
        yield trap(folder, "sqlite-production", "The only database is a SQLite file: lost with the container, one writer at a time.", where)
    if kind != "mongodb":
        yield entry("migration", folder, _migration(made, package, schema, kind))
        yield from _traps(made, schema, folder)


def _migration(made: Project, package: Package, schema: Schema, kind: str) -> Migration:
    view = made.view
    told = "" if is_default_place(package, schema) else f" --schema {schema.path.removeprefix(package.folder + '/')}"
    command = script_command(made, package, "prisma migrate deploy", default=f"prisma migrate deploy{told}")
    files = revision_files(made, schema.migrations) if schema.migrations is not None else []
    revisions = sql_revisions(made, files, kind)
    evidence = [view.evidence(schema.at.path, schema.at.line)]
    if schema.declared is not None:
        evidence.insert(0, view.evidence(schema.declared.path, schema.declared.line))
    return Migration(
        tool="prisma",
        path=schema.migrations,
        command=command if schema.migrations is not None else None,
        evidence=tuple(evidence),
        config=schema.path,
        revisions=tuple(revisions),
        head=revisions[-1].id if revisions else None,
    )


def _traps(made: Project, schema: Schema, folder: str) -> Iterator[Fact]:
    view = made.view
    at = view.evidence(schema.at.path, schema.at.line)
    pushes = [(p, name) for p in made.packages for name, command in p.scripts.items() if "prisma db push" in command]
    starting = [(p, name) for p, name in pushes if name in ("start", "start:prod", "prestart", "deploy", "postinstall")]
    for package, name in starting[:1]:
        yield trap(
            folder,
            "schema-push",
            "`prisma db push` changes the production schema without a migration and may drop data.",
            view.evidence(package.path, package.script_line(name)),
        )
    if schema.migrations is None:
        return
    if not any("migrate deploy" in (view.text(path) or "") for path in view.named(*APPLIERS) if view.repository.size(path) < 200_000):
        yield trap(
            folder, "migrations-not-applied", "Migrations are committed, but nothing in the repository applies them in production.", at
        )
    for package in made.packages:
        for name in ("start", "start:prod"):
            if "prisma migrate dev" in package.scripts.get(name, ""):
                yield trap(
                    folder,
                    "development-migration",
                    "`prisma migrate dev` may reset the database; production runs `prisma migrate deploy`.",
                    view.evidence(package.path, package.script_line(name)),
                )


__all__ = ["detect", "manager_of"]
