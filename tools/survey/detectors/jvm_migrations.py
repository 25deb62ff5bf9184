"""Detect migrations of JVM applications: Liquibase, and Spring's own SQL scripts. Flyway's files speak for themselves elsewhere."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ....core.facts import Evidence, Fact, Migration
from ..detector import View, entry, folder_of
from ..jvm.applications import Application, applications
from ..jvm.settings import settings
from ..jvm.sources import closure, resources
from ..jvm.stores import kind_of_url
from ..knowledge.jvmlibs import DRIVERS, EMBEDDED, looked_up
from ..schema.liquibase import changesets, is_changelog

_MASTERS = (
    "db.changelog-master.*", "changelog-master.*", "master.xml", "master.yaml", "master.yml", "changelog.xml", "changelog.yaml",
    "changelog.yml", "db.changelog.*", "changeLog.*",
)  # fmt: skip
_LIQUIBASE = (
    "org.liquibase:*", "io.quarkus:quarkus-liquibase*", "io.micronaut.liquibase:*",
    "org.springframework.boot:spring-boot-starter-liquibase",
)  # fmt: skip
_MODES = ("spring.sql.init.mode", "spring.datasource.initialization-mode", "spring.datasource.initialize")
_SCRIPTS = ("spring.sql.init.schema-locations", "spring.datasource.schema", "spring.sql.init.data-locations")


def detect(view: View) -> Iterator[Fact]:
    """Yield the migrations of every tool, each with its revisions."""
    for app in applications(view):
        yield from _liquibase(view, app)
        if app.framework == "spring-boot":
            yield from _scripts(view, app)


def _liquibase(view: View, app: Application) -> Iterator[Fact]:
    for unit in closure(view, app.unit):
        dependency = unit.has(*_LIQUIBASE)
        if dependency is None:
            continue
        master, at = _master(view, app)
        evidence = (view.evidence(*dependency.place), *((at,) if at else ()))
        if master is None:
            yield entry("migration", app.unit.folder, Migration(tool="liquibase", evidence=evidence[:1]))
            return
        found = changesets(view, master)
        command = f"liquibase --changelog-file={master} update"
        head = found[-1].id if found else None
        value = Migration(
            tool="liquibase", path=folder_of(master), command=command, evidence=evidence, config=master, revisions=found, head=head
        )
        yield entry("migration", app.unit.folder, value)
        return


def _master(view: View, app: Application) -> tuple[str | None, Evidence | None]:
    """Return the master change log: the one that the settings name, else the one that stands where Spring looks."""
    own = settings(view, app.unit)
    stated = own.get("spring.liquibase.change-log", "quarkus.liquibase.change-log", "liquibase.change-log")
    for unit in closure(view, app.unit):
        found = [p for p in resources(view, unit, "*.xml", "*.yaml", "*.yml", "*.json", "*.sql") if is_changelog(view, p)]
        if stated is not None:
            tail = stated.value.removeprefix("classpath:").lstrip("/*")
            named = [p for p in found if p.endswith("/" + tail)]
            if named:
                return named[0], view.evidence(*stated.at)
        masters = [p for p in view.named(*_MASTERS) if p in found]
        if masters or found:
            chosen = (masters or found)[0]
            return chosen, view.proof(chosen, "databaseChangeLog")
    return None, None


def _scripts(view: View, app: Application) -> Iterator[Fact]:
    """Yield the SQL scripts that Spring runs at each start: always, or where the database is embedded."""
    own = settings(view, app.unit)
    mode = own.get(*_MODES)
    if mode is not None and mode.value.lower() in ("never", "false"):
        return
    if any(u.has("org.flywaydb:*", "org.liquibase:*") for u in closure(view, app.unit)):
        return
    files = [p for p in resources(view, app.unit, "schema*.sql", "data*.sql") if "/db/migration/" not in p]
    located = own.get(*_SCRIPTS)
    outside = app.unit.has("org.springframework.cloud:spring-cloud-starter-config", "org.springframework.cloud:spring-cloud-config-client")
    top = [p for p in files if p.endswith(("/resources/" + p.rpartition("/")[2],))]
    if not top and located is None and outside is None:
        return
    chosen = top or files
    if not chosen or not (
        _runs(view, app, mode is not None and mode.value.lower() in ("always", "true")) or located is not None or outside is not None
    ):
        return
    path = (
        next((p for p in chosen if p.rpartition("/")[2].startswith("schema")), chosen[0])
        if top
        else posixpath.commonpath([folder_of(p) for p in chosen])
    )
    evidence = [view.evidence(*s.at) for s in (located, mode) if s is not None]
    evidence.append(view.evidence(chosen[0]))
    yield entry("migration", app.unit.folder, Migration(tool="spring-sql-init", path=_base(path), evidence=tuple(evidence)))


def _base(path: str) -> str:
    """Return the folder that holds the scripts of every database: `resources/db` of `resources/db/mysql`."""
    head, mark, rest = path.partition("/resources/")
    first = rest.partition("/")[0]
    return f"{head}{mark}{first}" if mark and "/" in rest and not path.endswith(".sql") else path


def _runs(view: View, app: Application, always: bool) -> bool:
    if always:
        return True
    kinds = {looked_up(DRIVERS, d.coordinates) for d in app.unit.dependencies}
    url = settings(view, app.unit).text("spring.datasource.url")
    chosen = kind_of_url(url) if url else None
    return chosen in EMBEDDED if chosen else bool(kinds & EMBEDDED)
