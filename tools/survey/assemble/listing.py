"""Merge the plain lists: files of a kind, named capabilities, conventions, traps."""

from __future__ import annotations

from collections.abc import Iterable

from ....core.facts import Convention, Fact, Located, Named
from .ledger import Ledger, merged


def files_of(ledger: Ledger, kind: str) -> tuple[Located, ...]:
    """Return the located files of a kind, each path and kind once, sorted by path."""
    found = {(v.path, v.kind): v for _, v in ledger.values(kind, Located)}
    return tuple(found[key] for key in sorted(found))


def named(ledger: Ledger, kind: str) -> tuple[Named, ...]:
    """Return the named capabilities, evidence merged by kind; what is only named somewhere (`low`) needs a better witness."""
    groups: dict[str, list[Named]] = {}
    sure: set[str] = set()
    for fact, value in ledger.values(kind, Named):
        groups.setdefault(value.kind, []).append(value)
        if fact.confidence != "low":
            sure.add(value.kind)
    return tuple(Named(kind=k, evidence=merged(*(v.evidence for v in groups[k]))) for k in sorted(groups) if k in sure)


def conventions(ledger: Ledger) -> tuple[Convention, ...]:
    """Return the quoted instructions in file order."""
    found = [v for _, v in ledger.values("convention", Convention)]
    return tuple(sorted(found, key=lambda c: (c.evidence[0].path, c.evidence[0].line) if c.evidence else ("", 0)))


def traps(ledger: Ledger, further: Iterable[Fact] = ()) -> tuple[Fact, ...]:
    """Return the traps of detectors and `further` ones, evidence merged by subject and name."""
    groups: dict[tuple[str, str], list[Fact]] = {}
    for fact in (*ledger.of("trap"), *further):
        groups.setdefault((fact.subject, fact.key), []).append(fact)
    return tuple(g[0].model_copy(update={"evidence": merged(*(f.evidence for f in g))}) for _, g in sorted(groups.items()))
