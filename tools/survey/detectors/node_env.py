"""Detect the environment variables that Node, Bun and Deno code reads: direct reads, settings schemas and services, own helper readers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ....core.facts import Fact
from ..detector import View, entry
from ..node.owning import backend_files, owners
from ..node.project import project
from ..node.reads import Read, reads_in
from ..node.settings import mapped_variables
from ..node.values import Known
from ..node.variables import is_foreign_name, merge

WORDS = ("env", "Env", "ENV", "config", "Config", "setting", "required", "convict")


def detect(view: View) -> Iterator[Fact]:
    """Yield one variable for every name and code base that reads it."""
    made = project(view)
    found: dict[tuple[str, str], list[Read]] = defaultdict(list)
    for script in made.sources.scripts(backend_files(view), *WORDS):
        reads = [r for r in reads_in(made.values, script) if not is_foreign_name(r.name)]
        for folder in owners(view, script.path) if reads else ():
            for read in reads:
                found[folder, read.name].append(read)
    for name, place, key in mapped_variables(made):
        value = made.settings.default_of(place.path, key)
        for folder in owners(view, place.path):
            found[folder, name].append(Read(name, place, value, False if isinstance(value, Known) else None))
    for (folder, name), all_reads in sorted(found.items()):
        yield entry("env", folder, merge(view, name, all_reads))
