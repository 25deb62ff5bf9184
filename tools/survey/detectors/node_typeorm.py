"""Detect TypeORM migrations: classes of MigrationInterface, where they stand, what they do, and the command that runs them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ....core.facts import Fact, Migration
from ..detector import View, entry
from ..node.dialects import dialects_in
from ..node.manifest import Package
from ..node.migrating import script_command, script_revisions
from ..node.owning import backend_files, owners
from ..node.project import Project, project
from ..node.sources import parent
from ..parsers.javascript import Script
from ..parsers.javascript.nodes import callee, line


def detect(view: View) -> Iterator[Fact]:
    """Yield one migration for every folder of TypeORM migrations."""
    made = project(view)
    groups: dict[str, list[Script]] = defaultdict(list)
    for script in made.sources.scripts(made.sources.code, "MigrationInterface"):
        if any("MigrationInterface" in i.names.values() and i.module == "typeorm" for i in script.imports):
            groups[parent(script.path)].append(script)
    for folder, scripts in sorted(groups.items()):
        package = made.workspace.nearest(folder + "/x")
        revisions = script_revisions(made, [s.path for s in scripts], _kind(made, view)) if package is not None else []
        if package is None or not revisions:
            continue
        first = scripts[0]
        number = next((line(n) for n in first.classes), 1)
        source = _data_source(made, package)
        command = script_command(made, package, "migration:run", default=f"typeorm migration:run{f' -d {source}' if source else ''}")
        value = Migration(
            tool="typeorm",
            path=folder,
            command=command,
            evidence=(view.evidence(first.path, number),),
            config=source,
            revisions=tuple(revisions),
            head=revisions[-1].id,
        )
        for owner in owners(view, package.path):
            yield entry("migration", owner, value)


def _kind(made: Project, view: View) -> str | None:
    for script in made.sources.scripts(backend_files(view), "typeorm", "DataSource"):
        found = dialects_in(made.values, script)
        if found:
            return found[0].kind
    return None


def _data_source(made: Project, package: Package) -> str | None:
    """Return the file that exports a DataSource, relative to the package."""
    for script in made.sources.scripts(made.files_of(package), "new DataSource"):
        if any(callee(n)[-1:] == ("DataSource",) for n in script.news) and script.exports:
            return script.path if package.folder == "." else script.path[len(package.folder) + 1 :]
    return None
