"""Decide the health path of a service: the check that its container declares, else a route whose name says so."""

from __future__ import annotations

from ....core.facts import Evidence, Role, Route
from ..health import is_health, rank
from .grouping import Group
from .ledger import Ledger


def health_of(ledger: Ledger, group: Group, role: Role) -> tuple[str, tuple[Evidence, ...]] | None:
    """Return (path, lines that hold it), None where nothing declares one that is legible on a line."""
    if role not in ("web", "third-party", "reverse-proxy"):
        return None
    for process in group.members:
        if process.health_path:
            found = _legible(ledger, process.health_path, process.evidence)
            if found:
                return found
    if group.path is None or role == "reverse-proxy":  # what the code behind a proxy answers is that code's
        return None
    for fact in ledger.module(group.path, "health_path"):
        found = _legible(ledger, str(fact.value), fact.evidence)
        if found:
            return found
    routes = [f.value for f in ledger.about("route", group.path) if isinstance(f.value, Route) and f.value.method in ("GET", "ANY", "HEAD")]
    for route in sorted((r for r in routes if is_health(r.path)), key=lambda r: rank(r.path)):
        found = _legible(ledger, route.path, route.evidence)
        if found:
            return found
    return None


def _legible(ledger: Ledger, path: str, evidence: tuple[Evidence, ...]) -> tuple[str, tuple[Evidence, ...]] | None:
    lines = tuple(
        e.model_copy(update={"field": "health_path"})
        for e in evidence
        if path.lower() in (ledger.view.lines(e.path)[e.line - 1 : e.line] or [""])[0].lower()
    )
    return (path, lines) if lines else None
