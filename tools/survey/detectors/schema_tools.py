"""Detect migrations of tools that need no code of their own: Flyway by its file names, Liquibase by its properties, Sqitch by its plan."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ....core.facts import Fact, Migration, Revision
from ..aside import is_aside
from ..detector import View, entry, folder_of
from ..jvm.builds import units
from ..schema.flyway import flyway_folders, flyway_revisions
from ..schema.liquibase import changesets, is_changelog
from ..view import join

_FLYWAY = ("org.flywaydb:*", "io.quarkus:quarkus-flyway", "org.springframework.boot:spring-boot-starter-flyway", "io.micronaut.flyway:*")
_SETTINGS = ("flyway.conf", "flyway.toml", "flyway.*.conf")
_MASTER = ("changelog-file", "changeLogFile", "changelogFile", "liquibase.command.changelogFile", "liquibase.command.changelog-file")


def detect(view: View) -> Iterator[Fact]:
    """Yield one migration per folder of Flyway files, per Liquibase properties file and per Sqitch plan."""
    yield from _flyway(view)
    for path in view.named("liquibase.properties", "liquibase*.properties"):
        if not is_aside(path):
            yield from _liquibase(view, path)
    for path in view.named("sqitch.plan"):
        if not is_aside(path):
            yield _sqitch(view, path)


def _flyway(view: View) -> Iterator[Fact]:
    known = units(view)
    settings = {folder_of(p): p for p in view.named(*_SETTINGS)}
    for folder, files in flyway_folders(view).items():
        if is_aside(folder + "/x"):
            continue
        owner = view.owner(folder, known)
        unit = known.get(owner or "")
        dependency = unit.has(*_FLYWAY) if unit else None
        evidence = [view.evidence(files[0])]
        beside = view.owner(folder, settings)
        if dependency is not None:
            evidence.insert(0, view.evidence(*dependency.place))
        elif beside is not None:
            evidence.insert(0, view.proof(settings[beside], "locations"))
        found = flyway_revisions(view, files)
        versions = [r for r in found if not r.id.startswith("R:")]
        value = Migration(
            tool="flyway", path=folder, command=f"flyway -locations=filesystem:{folder} migrate", evidence=tuple(evidence), revisions=found,
            head=versions[-1].id if versions else None,
        )  # fmt: skip
        yield entry("migration", owner or folder, value)


def _liquibase(view: View, path: str) -> Iterator[Fact]:
    document = view.document(path)
    key = next((k for k in _MASTER if document.text(k)), None) if document is not None else None
    if document is None or key is None:
        return
    named = (document.text(key) or "").removeprefix("classpath:").lstrip("/")
    near = posixpath.normpath(join(folder_of(path), named))
    master = near if view.exists(near) else next((p for p in view.named(named.rpartition("/")[2]) if p.endswith("/" + named)), None)
    if master is None or not is_changelog(view, master):
        return
    found = changesets(view, master)
    value = Migration(
        tool="liquibase", path=folder_of(master), command=f"liquibase --changelog-file={master} update", config=master,
        evidence=(view.evidence(path, document.line(key)), view.proof(master, "databaseChangeLog")), revisions=found,
        head=found[-1].id if found else None,
    )  # fmt: skip
    yield entry("migration", folder_of(path), value)


def _sqitch(view: View, path: str) -> Fact:
    """Return the migration of a plan: one change per line that starts with its name, deployed and reverted by the scripts named so."""
    folder, found = folder_of(path), []
    for line in view.lines(path):
        name = line.split()[0] if line.strip() else ""
        if name and name[0] not in "%#@" and view.exists(join(folder, f"deploy/{name}.sql")):
            back = view.exists(join(folder, f"revert/{name}.sql"))
            found.append(Revision(id=name, path=join(folder, f"deploy/{name}.sql"), reversible=back))
    value = Migration(
        tool="sqitch", path=join(folder, "deploy"), command="sqitch deploy", evidence=(view.evidence(path),), revisions=tuple(found),
        head=found[-1].id if found else None, config=path,
    )  # fmt: skip
    return entry("migration", folder, value)
