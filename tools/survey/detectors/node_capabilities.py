"""Detect sign-in, caching and foreign services by the libraries that Node, Bun and Deno code loads at run time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import re2

from ....core.facts import Fact, Named
from ..detector import EntryKind, View, entry
from ..node.capabilities import AUTH, CACHES, INTEGRATIONS
from ..node.owning import backend_files, owners
from ..node.project import project
from ..node.resolve import naming
from ..node.sweep import sweep
from ..node.values import Place

TABLES: tuple[tuple[EntryKind, dict[str, str]], ...] = (("auth", AUTH), ("caching", CACHES), ("integration", INTEGRATIONS))

_NAMED = re2.compile(naming(name for _, table in TABLES for name in table))


def detect(view: View) -> Iterator[Fact]:
    """Yield one entry for every capability and code base, with the lines that load its libraries."""
    made = project(view)
    sweep(view)  # it parses what is looked at below
    found: dict[tuple[EntryKind, str, str], list[Place]] = defaultdict(list)
    for path in backend_files(view):
        if not made.resolver.maps_names and not view.matches(path, _NAMED):
            continue  # no need to parse it for its imports
        for library, uses in made.loaded(path).items():
            for kind, table in TABLES:
                if library in table:
                    for folder in owners(view, path):
                        found[kind, folder, table[library]].append(Place(path, uses[0][1]))
    for (kind, folder, name), places in sorted(found.items()):
        if name == "passport" and any(
            f == folder and k == "auth" and n not in ("passport", "password-hash", "session") for k, f, n in found
        ):
            continue  # its strategies say more
        evidence = tuple(view.evidence(p.path, p.line) for p in dict.fromkeys(places))[:5]
        yield entry(kind, folder, Named(kind=name, evidence=evidence))
