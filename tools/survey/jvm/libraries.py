"""State what the libraries of a code base for the JVM bring, in whichever language it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ....core.facts import Datastore, Evidence, Fact, Named, Queue
from ..detector import EntryKind, entry, module
from ..knowledge import jvmlibs
from ..knowledge.libraries import Libraries
from ..knowledge.stores import RELATIONAL
from ..libfacts import brought

_TABLES: tuple[tuple[EntryKind, dict[str, str]], ...] = (
    ("auth", jvmlibs.AUTH), ("caching", jvmlibs.CACHES), ("integration", jvmlibs.INTEGRATIONS),
)  # fmt: skip
_QUEUES = {prefix: pair[0] for prefix, pair in jvmlibs.BROKERS.items()}


def reached(folder: str, language: str, own: Libraries, libraries: Iterable[tuple[str, Evidence]]) -> Iterator[Fact]:
    """Yield the stores, brokers, mappers and services of libraries that ship; `own` are those of the language beside Java's.

    An embedded store is spare where one server's driver is there too; of several servers each may be chosen in its place.
    """
    stores: dict[str, list[Evidence]] = {}
    for name, at in libraries:
        kind = own.drivers.get(name) or jvmlibs.looked_up(jvmlibs.DRIVERS, name)
        if kind:
            stores.setdefault(kind, []).append(at)
        yield from brought(folder, language, name, own, at)
        queue = jvmlibs.looked_up(_QUEUES, name)
        if queue:
            yield entry("queue", folder, Queue(kind=queue, backend=queue, evidence=(at,)), "high")
        orm = jvmlibs.looked_up(jvmlibs.ORMS, name)
        if orm:
            yield module(folder, "orm", orm, at, language=language)
        for entry_kind, table in _TABLES:
            found = jvmlibs.looked_up(table, name)
            if found:
                yield entry(entry_kind, folder, Named(kind=found, evidence=(at,)))
    servers = [k for k in stores if k in RELATIONAL]
    offered = len(servers) > 1 and any(k in jvmlibs.EMBEDDED for k in stores)  # the embedded store unless settings choose a server
    for kind, lines in sorted(stores.items()):
        spare = kind in servers if offered else kind in jvmlibs.EMBEDDED and any(k not in jvmlibs.EMBEDDED for k in stores)
        value = Datastore(kind=kind, required=kind not in ("s3", "gcs") and not spare, evidence=tuple(lines))
        yield entry("datastore", folder, value, "high")
