"""Put the declarations of a runtime's version in the contract's order, and say where they disagree."""

from __future__ import annotations

from ....core.facts import Conflict, ConflictValue, Declared, Fact
from ..containers import purpose_of
from ..knowledge.languages import class_of_runtime
from ..view import folder_of
from .ledger import Ledger, merged

_RANKS = ("image", "version-file", "manifest", "lock", "builder")


def declarations(ledger: Ledger, path: str | None, runtime: str | None, subjects: list[str], lineage: list[str]) -> list[Fact]:
    """Return every declaration that holds for a service, first in precedence first.

    `subjects` are its Dockerfiles and image entries; `lineage` its folder and the workspaces it is a member of.
    """
    if runtime is None:
        return []
    above = _above(path)
    found: list[tuple[tuple[int, int, int, str, int], Fact]] = []
    for fact in ledger.of("runtime_version"):
        named, _, rank = fact.key.partition(":")
        if not _same(named, runtime) or rank not in _RANKS or _is_unfilled(str(fact.value)):
            continue
        if fact.subject in subjects:
            near = subjects.index(fact.subject)
        elif fact.subject in lineage:
            near = lineage.index(fact.subject)
        elif rank == "version-file" and fact.subject in above:
            near = 20 + above.index(fact.subject)
        else:
            continue
        if rank == "image" and fact.subject in subjects and _for_development(fact.subject, subjects):
            rank = "builder"
        found.append(((_RANKS.index(rank), near, _manager_rank(fact.source), fact.source, fact.evidence[0].line), fact))
    ordered = [fact for _, fact in sorted(found, key=lambda item: item[0])]
    once: dict[tuple[str, str], Fact] = {}
    for fact in ordered:
        once.setdefault((fact.source, str(fact.value)), fact)
    return list(once.values())


def _is_unfilled(value: str) -> bool:
    """Say whether a template's placeholder stands where a version will be."""
    return any(mark in value for mark in ("{{", "{%", "<%", "${"))


def _for_development(dockerfile: str, subjects: list[str]) -> bool:
    """Say whether an image is for development where another one ships."""
    return purpose_of(dockerfile) == "development" and any(purpose_of(s) == "production" for s in subjects if "#" not in s)


def _manager_rank(source: str) -> int:
    """Return where a version file stands among its peers: one that manages every tool goes before one of a single runtime."""
    name = source.partition("#")[0].rpartition("/")[2]
    return 0 if name.endswith(".toml") else 1 if name == ".tool-versions" else 2


def _same(named: str, runtime: str) -> bool:
    return named == runtime or (class_of_runtime(named) == class_of_runtime(runtime) == "jvm")


def _above(path: str | None) -> list[str]:
    found: list[str] = []
    while path not in (None, "."):
        path = folder_of(path)
        found.append(path)
    return found


def declared(facts: list[Fact]) -> tuple[Declared, ...]:
    """Return the declarations as the survey lists them."""
    return tuple(Declared(source=f.source, value=str(f.value)) for f in facts)


def version_conflict(subject: str, facts: list[Fact], java: bool) -> Conflict | None:
    """Return the conflict of declarations that differ at major.minor (a range by its lower bound), None where all agree."""
    numbers: dict[tuple[str, ...], list[Fact]] = {}
    for fact in facts:
        key = numbers_of(str(fact.value), java)[:2]
        if key:
            numbers.setdefault(key, []).append(fact)
    apart = {a for a in numbers for b in numbers if a[: min(len(a), len(b))] != b[: min(len(a), len(b))]}
    if not apart:
        return None
    values = [
        ConflictValue(value=str(group[0].value), evidence=merged(*(f.evidence for f in group)))
        for key, group in numbers.items()
        if key in apart
    ]
    return Conflict(subject=subject, values=tuple(values))


def numbers_of(value: str, java: bool = False) -> tuple[str, ...]:
    """Return the number parts of a version as written, without range signs and vendor words; empty for a word."""
    text = value.strip().lower().lstrip("^~><=! v")
    while text and not text[0].isdigit():
        cut = next((i for i, c in enumerate(text) if c.isdigit()), None)
        if cut is None or not text[:cut].rstrip("-@ ").isalpha():
            return ()
        text = text[cut:]
    parts: list[str] = []
    for part in text.split("."):
        digits = "".join(c for c in part if c.isdigit()) if part.isdigit() else _leading(part)
        if not digits:
            break
        parts.append(digits)
        if digits != part:
            break
    if java and len(parts) > 1 and parts[0] == "1":
        parts = parts[1:]
    while len(parts) > 1 and set(parts[-1]) == {"0"}:
        parts.pop()
    return tuple(parts)


def _leading(part: str) -> str:
    cut = next((i for i, c in enumerate(part) if not c.isdigit()), len(part))
    return part[:cut]
