"""Detect what Clojure applications read and reach: environment variables, stores, brokers, sign-in, migrations."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Datastore, Evidence, Fact, Migration, Named, Queue
from ..clojure.projects import Project, files, projects
from ..clojure.reading import reads
from ..clojure.serving import main_namespace, serving
from ..detector import EntryKind, View, entry, module
from ..envfacts import variables
from ..knowledge import jvmlibs
from ..knowledge.clojurelibs import CLOJURE
from ..libfacts import brought
from ..schema.sqlfiles import migration_folders, revisions
from ..view import join

_TABLES: tuple[tuple[EntryKind, dict[str, str]], ...] = (
    ("auth", jvmlibs.AUTH), ("caching", jvmlibs.CACHES), ("integration", jvmlibs.INTEGRATIONS),
)  # fmt: skip
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
        yield from _libraries(view, project)
        yield from _migrations(view, project)


def _libraries(view: View, project: Project) -> Iterator[Fact]:
    folder = project.folder
    stores: dict[str, list[Evidence]] = {}
    queues = {prefix: pair[0] for prefix, pair in jvmlibs.BROKERS.items()}
    for one in project.dependencies:
        if one.development:
            continue
        at = view.evidence(*one.at)
        kind = CLOJURE.drivers.get(one.name) or jvmlibs.looked_up(jvmlibs.DRIVERS, one.name)
        if kind:
            stores.setdefault(kind, []).append(at)
        yield from brought(folder, "clojure", one.name, CLOJURE, at)
        queue = jvmlibs.looked_up(queues, one.name)
        if queue:
            yield entry("queue", folder, Queue(kind=queue, backend=queue, evidence=(at,)), "high")
        orm = jvmlibs.looked_up(jvmlibs.ORMS, one.name)
        if orm:
            yield module(folder, "orm", orm, at, language="clojure")
        for name, table in _TABLES:
            found = jvmlibs.looked_up(table, one.name)
            if found:
                yield entry(name, folder, Named(kind=found, evidence=(at,)))
    embedded = [k for k in stores if k in jvmlibs.EMBEDDED]
    for kind, lines in sorted(stores.items()):
        required = kind not in ("s3", "gcs") and not (kind in embedded and len(stores) > len(embedded))
        yield entry("datastore", folder, Datastore(kind=kind, required=required, evidence=tuple(lines)), "high")


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
