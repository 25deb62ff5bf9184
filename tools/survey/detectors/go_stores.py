"""Detect what Go programs talk to: data stores and brokers by driver and URL, mappers, sign-in, caches, foreign services."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Confidence, Datastore, Evidence, Fact, Named, Queue
from ..detector import EntryKind, View, entry, module
from ..go.imports import bases, imported
from ..go.packages import go_file, program_files
from ..go.values import values_of
from ..knowledge.golibs import AUTH, BROKERS, CACHES, DRIVERS, EMBEDDED, INTEGRATIONS, ORMS, looked_up
from ..knowledge.stores import RELATIONAL, broker_of_url, store_of_url
from ..parsers.golang import Node, descend, enclosing, literal
from ..parsers.grammar import line_of, words

_KINDS = {path: pair[0] for path, pair in BROKERS.items()}
_BACKENDS = dict(BROKERS.values())
_OPTIONAL = ("s3", "gcs", "azure-blob-storage")
_BUILDERS = {"sqlx", "goqu", "jet"}
_TABLES: tuple[tuple[EntryKind, dict[str, str]], ...] = (("auth", AUTH), ("caching", CACHES), ("integration", INTEGRATIONS))


def detect(view: View) -> Iterator[Fact]:
    """Yield what the programs of every code base load, and the connection URLs that their code holds."""
    for base in bases(view):
        found = imported(view, base)
        urls = dict(_urls(view, base))
        yield from _drivers(view, base, list(found.items()), urls)
        for path, at in found.items():
            yield from _named(view, base, path, view.evidence(*at))


def _drivers(view: View, base: str, found: list[tuple[str, tuple[str, int]]], urls: dict[str, Evidence]) -> Iterator[Fact]:
    stores: dict[str, list[tuple[str, Evidence]]] = {}
    for path, at in found:
        kind = looked_up(DRIVERS, path)
        if kind:
            stores.setdefault(kind, []).append((path, view.evidence(*at)))
    if "alloydb" in stores:  # its connector carries PostgreSQL's driver
        stores["alloydb"] += stores.pop("postgresql", [])
    servers = [k for k in stores if k in RELATIONAL]
    named = [k for k in servers if k in urls]
    for kind, uses in sorted(stores.items()):
        chosen = kind not in servers or len(servers) == 1 or kind in named
        required = chosen and not (kind in EMBEDDED and bool(servers)) and kind not in _OPTIONAL and not _guarded(view, base, uses)
        evidence = tuple(e for _, e in uses)[:4] + ((urls[kind],) if kind in urls else ())
        confidence: Confidence = "medium" if kind in EMBEDDED else "high"
        yield entry(
            "datastore", base, Datastore(kind=kind, required=required, drivers=tuple(p for p, _ in uses), evidence=evidence), confidence
        )
    for kind, line in sorted(urls.items()):
        if kind not in stores and store_of_url(f"{kind}:") is not None:
            yield entry("datastore", base, Datastore(kind=kind, evidence=(line,)), "medium")


def _guarded(view: View, base: str, uses: list[tuple[str, Evidence]]) -> bool:
    """Say whether every function that touches a store is only called where a condition on the environment holds."""
    values = values_of(view, program_files(view, base))
    seen = False
    for path in dict.fromkeys(e.path for _, e in uses):
        file = go_file(view, path)
        aliases = [a for a, p in file.aliases.items() if any(p == used for used, _ in uses)] if file else []
        for function in file.functions if file else ():
            if not any(f"{a}." in words(function) for a in aliases):
                continue
            calls = values.callers(path, function)
            if not calls or not all(_on_environment(call) for _, _, call in calls):
                return False
            seen = True
    return seen


def _on_environment(call: Node) -> bool:
    around = enclosing(call, "if_statement", "expression_switch_statement")
    test = around.child_by_field_name("condition") or around.child_by_field_name("value") if around is not None else None
    return test is not None and any(w in words(test) for w in ("Getenv", "Enabled", "enabled"))


def _urls(view: View, base: str) -> Iterator[tuple[str, Evidence]]:
    """Yield the stores whose connection URLs stand in the code."""
    for path in program_files(view, base):
        file = go_file(view, path) if view.holds(path, "://") else None
        for node in descend(file.root, "interpreted_string_literal", "raw_string_literal") if file is not None else ():
            text = literal(node) or ""
            store = store_of_url(text) if "://" in text and len(text) < 500 else None
            if store and not broker_of_url(text):
                yield store, view.evidence(path, line_of(node))


def _named(view: View, base: str, path: str, evidence: Evidence) -> Iterator[Fact]:
    orm = looked_up(ORMS, path)
    if orm:
        yield module(base, "orm", orm, evidence, language="go", confidence="medium" if orm in _BUILDERS else "high")
    queue = looked_up(_KINDS, path)
    if queue:
        yield entry("queue", base, Queue(kind=queue, backend=_BACKENDS[queue], evidence=(evidence,)), "high")
        if _BACKENDS[queue] == "redis":
            yield entry("datastore", base, Datastore(kind="redis", drivers=(path,), evidence=(evidence,)), "high")
    for kind, table in _TABLES:
        name = looked_up(table, path)
        if name:
            yield entry(kind, base, Named(kind=name, evidence=(evidence,)))
