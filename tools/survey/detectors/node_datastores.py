"""Detect data stores and ORMs that Node, Bun and Deno code reaches: drivers it loads, and the settings of ORMs and query builders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from ....core.facts import Datastore, Fact
from ..detector import View, entry, module, trap
from ..node.dialects import Named, json_dialects
from ..node.jsonfile import JsonFile
from ..node.owning import owners
from ..node.prisma import schemas
from ..node.project import Project, project
from ..node.running import programs
from ..node.sources import is_test, parent
from ..node.stores import DRIVERS, OPTIONAL_KINDS
from ..node.sweep import Use, sweep
from ..node.values import Place

SERVERS_OF_DATA = ("postgresql", "mysql", "mariadb", "mssql", "mongodb", "oracle", "cockroachdb")
PLAIN_DRIVERS = (
    "pg",
    "postgres",
    "mysql",
    "mysql2",
    "mariadb",
    "mongodb",
    "mongoose",
    "better-sqlite3",
    "sqlite3",
    "redis",
    "ioredis",
    "mssql",
    "oracledb",
)


@dataclass(slots=True)
class _Seen:
    places: list[Place] = field(default_factory=list)
    drivers: set[str] = field(default_factory=set)
    needed: bool = False


def detect(view: View) -> Iterator[Fact]:
    """Yield one data store for every kind and code base, and the ORMs that the code loads."""
    made = project(view)
    seen: dict[tuple[str, str], _Seen] = defaultdict(_Seen)
    named: dict[str, list[Named]] = defaultdict(list)
    orms: dict[tuple[str, str], Place] = {}
    for swept in sweep(view):
        folders = owners(view, swept.path) if swept.stores or swept.orms or swept.dialects else []
        for folder in folders:
            for use in swept.stores:
                _add(seen[use.kind, folder], use)
            for orm, place in swept.orms:
                orms.setdefault((folder, orm), place)
            named[folder] += swept.dialects
    for folder, found in _json_files(made):
        named[folder].append(found)
    yield from _stores(view, made, seen, named)
    yield from _sqlite_only(view, made, seen)
    for (folder, orm), at in sorted(orms.items(), key=lambda item: item[0]):
        confidence = "medium" if orm in ("knex", "kysely") else "high"
        yield module(folder, "orm", orm, view.evidence(at.path, at.line), confidence=confidence)  # type: ignore[arg-type]


def _add(found: _Seen, use: Use) -> None:
    """Add one use of a store; a client that only a setting switches on makes it optional, a type library alone says nothing."""
    found.drivers.add(use.library)
    found.places += use.places
    if not use.optional and (use.made or use.library not in ("mongodb", "redis")):
        found.needed = True


def _json_files(made: Project) -> Iterator[tuple[str, Named]]:
    """Yield the stores that Sequelize's `config.json` and TypeORM's `ormconfig.json` name for production, else for any environment."""
    for path in made.sources.named("config.json", "ormconfig.json", "database.json"):
        package = made.workspace.nearest(path)
        if package is None or is_test(path) or not {"sequelize", "typeorm", "sequelize-typescript", "db-migrate"} & set(package.libraries):
            continue
        file = JsonFile(path, made.sources.text(path) or "")
        found = json_dialects(file.data, path, file.line("type" if "type" in file.data else "dialect"))
        for name in ("production", "default", *sorted(file.data)):
            table = file.table(name)
            found = found or json_dialects(table, path, file.line(name, "dialect" if "dialect" in table else "type"))
        if found is not None:
            for folder in owners(made.view, parent(path) + "/x"):
                yield folder, found


def _stores(view: View, made: Project, seen: dict[tuple[str, str], _Seen], named: dict[str, list[Named]]) -> Iterator[Fact]:
    for folder, statements in named.items():
        for one in statements:
            found = seen[one.kind, folder]
            found.places.insert(0, one.at)
            found.needed = True
        if any(one.chosen for one in statements):
            _alternatives(made, folder, {one.kind for one in statements}, seen)
    for folder in sorted({p.run.folder for p in programs(view)}):
        _unloaded(made, folder, seen)
    for (kind, folder), found in sorted(seen.items()):
        required = found.needed and not (kind in OPTIONAL_KINDS and _kept_local(made, folder))
        evidence = tuple(view.evidence(p.path, p.line) for p in dict.fromkeys(found.places))[:6]
        store = Datastore(kind=kind, required=required, evidence=evidence, drivers=tuple(sorted(found.drivers)))
        yield entry("datastore", folder, store, confidence="certain" if found.needed else "high")


def _alternatives(made: Project, folder: str, primary: set[str], seen: dict[tuple[str, str], _Seen]) -> None:
    """Mark the relational drivers that settings can choose instead of the default one as optional."""
    package = made.workspace.nearest(folder + "/x") if folder != "." else made.workspace.packages.get(".")
    for library in package.runtime_libraries if package is not None else ():
        kind = DRIVERS.get(library)
        if kind in ("postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle") and kind not in primary and package is not None:
            found = seen[kind, folder]
            if not found.needed:
                found.places.append(Place(package.path, package.library_line(library) or 1))
                found.drivers.add(library)


def _unloaded(made: Project, folder: str, seen: dict[tuple[str, str], _Seen]) -> None:
    """Add the drivers that a program's manifest declares and no code loads, where nothing else names a store: optional, since unused."""
    package = made.workspace.packages.get(folder)
    if package is None or any(f == folder for _, f in seen) or schemas(made):
        return
    for library in package.file.table("dependencies"):
        kind = DRIVERS.get(library)
        if kind is not None and library in PLAIN_DRIVERS:
            found = seen[kind, folder]
            found.places.append(Place(package.path, package.library_line(library) or 1))
            found.drivers.add(library)


def _kept_local(made: Project, folder: str) -> bool:
    """Tell whether files can be kept on local disk instead: a setting for the storage driver has `local` or `disk` as default."""
    inside = [swept for swept in sweep(made.view) if folder == "." or swept.path.startswith(folder + "/")]
    return any(
        read.default is not None and read.default.value in ("local", "disk", "filesystem", "fs")
        for swept in inside
        for read in swept.reads
        if any(word in read.name for word in ("STORAGE", "FILE", "UPLOAD"))
    )


def _sqlite_only(view: View, made: Project, seen: dict[tuple[str, str], _Seen]) -> Iterator[Fact]:
    """Yield a trap for every code base whose only database is a SQLite file."""
    if any(schema.provider != "sqlite" for schema in schemas(made)):
        return
    for folder in sorted({f for _, f in seen}):
        found = seen.get(("sqlite", folder))
        others = [k for k, f in seen if f == folder and k in SERVERS_OF_DATA]
        if found is None or others or not found.needed:
            continue
        lines = [view.evidence(p.path, p.line) for p in found.places]
        if lines and not any(":memory:" in e.quote for e in lines):
            yield trap(
                folder, "sqlite-production", "The only database is a SQLite file: lost with the container, one writer at a time.", lines[0]
            )
