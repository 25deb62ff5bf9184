"""Detect what Scala applications read and reach: environment variables, stores, brokers, sign-in, Play evolutions and Flyway."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Migration, Revision
from ..detector import View, entry
from ..envfacts import variables
from ..jvm.libraries import reached
from ..knowledge.scalalibs import SCALA
from ..parsers.sqlsteps import sql_steps
from ..scala.model import Project
from ..scala.sbt import built_from, projects
from ..scala.serving import main_object, reads, serving
from ..scala.settings import reads as settings_reads
from ..schema.flyway import flyway_folders, flyway_revisions
from ..view import folder_of, join


def detect(view: View) -> Iterator[Fact]:
    """Yield the variables, what the dependencies bring, and the migrations of every project that starts something."""
    for project in projects(view).values():
        if serving(view, project) is None and main_object(view, project) is None:
            continue
        found = [*reads(view, built_from(view, project)), *settings_reads(view, project)]
        yield from variables(view, project.folder, found)
        shipped = ((d.name, view.evidence(*d.at)) for d in project.dependencies if not d.test)
        yield from reached(project.folder, "scala", SCALA, shipped)
        yield from _evolutions(view, project)
        yield from _flyway(view, project)


def _evolutions(view: View, project: Project) -> Iterator[Fact]:
    """Yield Play's evolutions: `conf/evolutions/<database>/1.sql`, ups and downs in one file."""
    among: dict[str, list[str]] = {}
    for path in view.under(join(project.folder, "conf/evolutions"), view.suffixed(".sql")):
        if path.rpartition("/")[2].removesuffix(".sql").isdigit():
            among.setdefault(folder_of(path), []).append(path)
    for place, paths in sorted(among.items()):
        found = tuple(_evolution(view, p) for p in sorted(paths, key=lambda p: int(p.rpartition("/")[2].removesuffix(".sql"))))
        value = Migration(tool="play-evolutions", path=place, evidence=(view.evidence(found[0].path),), revisions=found, head=found[-1].id)
        yield entry("migration", project.folder, value)


def _evolution(view: View, path: str) -> Revision:
    up, _, down = (view.text(path) or "").partition("!Downs")
    steps = sql_steps("\n".join("" if line.startswith("#") else line for line in up.split("\n")))
    back = any(line.strip() and not line.startswith("#") for line in down.split("\n"))
    number = path.rpartition("/")[2].removesuffix(".sql")
    return Revision(id=number, path=path, reversible=back, operations=tuple(steps.operations), destructive=steps.destructive)


def _flyway(view: View, project: Project) -> Iterator[Fact]:
    dependency = project.requires("org.flywaydb:")
    if dependency is None:
        return
    at = (view.evidence(*dependency.at),)
    for place, paths in flyway_folders(view).items():
        if place.startswith(project.folder + "/") or project.folder == ".":
            found = flyway_revisions(view, paths)
            value = Migration(tool="flyway", path=place, evidence=at, revisions=found, head=found[-1].id if found else None)
            yield entry("migration", project.folder, value)
