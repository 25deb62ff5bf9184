"""Read Prisma: where the schema is, which data store it names, which variables it reads, where the migrations are."""

from __future__ import annotations

from dataclasses import dataclass

from ..parsers.javascript.nodes import entry, string
from .jsonfile import JsonFile
from .manifest import Package
from .project import Project
from .rendering import exported_settings
from .sources import is_test, join, parent, within
from .values import EnvRead, Place

CONFIGS = ("prisma.config.ts", "prisma.config.js", "prisma.config.mjs", "prisma.config.mts", ".config/prisma.ts")


@dataclass(frozen=True, slots=True)
class Schema:
    """Be one Prisma schema: `files` are its parts, `at` the line of the provider, `variables` the names that its URLs are read from."""

    path: str  # file or folder as Prisma is told
    files: tuple[str, ...]
    provider: str
    at: Place
    variables: tuple[tuple[str, str, Place], ...]  # (key, name, place)
    location: Place | None  # the line with a literal URL, e.g. a SQLite file
    literal: str | None
    migrations: str | None
    declared: Place | None  # the line of a manifest or configuration that names the schema


def schemas(project: Project) -> list[Schema]:
    """Return every Prisma schema with a data source, those of tests left out."""
    named = _named(project)
    groups: dict[str, list[str]] = {}
    for path in project.sources.files:
        if path.endswith(".prisma") and not is_test(path):
            home = next((p for p in named if within(path, p)), None)
            groups.setdefault(home if home is not None else _group(project, path), []).append(path)
    return [schema for home, files in sorted(groups.items()) if (schema := _schema(project, home, files, named.get(home))) is not None]


def _named(project: Project) -> dict[str, tuple[Place, str | None]]:
    """Return schema path -> (the line that names it, migrations folder) from manifests and prisma.config files."""
    found: dict[str, tuple[Place, str | None]] = {}
    for package in project.packages:
        path = package.file.text("prisma", "schema")
        if path is not None:
            found[join(package.folder, path)] = (Place(package.path, package.file.line("prisma", "schema")), None)
    for config in project.sources.named(*CONFIGS):
        script = project.sources.script(config)
        settings = exported_settings(project, script) if script is not None else None
        if settings is None or script is None:
            continue
        path = string(entry(settings, "schema"))
        inner = entry(settings, "migrations")
        migrations = string(entry(inner, "path")) if inner is not None else None
        at = Place(config, 1)
        home = parent(config).removesuffix("/.config").removesuffix(".config") or "."
        if path is not None:
            found[join(home, path)] = (at, join(home, migrations) if migrations is not None else None)
    return found


def _group(project: Project, path: str) -> str:
    """Return the schema that a file is part of: itself, or the folder of a schema split into several files."""
    folder = parent(path)
    if folder.endswith(("prisma/schema", "/models")) or folder == "schema":
        return folder.removesuffix("/models") if folder.endswith("/models") else folder
    return path


def _schema(project: Project, home: str, files: list[str], named: tuple[Place, str | None] | None) -> Schema | None:
    provider: tuple[str, Place] | None = None
    variables: list[tuple[str, str, Place]] = []
    location: Place | None = None
    literal: str | None = None
    for path in sorted(files):
        for key, value, number in _settings(project.sources.text(path) or "", "datasource"):
            place = Place(path, number)
            if key == "provider" and provider is None and value.startswith('"'):
                provider = value.strip('"'), place
            elif value.startswith("env("):
                variables.append((key, value[4:].split(")")[0].strip().strip('"'), place))
            elif key == "url" and value.startswith('"'):
                location, literal = place, value.strip('"')
    if provider is None:
        return None
    migrations = named[1] if named is not None and named[1] is not None else _migrations(project, home, files)
    variables += _configured(project, home)
    return Schema(
        home, tuple(sorted(files)), provider[0], provider[1], tuple(variables), location, literal, migrations, named[0] if named else None
    )


def _settings(source: str, block: str) -> list[tuple[str, str, int]]:
    """Return (key, value, line) of the `key = value` lines in blocks of one kind; Prisma's grammar puts one setting on a line."""
    found, inside = [], False
    for number, raw in enumerate(source.split("\n"), 1):
        text = raw.split("//", 1)[0].strip() if "://" not in raw else raw.strip()
        if text.startswith("//"):
            continue
        if text.startswith(block + " ") and text.endswith("{"):
            inside = True
        elif inside and text.startswith("}"):
            inside = False
        elif inside and "=" in text:
            key, _, value = text.partition("=")
            found.append((key.strip(), value.strip(), number))
    return found


def _migrations(project: Project, home: str, files: list[str]) -> str | None:
    """Return the folder of the migrations: beside the schema file, or beside the folder of a split schema."""
    for folder in dict.fromkeys((home if home not in files else parent(home), parent(home), parent(parent(home)))):
        candidate = join(folder, "migrations")
        if any(f.endswith("/migration.sql") for f in project.sources.below(candidate)):
            return candidate
    return None


def _configured(project: Project, home: str) -> list[tuple[str, str, Place]]:
    """Return the variables that `prisma.config` reads for its data source."""
    found: list[tuple[str, str, Place]] = []
    for config in project.sources.named(*CONFIGS):
        if not within(home, parent(config).removesuffix("/.config")):
            continue
        script = project.sources.script(config)
        settings = exported_settings(project, script) if script is not None else None
        source = entry(settings, "datasource") if settings is not None else None
        for key in ("url", "directUrl", "shadowDatabaseUrl"):
            node = entry(source, key) if source is not None else None
            value = project.values.value(script, node) if script is not None and node is not None else None
            if isinstance(value, EnvRead):
                found.append((key, value.name, value.at))
    return found


def revision_files(project: Project, migrations: str) -> list[tuple[str, str, str | None]]:
    """Return (id, SQL path, way back or None) of each migration of Prisma, in order."""
    found = []
    for path in project.sources.below(migrations):
        if path.endswith("/migration.sql") and parent(parent(path)) == migrations:
            back = join(parent(path), "down.sql")
            found.append((parent(path).rsplit("/", 1)[-1], path, back if back in project.sources.known else None))
    return sorted(found)


def is_default_place(package: Package, schema: Schema) -> bool:
    """Tell whether Prisma finds the schema without being told where it is."""
    return schema.declared is not None or schema.path in (
        join(package.folder, "prisma/schema.prisma"),
        join(package.folder, "schema.prisma"),
        join(package.folder, "prisma/schema"),
    )


__all__ = ["JsonFile", "Schema", "is_default_place", "revision_files", "schemas"]
