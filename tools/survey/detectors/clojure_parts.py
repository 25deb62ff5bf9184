"""Detect what Clojure applications read and reach: environment variables, stores, brokers, sign-in, migrations."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Migration
from ..clojure.projects import Project, files, projects
from ..clojure.reading import reads
from ..clojure.serving import main_namespace, serving
from ..detector import View, entry
from ..envfacts import variables
from ..jvm.libraries import reached
from ..knowledge.clojurelibs import CLOJURE
from ..schema.sqlfiles import migration_folders, revisions
from ..view import join

_MIGRATORS = {
    "migratus": ("migratus:migratus", "luminus-migrations:luminus-migrations", "io.github.kit-clj:kit-sql-migratus"),
    "ragtime": (
        "dev.weavejester:ragtime",
        "ragtime:ragtime",
        "ragtime:ragtime.jdbc",
        "dev.weavejester:ragtime.jdbc",
        "duct:migrator.ragtime",
    ),
    "joplin": ("joplin.core:joplin.core",),
}
_PLACES = ("resources/migrations", "migrations", "resources/db/migrations", "resources/db/migration")


def detect(view: View) -> Iterator[Fact]:
    """Yield the variables, what the dependencies bring, and the migrations of every project that starts something."""
    for project in projects(view).values():
        if serving(view, project) is None and main_namespace(view, project) is None:
            continue
        yield from variables(view, project.folder, reads(view, project))
        shipped = ((d.name, view.evidence(*d.at)) for d in project.dependencies if not d.development)
        yield from reached(project.folder, "clojure", CLOJURE, shipped)
        yield from _migrations(view, project)


def _migrations(view: View, project: Project) -> Iterator[Fact]:
    tool, dependency = next(((t, d) for t, names in _MIGRATORS.items() if (d := project.requires(*names))), (None, None))
    if tool is None or dependency is None:
        return
    place = next((p for p in (join(project.folder, n) for n in _PLACES) if view.exists(p)), None)
    at = (view.evidence(*dependency.at),)
    found = next((f for f in migration_folders(view) if f.path == place), None)
    made = revisions(view, found) if found is not None else ()
    main = next((p for p in files(view, project.folder) if view.holds(p, "migrate") and view.holds(p, "-main")), None)
    command = (
        "lein run migrate" if project.tool == "leiningen" and main else f"lein {tool} migrate" if project.tool == "leiningen" else None
    )
    value = Migration(tool=tool, path=place, command=command, evidence=at, revisions=made, head=made[-1].id if made else None)
    yield entry("migration", project.folder, value)
