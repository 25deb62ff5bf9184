"""Detect migrations of .NET applications: Entity Framework Core, FluentMigrator, DbUp, Evolve."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Migration
from ..aside import is_aside
from ..detector import View, entry
from ..dotnet.applications import applications
from ..dotnet.projects import Project, by_folder
from ..dotnet.sources import closure, code, files
from ..schema.efcore import ef_folders, ef_revisions


def detect(view: View) -> Iterator[Fact]:
    """Yield one entry per folder of migrations, with its revisions."""
    known = by_folder(view)
    for folder, found in ef_folders(view).items():
        owner = view.owner(folder, known)
        project = known.get(owner or "")
        if project is None or project.is_test or is_aside(folder + "/x", project.folder):
            continue
        revisions = ef_revisions(view, found)
        snapshot = next(p for p in view.named("*ModelSnapshot.cs") if p.rpartition("/")[0] == folder or folder == ".")
        evidence = tuple(dict.fromkeys([view.proof(snapshot, "ModelSnapshot"), *([view.proof(found[-1], "Migration")] if found else [])]))
        value = Migration(
            tool="ef-core", path=folder, command=_command(view, project), evidence=evidence, config=snapshot, revisions=revisions,
            head=revisions[-1].id if revisions else None,
        )  # fmt: skip
        yield entry("migration", _user(view, project), value)
    yield from _others(view)


def _user(view: View, project: Project) -> str:
    """Return the folder of the application that is built from the project, its own where none or several are."""
    users = [a.project.folder for a in applications(view) if project in closure(view, a.project)]
    return users[0] if len(users) == 1 else project.folder


def _command(view: View, project: Project) -> str:
    startup = _user(view, project)
    own = f"dotnet ef database update --project {project.folder}"
    return own if startup == project.folder else f"{own} --startup-project {startup}"


def _others(view: View) -> Iterator[Fact]:
    for app in applications(view):
        for one in closure(view, app.project):
            reference = one.package("FluentMigrator*", "dbup*", "Evolve", "roundhouse*", "grate*")
            if reference is None:
                continue
            name = reference.name.lower()
            tool = (
                "fluent-migrator"
                if name.startswith("fluent")
                else "dbup"
                if name.startswith("dbup")
                else name.partition("-")[0].partition(".")[0]
            )
            folder = _scripts(view, one, tool)
            yield entry("migration", app.project.folder, Migration(tool=tool, path=folder, evidence=(view.evidence(*reference.place),)))
            break


def _scripts(view: View, project: Project, tool: str) -> str | None:
    """Return the folder of the migrations: classes of FluentMigrator, SQL scripts of the others."""
    if tool == "fluent-migrator":
        places = [p.rpartition("/")[0] for p, f in code(view, project, "[Migration(") if any(a.name == "Migration" for a in f.attributes)]
        return places[0] if places else None
    scripts = view.under(project.folder, view.suffixed(".sql"))
    return scripts[0].rpartition("/")[0] if scripts and files(view, project) else None
