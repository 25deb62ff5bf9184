"""Collect conflicts: those of services, package managers that differ, and those that detectors state."""

from __future__ import annotations

from collections.abc import Iterable

from ....core.facts import Conflict, ConflictValue, Evidence, Service
from .ledger import Ledger, merged


def collected(ledger: Ledger, services: Iterable[Service], found: list[Conflict]) -> tuple[Conflict, ...]:
    """Return every conflict, one per subject, sorted by subject."""
    by_subject = {c.subject: c for c in reversed(found)}
    for service in services:
        conflict = _managers(ledger, service)
        if conflict is not None:
            by_subject.setdefault(conflict.subject, conflict)
    for _, stated in ledger.values("conflict", Conflict):
        by_subject.setdefault(stated.subject, stated)
    return tuple(by_subject[s] for s in sorted(by_subject))


def _managers(ledger: Ledger, service: Service) -> Conflict | None:
    """Return the conflict of two package managers that both claim a code base by a lock file."""
    if service.path is None:
        return None
    values: dict[str, list[tuple[Evidence, ...]]] = {}
    for fact in ledger.module(service.path, "package_manager", service.language):
        if fact.confidence in ("certain", "high"):
            values.setdefault(str(fact.value), []).append(_legible(ledger, str(fact.value), fact.evidence))
    if len(values) < 2:
        return None
    stated = tuple(ConflictValue(value=v, evidence=merged(*e)) for v, e in values.items())
    return Conflict(subject=f"package_manager:{service.path}", values=stated)


def _legible(ledger: Ledger, manager: str, evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Return the lines with one before them, of the same files, that names the package manager, where there is one."""
    word = manager.partition(" ")[0]
    if any(word in e.quote.lower() for e in evidence):
        return evidence
    named = (ledger.view.evidence(e.path, n) for e in evidence if (n := ledger.view.find(e.path, word)))
    return (*list(named)[:1], *evidence)
