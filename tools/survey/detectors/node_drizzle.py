"""Detect Drizzle migrations: the `out` folder of drizzle.config, its SQL files in journal order, and how they are applied."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Migration
from ..detector import View, entry, trap
from ..node.jsonfile import JsonFile
from ..node.migrating import script_command, sql_revisions
from ..node.owning import owners
from ..node.project import Project, project
from ..node.rendering import exported_settings
from ..node.sources import join, parent
from ..node.stores import DIALECTS
from ..node.values import Place, settled
from ..parsers.javascript.nodes import entry as value_of
from ..parsers.javascript.nodes import line

CONFIGS = ("drizzle.config.ts", "drizzle.config.js", "drizzle.config.mjs", "drizzle.config.cjs", "drizzle.config.json")


def detect(view: View) -> Iterator[Fact]:
    """Yield one migration for every Drizzle configuration, and a trap where the schema is pushed at start instead."""
    made = project(view)
    for path in made.sources.named(*CONFIGS):
        package = made.workspace.nearest(path)
        if package is None:
            continue
        out, kind, at = _settings(made, path)
        files = _files(made, out)
        revisions = sql_revisions(made, files, kind)
        told = "" if path == join(package.folder, "drizzle.config.ts") else f" --config {path.removeprefix(package.folder + '/')}"
        command = script_command(made, package, "drizzle-kit", "migrate", default=f"drizzle-kit migrate{told}") if files else None
        value = Migration(
            tool="drizzle",
            path=out if files else None,
            command=command,
            evidence=(view.evidence(at.path, at.line),),
            config=path,
            revisions=tuple(revisions),
            head=revisions[-1].id if revisions else None,
        )
        for owner in owners(view, path):
            yield entry("migration", owner, value)
            for name in ("start", "start:prod", "prestart", "postinstall"):
                if "drizzle-kit push" in package.scripts.get(name, ""):
                    yield trap(
                        owner,
                        "schema-push",
                        "`drizzle-kit push` changes the production schema without a migration and may drop data.",
                        view.evidence(package.path, package.script_line(name)),
                    )


def _settings(made: Project, path: str) -> tuple[str, str | None, Place]:
    """Return (migrations folder, store kind, the line that names the folder or 1)."""
    here = parent(path)
    if path.endswith(".json"):
        file = JsonFile(path, made.sources.text(path) or "")
        return join(here, file.text("out") or "drizzle"), DIALECTS.get(file.text("dialect") or ""), Place(path, file.line("out"))
    script = made.sources.script(path)
    settings = exported_settings(made, script) if script is not None else None
    if script is None or settings is None:
        return join(here, "drizzle"), None, Place(path, 1)
    out, dialect = value_of(settings, "out"), value_of(settings, "dialect") or value_of(settings, "driver")
    known, kind = settled(made.values.value(script, out)), settled(made.values.value(script, dialect))
    folder = known.value if known is not None and isinstance(known.value, str) else "drizzle"
    return join(here, folder), DIALECTS.get(str(kind.value)) if kind is not None else None, Place(path, line(out) if out is not None else 1)


def _files(made: Project, folder: str) -> list[tuple[str, str, str | None]]:
    """Return (id, SQL path, None) of each migration in the order of Drizzle's journal, else of their names."""
    files = {f.rsplit("/", 1)[-1].removesuffix(".sql"): f for f in made.sources.children.get(folder, ()) if f.endswith(".sql")}
    journal = join(folder, "meta/_journal.json")
    listed = JsonFile(journal, made.sources.text(journal) or "").get("entries") if journal in made.sources.known else None
    tags = [e.get("tag") for e in listed if isinstance(e, dict)] if isinstance(listed, list) else []
    ordered = [t for t in tags if isinstance(t, str) and t in files] or sorted(files)
    return [(name, files[name], None) for name in ordered]
