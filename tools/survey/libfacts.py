"""State what libraries bring: brokers, mappers, sign-in, caches, foreign services; data stores are for those who know the settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...core.facts import Confidence, Datastore, Evidence, Fact, Named, Queue
from .detector import EntryKind, entry, module
from .knowledge.libraries import Libraries


def brought(
    folder: str, language: str, name: str, known: Libraries, *evidence: Evidence, confidence: Confidence = "high"
) -> Iterator[Fact]:
    """Yield what one library of a code base says by being used; nothing for a library that is not known."""
    orm = known.orms.get(name)
    if orm:
        yield module(folder, "orm", orm, *evidence, language=language, confidence=confidence)
    queue = known.brokers.get(name)
    if queue:
        yield entry("queue", folder, Queue(kind=queue[0], backend=queue[1], evidence=evidence), confidence)
        if queue[1] == "redis":
            yield entry("datastore", folder, Datastore(kind="redis", drivers=(name,), evidence=evidence), confidence)
    tables: tuple[tuple[EntryKind, Mapping[str, str]], ...] = (
        ("auth", known.auth),
        ("caching", known.caches),
        ("integration", known.integrations),
    )
    for kind, table in tables:
        if table.get(name):
            yield entry(kind, folder, Named(kind=table[name], evidence=evidence), confidence)
