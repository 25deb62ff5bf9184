"""Detect what Rust programs talk to: drivers and features of mappers, brokers, sign-in, caches, foreign services."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Confidence, Datastore, Evidence, Fact
from ..detector import View, entry
from ..knowledge.rustlibs import EVERY, FEATURES, MAPPERS, OBJECTS, POOLS, RUST, STORED
from ..knowledge.stores import RELATIONAL, store_of_url
from ..libfacts import brought
from ..parsers.grammar import line_of
from ..parsers.rust import text_of
from ..rust.programs import Program, programs
from ..rust.sources import built_from, local, matching

_OPTIONAL = ("s3", "gcs", "azure-blob-storage")
_EMBEDDED = ("sqlite", "sled", "rocksdb", "redb", "duckdb", "libsql")


def detect(view: View) -> Iterator[Fact]:
    """Yield what every program's package, and the local crates it is built with, reach."""
    seen: set[str] = set()
    for program in programs(view):
        if program.package.folder in seen:
            continue
        seen.add(program.package.folder)
        yield from _stores(view, program)
        for crate in (c for one in local(view, program.package) for c in one.crates):
            if not crate.development:
                yield from brought(program.package.folder, "rust", crate.name, RUST, view.evidence(*crate.at))


def _stores(view: View, program: Program) -> Iterator[Fact]:
    kinds: dict[str, list[tuple[str, Evidence]]] = {}
    offered: set[str] = set()  # by a feature that whoever builds the program chooses
    for crate in (c for one in local(view, program.package) for c in one.crates):
        if crate.development:
            continue
        at = view.evidence(*crate.at)
        if crate.name in RUST.drivers:
            kinds.setdefault(RUST.drivers[crate.name], []).append((crate.name, at))
        if crate.name in STORED and any(f.startswith("redis") for f in crate.features):
            kinds.setdefault(STORED[crate.name], []).append((crate.name, at))
        for feature in (*crate.features, *crate.switched):
            if feature in OBJECTS.get(crate.name, {}):
                kinds.setdefault(OBJECTS[crate.name][feature], []).append((crate.name, at))
        every = {k for f in crate.features if f in EVERY for k in EVERY[f]} if crate.name in MAPPERS else set()
        offered |= every
        for kind in sorted(every):
            kinds.setdefault(kind, []).append((crate.name, at))
        for feature in (*crate.features, *crate.switched) if crate.name in MAPPERS else ():
            if feature in FEATURES:
                kinds.setdefault(FEATURES[feature], []).append((crate.name, at))
                offered |= {FEATURES[feature]} if feature not in crate.features else set()
    relational = [k for k in kinds if k in RELATIONAL or k == "sqlite"]
    chosen = dict(_chosen(view, program, set(relational))) if len(relational) > 1 else {}
    for kind, uses in sorted(kinds.items()):
        sole = kind not in relational or len(relational) == 1
        needed = kind not in _OPTIONAL and (sole or (kind in chosen and kind not in offered))
        lines = tuple(dict.fromkeys([*([chosen[kind]] if kind in chosen else []), *(e for _, e in uses)]))[:6]
        sure: Confidence = "high" if kind not in _EMBEDDED or kind in chosen or len(relational) < 2 else "medium"
        yield entry(
            "datastore",
            program.package.folder,
            Datastore(kind=kind, required=needed, drivers=tuple(sorted({n for n, _ in uses})), evidence=lines),
            sure,
        )


def _chosen(view: View, program: Program, among: set[str]) -> Iterator[tuple[str, Evidence]]:
    """Yield those stores that the code names by pool, connection or URL."""
    seen: set[str] = set()
    for path, parsed in matching(view, built_from(view, program.package), *POOLS, "://"):
        for word, kind in POOLS.items():
            if kind in among and kind not in seen and word in parsed.text:
                seen.add(kind)
                yield kind, view.proof(path, word)
        for node in parsed.strings:
            kind_of = store_of_url(text_of(node) or "") if "://" in (text_of(node) or "") else None
            if kind_of in among and kind_of not in seen and kind_of is not None:
                seen.add(kind_of)
                yield kind_of, view.evidence(path, line_of(node))
