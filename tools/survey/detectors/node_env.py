"""Detect the environment variables that Node, Bun and Deno code reads: direct reads, settings schemas and services, own helper readers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ....core.facts import Fact
from ..detector import View, entry
from ..node.owning import owners
from ..node.project import Project, project
from ..node.reads import Read
from ..node.rendering import exported_settings
from ..node.schemas import is_setting
from ..node.settings import mapped_variables
from ..node.sweep import sweep
from ..node.values import Known
from ..node.variables import is_foreign_name, merge
from ..parsers.javascript.nodes import entry as value_of
from ..parsers.javascript.nodes import pairs


def detect(view: View) -> Iterator[Fact]:
    """Yield one variable for every name and code base that reads it."""
    made = project(view)
    found: dict[tuple[str, str], list[Read]] = defaultdict(list)
    inlined = _inlined(made)
    for swept in sweep(view):
        reads = [r for r in swept.reads if not is_foreign_name(r.name) and r.name not in inlined]
        for folder in owners(view, swept.path) if reads else ():
            for read in reads:
                found[folder, read.name].append(read)
    for name, place, key in mapped_variables(made):
        value = made.settings.default_of(place.path, key)
        optional = isinstance(value, Known) or made.settings.asks_for(key)
        for folder in owners(view, place.path):
            found[folder, name].append(Read(name, place, value, False if optional else None))
    for (folder, name), all_reads in sorted(found.items()):
        yield entry("env", folder, merge(view, name, all_reads))


def _inlined(made: Project) -> frozenset[str]:
    """Return the names that `env` of a Next configuration writes into the code at build time: nobody sets them."""
    found: set[str] = set()
    for path in made.sources.named("next.config.js", "next.config.mjs", "next.config.ts"):
        script = made.sources.script(path)
        settings = exported_settings(made, script) if script is not None else None
        if settings is not None:
            found.update(p.key for p in pairs(value_of(settings, "env")))
    return frozenset(name for name in found if not is_setting(name))
