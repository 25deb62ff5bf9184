"""Detect what JVM applications talk to: data stores, brokers, mappers, sign-in, caches, foreign services, by dependency and setting."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Confidence, Datastore, Evidence, Fact, Named, Queue
from ..detector import EntryKind, View, entry, module, trap
from ..jvm.applications import Application, applications
from ..jvm.model import Dependency
from ..jvm.settings import settings
from ..jvm.sources import code, dependencies
from ..jvm.stores import configured
from ..knowledge.jvmlibs import AUTH, BROKERS, CACHES, DRIVERS, EMBEDDED, INTEGRATIONS, ORMS, looked_up
from ..knowledge.stores import RELATIONAL

_TABLES: tuple[tuple[EntryKind, dict[str, str]], ...] = (("auth", AUTH), ("caching", CACHES), ("integration", INTEGRATIONS))
_QUEUES = {prefix: pair[0] for prefix, pair in BROKERS.items()}
_BACKENDS = {pair[0]: pair[1] for pair in BROKERS.values()}
_OPTIONAL = ("s3", "gcs", "azure-blob-storage")


def detect(view: View) -> Iterator[Fact]:
    """Yield what every application reaches."""
    for app in applications(view):
        folder = app.unit.folder
        found = dependencies(view, app.unit)
        yield from _stores(view, app, found)
        for one in found:
            evidence = view.evidence(*one.place)
            queue = looked_up(_QUEUES, one.coordinates)
            if queue and not one.profile:
                yield entry("queue", folder, Queue(kind=queue, backend=_BACKENDS[queue], evidence=(evidence,)), "high")
            orm = looked_up(ORMS, one.coordinates)
            if orm and one.scope not in ("processor", "provided"):
                yield module(folder, "orm", orm, evidence, language="java", confidence="medium" if orm == "querydsl" else "high")
            for kind, table in _TABLES:
                name = looked_up(table, one.coordinates)
                if name and one.scope != "development":
                    yield entry(kind, folder, Named(kind=name, evidence=(evidence,)))
        yield from _annotated(view, app)
        remote = settings(view, app.unit).get("spring.cloud.config.server.git.uri")
        if remote is not None:
            yield entry("integration", folder, Named(kind="git", evidence=(view.evidence(*remote.at),)))


def _annotated(view: View, app: Application) -> Iterator[Fact]:
    """Yield Spring's cache abstraction where the code turns it on and nothing named backs it."""
    for path, file in code(view, app.unit, "@EnableCaching"):
        one = next((a for a in file.annotations if a.name == "EnableCaching"), None)
        backed = any(looked_up(CACHES, d.coordinates) for d in dependencies(view, app.unit))
        if one is not None and not backed:
            yield entry("caching", app.unit.folder, Named(kind="spring-cache", evidence=(view.evidence(path, one.line),)))


def _stores(view: View, app: Application, found: list[Dependency]) -> Iterator[Fact]:
    """Yield the stores: one that settings choose is needed, further drivers of the same sort are alternatives."""
    drivers: dict[str, list[Dependency]] = {}
    for one in found:
        kind = looked_up(DRIVERS, one.coordinates)
        if kind and one.scope not in ("processor", "test"):
            drivers.setdefault(kind, []).append(one)
    chosen: dict[str, list[tuple[Evidence, str]]] = {}
    for named in configured(view, app.unit):
        chosen.setdefault(named.kind, []).append((view.evidence(*named.at), named.profile))
    relational = [k for k in drivers if k in RELATIONAL or k in EMBEDDED]
    needed = _needed(relational, chosen)
    memory = sorted(k for k in needed & EMBEDDED if k in drivers and not chosen.get(k))
    if memory and needed <= EMBEDDED:
        said = f"Unless a profile or setting names another store, {memory[0]} keeps the data in memory: every restart loses it."
        yield trap(app.unit.folder, "database-in-memory", said, view.evidence(*drivers[memory[0]][0].place))
    for kind in sorted({*drivers, *chosen}):
        uses, places = drivers.get(kind, []), chosen.get(kind, [])
        if kind in relational or kind in RELATIONAL or kind in EMBEDDED:
            required = kind in needed
        else:
            required = kind not in _OPTIONAL and (not uses or any(not u.profile for u in uses))
        evidence = tuple(dict.fromkeys([*(e for e, _ in places[:3]), *(view.evidence(*u.place) for u in uses[:3])]))
        confidence: Confidence = "high" if places or kind not in EMBEDDED else "medium"
        value = Datastore(kind=kind, required=required, drivers=tuple(sorted({u.coordinates for u in uses})), evidence=evidence)
        yield entry("datastore", app.unit.folder, value, confidence)


def _needed(relational: list[str], chosen: dict[str, list[tuple[Evidence, str]]]) -> set[str]:
    """Return the relational stores that production needs: those of its profile, else of none, else the embedded or only driver."""
    named = [k for k in chosen if k in relational or k in RELATIONAL or k in EMBEDDED]
    production = {k for k in named if any(p in ("prod", "production") for _, p in chosen[k])}
    always = {k for k in named if any(not p for _, p in chosen[k])}
    if production or always:
        return production or always
    embedded = [k for k in relational if k in EMBEDDED]
    return set(embedded[:1]) if embedded and len(relational) > 1 else set(relational[:1])
