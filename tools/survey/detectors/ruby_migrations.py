"""Detect migrations of Ruby applications: Rails (several databases too), Active Record without Rails, Sequel, ROM."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Evidence, Fact, Migration
from ..codebase import homes
from ..detector import View, entry
from ..ruby.bundle import Bundle, bundles, ruby_file
from ..ruby.migrating import is_foreign, revisions
from ..ruby.rails import application, has_records
from ..view import folder_of, join

_PLACES = ("db/migrate", "db/migrations", "migrations", "config/db/migrate", "db/migrate_legacy")


def detect(view: View) -> Iterator[Fact]:
    """Yield one migration entry per folder of migrations; one without a folder where Rails keeps a schema and has none yet."""
    for folder, bundle in bundles(view).items():
        rails = application(view, folder) is not None
        found = list(_places(view, folder))
        for place, paths in found:
            made = _entry(view, bundle, place, paths, rails)
            if made is not None:
                yield made
        if rails and not found and bundle.gem("mongoid") is None:
            records = has_records(view, bundle)
            if records is not None:
                value = Migration(tool="rails", command=_command(view, bundle, True), evidence=(view.evidence(*records),))
                yield entry("migration", folder, value)


def _places(view: View, folder: str) -> Iterator[tuple[str, list[str]]]:
    """Yield (folder, Ruby files) of every place of migrations: the usual ones, and `db/*_migrate` of further databases."""
    among: dict[str, list[str]] = {}
    for path in view.under(folder, view.suffixed(".rb")):
        where = folder_of(path)
        if where in (join(folder, p) for p in _PLACES) or (where.startswith(join(folder, "db/")) and where.endswith("_migrate")):
            among.setdefault(where, []).append(path)
    known = homes(view, "ruby", "Gemfile", "gems.rb", "config.ru")
    yield from ((w, p) for w, p in sorted(among.items()) if view.owner(w, known) == folder)


def _entry(view: View, bundle: Bundle, place: str, paths: list[str], rails: bool) -> Fact | None:
    found = revisions(view, paths)
    if not found:
        return None
    first = ruby_file(view, found[0].path)
    foreign = is_foreign(first) if first else None
    if foreign is None and not view.holds(found[0].path, "ActiveRecord::Migration"):
        return None
    tool = foreign or ("rails" if rails else "activerecord")
    at: tuple[Evidence, ...] = (view.proof(found[0].path, "Migration" if foreign is None else "migration"),)
    inner = place if bundle.folder == "." else place.removeprefix(bundle.folder + "/")
    commands = {"sequel": f"bundle exec sequel -m {inner} $DATABASE_URL", "rom": "bundle exec rake db:migrate"}
    if foreign and bundle.gem("hanami"):
        commands[foreign] = "bundle exec hanami db migrate"
    schema = next((p for p in (join(bundle.folder, n) for n in ("db/schema.rb", "db/structure.sql")) if view.repository.size(p)), None)
    value = Migration(
        tool=tool,
        path=place,
        command=commands.get(tool) or _command(view, bundle, rails),
        evidence=at,
        config=schema,
        revisions=found,
        head=found[-1].id,
    )
    return entry("migration", bundle.folder, value)


def _command(view: View, bundle: Bundle, rails: bool) -> str:
    if not rails:
        return "bundle exec rake db:migrate"
    return "bin/rails db:migrate" if view.repository.size(join(bundle.folder, "bin/rails")) else "bundle exec rails db:migrate"
