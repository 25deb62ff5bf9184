"""Detect migrations of Rust programs: sqlx, diesel, SeaORM, refinery, tokio-postgres-migration, rusqlite_migration."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ....core.facts import Evidence, Fact, Migration, Revision
from ..detector import View, entry
from ..parsers.rust import descend, text_of
from ..parsers.sqlsteps import sql_steps
from ..rust.cargo import Package, files, packages
from ..rust.programs import programs
from ..rust.sources import local, matching
from ..schema.sqlfiles import Folder, revisions
from ..view import folder_of, join

_COMMANDS = {"sqlx": "sqlx migrate run", "refinery": "refinery migrate", "diesel": "diesel migration run"}


def detect(view: View) -> Iterator[Fact]:
    """Yield one migration entry per folder and tool."""
    if not view.named("Cargo.toml"):
        return
    yield from _diesel(view)
    seen: set[str] = set()
    for package in packages(view).values():
        yield from _macros(view, package, seen)
    for package in packages(view).values():
        yield from _folders(view, package, seen)
        yield from _sea(view, package)


def _user(view: View, package: Package) -> str:
    """Return the folder of the program that a package's migrations belong to: its own, or that of the one program built with it."""
    users = [p.package.folder for p in programs(view) if package in local(view, p.package)]
    return package.folder if package.folder in users or not users else users[0]


def _diesel(view: View) -> Iterator[Fact]:
    users = [(p, crate) for p in packages(view).values() if (crate := p.crate("diesel", "diesel-async", "diesel_migrations")) is not None]
    homes = {package.folder: (package, crate) for package, crate in reversed(users)}
    if users:  # a workspace keeps its migrations at the top, whichever member loads the library
        homes = {folder_of(path): users[0] for path in view.named("diesel.toml")} | homes
    for folder, (package, crate) in sorted(homes.items()):
        config = join(folder, "diesel.toml")
        document = view.document(config) if view.repository.size(config) else None
        place = posixpath.normpath(join(folder, (document.text("migrations_directory", "dir") if document else None) or "migrations"))
        ups = [p for p in view.under(place, view.named("up.sql")) if folder_of(folder_of(p)) == place]
        if not ups:
            continue
        found = tuple(_pair(view, path) for path in sorted(ups))
        at = (view.evidence(config), view.evidence(ups[0])) if document else (view.evidence(ups[0]), view.evidence(*crate.at))
        value = Migration(
            tool="diesel",
            path=place,
            command=_COMMANDS["diesel"],
            evidence=at,
            config=config if document else None,
            revisions=found,
            head=found[-1].id,
        )
        yield entry("migration", _user(view, package), value)


def _embedded(view: View, package: Package, named: str | None, at: Evidence) -> Iterator[Fact]:
    """Yield the folder that diesel's `embed_migrations!` names where it is not the usual one: a store's own of several."""
    place = posixpath.normpath(join(package.folder, named or "migrations"))
    ups = sorted(p for p in view.under(place, view.named("up.sql")) if folder_of(folder_of(p)) == place)
    if ups and named not in (None, "migrations", "./migrations"):
        found = tuple(_pair(view, path) for path in ups)
        command = f"{_COMMANDS['diesel']} --migration-dir {named}"
        lines = (at, view.evidence(ups[0]))
        value = Migration(tool="diesel", path=place, command=command, evidence=lines, revisions=found, head=found[-1].id)
        yield entry("migration", _user(view, package), value)


def _pair(view: View, up: str) -> Revision:
    down = join(folder_of(up), "down.sql")
    steps = sql_steps(view.text(up) or "")
    back = any(line.strip() and not line.strip().startswith("--") for line in view.lines(down)) if view.repository.size(down) else False
    return Revision(
        id=folder_of(up).rpartition("/")[2], path=up, reversible=back, operations=tuple(steps.operations), destructive=steps.destructive
    )


def _macros(view: View, package: Package, seen: set[str]) -> Iterator[Fact]:
    """Yield the folders that `sqlx::migrate!`, `embed_migrations!` and `include_str!` of tokio-postgres-migration name."""
    for path, parsed in matching(view, list(files(view, package.folder)), "migrate!", "embed_migrations!", "tokio_postgres_migration"):
        for macro in parsed.macros:
            name = (macro.child_by_field_name("macro").text or b"").decode() if macro.child_by_field_name("macro") else ""  # type: ignore[union-attr]
            tool = {"migrate": "sqlx", "embed_migrations": "refinery"}.get(name.rpartition("::")[2])
            text = next((text_of(t) for t in descend(macro, "string_literal")), None)
            if tool == "refinery" and package.crate("diesel_migrations"):
                yield from _embedded(view, package, text, view.evidence(path, macro.start_point[0] + 1))
                continue
            if tool is None:
                continue
            place = posixpath.normpath(join(package.folder, text or "migrations"))
            if view.exists(place) and place not in seen:
                seen.add(place)
                yield _entry(view, package, tool, place, view.evidence(path, macro.start_point[0] + 1))
        included = [t for m in parsed.macros for t in descend(m, "string_literal") if (text_of(t) or "").endswith(".sql")]
        if view.holds(path, "tokio_postgres_migration") and included:
            place = posixpath.normpath(join(folder_of(path), folder_of(text_of(included[0]) or "")))
            if view.exists(place) and place not in seen:
                seen.add(place)
                yield _entry(view, package, "tokio-postgres-migration", place, view.evidence(path, included[0].start_point[0] + 1))


def _folders(view: View, package: Package, seen: set[str]) -> Iterator[Fact]:
    """Yield `migrations/` of a package that uses sqlx where no macro names a folder: its own program applies them."""
    crate = package.crate("sqlx")
    place = join(package.folder, "migrations")
    own = [p for p in view.under(place, view.suffixed(".sql")) if folder_of(p) == place]
    if crate is None or place in seen or not own or package.crate("diesel", "refinery"):
        return
    seen.add(place)
    yield _entry(view, package, "sqlx", place, view.evidence(own[0]), view.evidence(*crate.at))


def _entry(view: View, package: Package, tool: str, place: str, *at: Evidence) -> Fact:
    own = tuple(p for p in view.under(place, view.suffixed(".sql")) if folder_of(p) == place)
    found = revisions(view, Folder(place, None, own, any(p.endswith(".up.sql") for p in own)))
    command = _COMMANDS.get(tool)
    if command and tool == "sqlx" and place != "migrations":
        command = f"{command} --source {place}"
    value = Migration(tool=tool, path=place, command=command, evidence=at, revisions=found, head=found[-1].id if found else None)
    return entry("migration", _user(view, package), value)


def _sea(view: View, package: Package) -> Iterator[Fact]:
    crate = package.crate("sea-orm-migration")
    if crate is None:
        return
    own = [p for p in files(view, package.folder) if view.holds(p, "MigrationTrait")]
    if not own:
        return
    found = []
    for path in sorted(own):
        text = view.text(path) or ""
        down = text.partition("async fn down")[2]
        operations = tuple(o for w, o in _SEA.items() if w in text.partition("async fn down")[0])
        found.append(
            Revision(
                id=path.rpartition("/")[2].removesuffix(".rs"), path=path, operations=operations,
                reversible=bool(down) and "todo!" not in down[:400] and "Migration(\"" not in down[:200],
                destructive=any(w in text.partition("async fn down")[0] for w in ("drop_table", "drop_column")),
            )
        )  # fmt: skip
    place = folder_of(own[0])
    revised = tuple(r for r in found if not r.path.endswith(("/lib.rs", "/main.rs")))
    command = f"cargo run -p {package.name} -- up" if package.binaries else "sea-orm-cli migrate up"
    at = (view.proof(own[0], "MigrationTrait"), view.evidence(*crate.at))
    head = revised[-1].id if revised else None
    value = Migration(tool="sea-orm", path=place, command=command, evidence=at, revisions=revised, head=head)
    yield entry("migration", _user(view, package), value)


_SEA = {
    "create_table": "create-table", "drop_table": "drop-table", "add_column": "add-column", "drop_column": "drop-column",
    "modify_column": "alter-type", "rename_column": "rename-column", "rename_table": "rename-table", "create_index": "create-index",
    "drop_index": "drop-index", "create_foreign_key": "add-constraint", "drop_foreign_key": "drop-constraint",
    "execute_unprepared": "raw-sql",
}  # fmt: skip
