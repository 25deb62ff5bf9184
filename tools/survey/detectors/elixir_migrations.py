"""Detect Ecto migrations: one folder per repository, what each revision does, the command that a release offers."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Migration, Revision
from ..detector import View, entry
from ..elixir.migrating import revisions
from ..elixir.mix import Project, projects
from ..elixir.serving import release_module
from ..view import folder_of


def detect(view: View) -> Iterator[Fact]:
    """Yield one migration entry per folder of `priv`."""
    for project in projects(view).values():
        among: dict[str, list[str]] = {}
        for path in view.under(project.folder, view.suffixed(".exs")):
            where = folder_of(path)
            below = where if project.folder == "." else where.removeprefix(project.folder + "/")
            if below.startswith("priv/") and below.endswith("migrations") and view.holds(path, "Migration"):
                among.setdefault(where, []).append(path)
        for place, paths in sorted(among.items()):
            found = revisions(view, paths)
            if found:
                yield _entry(view, project, place, found)


def _entry(view: View, project: Project, place: str, found: tuple[Revision, ...]) -> Fact:
    home = projects(view).get(project.above or project.folder, project)
    released = release_module(view, home)
    name = home.releases[0] if home.releases else home.app
    command = f'bin/{name} eval "{released}.migrate"' if released and name else "mix ecto.migrate"
    value = Migration(
        tool="ecto",
        path=place,
        command=command,
        evidence=(view.proof(found[0].path, "Migration"),),
        revisions=found,
        head=found[-1].id,
    )
    return entry("migration", home.folder, value)
