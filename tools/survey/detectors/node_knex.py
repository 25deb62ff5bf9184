"""Detect Knex migrations: the knexfile's folder (or the default beside it), revisions with up and down, the command that applies them."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from ....core.facts import Fact, Migration
from ..detector import View, entry
from ..node.dialects import dialects_in
from ..node.migrating import folder_files, script_command, script_revisions
from ..node.owning import backend_files, owners
from ..node.project import Project, project
from ..node.sources import join, parent
from ..node.values import settled
from ..parsers.javascript import Script
from ..parsers.javascript.nodes import arguments, callee, elements, line, strip, text
from ..parsers.javascript.nodes import entry as value_of

KNEXFILES = ("knexfile.js", "knexfile.ts", "knexfile.cjs", "knexfile.mjs", "knex.config.js", "knex.config.ts")


def detect(view: View) -> Iterator[Fact]:
    """Yield one migration for every knexfile or Knex settings whose folder holds migrations."""
    made = project(view)
    candidates = list(made.sources.named(*KNEXFILES))
    candidates += [s.path for s in made.sources.scripts(backend_files(view), "knex") if s.path not in candidates]
    seen: set[str] = set()
    for path in candidates:
        script = made.sources.script(path)
        found = _folder(made, script) if script is not None else None
        if script is None or found is None or found[0] in seen:
            continue
        seen.add(found[0])
        yield from _migration(view, made, script, *found)


def _folder(made: Project, script: Script) -> tuple[str, int] | None:
    """Return (migrations folder, line) that the settings of a file name, or the default beside a knexfile."""
    here = parent(script.path)
    package = made.workspace.nearest(script.path)
    base = package.folder if package is not None else "."
    knexfile = script.path.rsplit("/", 1)[-1] in KNEXFILES
    for node in script.of_type("pair"):
        if node.type != "pair" or text(node.child_by_field_name("key")).strip("\"'") != "migrations":
            continue
        inner = node.child_by_field_name("value")
        directory = value_of(inner, "directory") if inner is not None and strip(inner).type == "object" else None
        for written in _written(made, script, directory):
            for root in dict.fromkeys((here, base)):
                folder = join(root, written)
                if folder_files(made, folder):
                    return folder, line(directory) if directory is not None else line(node)
    if knexfile or any(callee(c)[-2:] == ("migrate", "latest") for c in script.calls):
        for root in dict.fromkeys((here, base)):
            if folder_files(made, join(root, "migrations")):
                return join(root, "migrations"), 1
    return None


def _written(made: Project, script: Script, directory: Node | None) -> list[str]:
    """Return the paths that `directory` may mean: a literal, `path.join(__dirname, …)`, the first of a list."""
    if directory is None:
        return []
    inner = strip(directory)
    if inner.type == "array":
        return [w for item in elements(inner) for w in _written(made, script, item)]
    if inner.type == "call_expression" and callee(inner)[-1:] in (("join",), ("resolve",)):
        parts = [settled(made.values.value(script, a)) for a in arguments(inner)[1:]]
        return [join(*(str(p.value) for p in parts if p is not None))] if parts and all(p is not None for p in parts) else []
    known = settled(made.values.value(script, inner))
    if known is not None and isinstance(known.value, str):
        return [known.value.replace("__dirname", "").lstrip("/")]
    if inner.type in ("template_string", "binary_expression"):
        return [text(inner).replace("${__dirname}", "").replace("__dirname", "").strip("`'\" +").strip("'\"/")]
    return []


def _migration(view: View, made: Project, script: Script, folder: str, number: int) -> Iterator[Fact]:
    package = made.workspace.nearest(script.path)
    if package is None:
        return
    kinds = dialects_in(made.values, script)
    revisions = script_revisions(made, folder_files(made, folder), kinds[0].kind if kinds else None)
    if not revisions:
        return
    knexfile = script.path.rsplit("/", 1)[-1] in KNEXFILES
    away = parent(script.path) != package.folder
    told = f" --knexfile {script.path.removeprefix(package.folder + '/')}" if knexfile and away else ""
    command = script_command(made, package, "knex", "migrate:latest", default=f"knex migrate:latest{told}")
    value = Migration(
        tool="knex",
        path=folder,
        command=command,
        evidence=(view.evidence(script.path, number),),
        config=script.path if knexfile else None,
        revisions=tuple(revisions),
        head=revisions[-1].id,
    )
    for owner in owners(view, script.path):
        yield entry("migration", owner, value)
