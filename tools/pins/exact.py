"""Judge how exactly a version, a git ref or a requirement names one thing."""

from __future__ import annotations

import re2

from ..catalog import Level
from .model import Reference

_COMMIT = re2.compile(r"^[0-9a-fA-F]{40}$")
_SHORT_COMMIT = re2.compile(r"^[0-9a-f]{7,39}$")
_DIGEST = re2.compile(r"^sha(?:256|384|512)[:-][0-9A-Za-z+/=]{20,}$")
_GROUP = re2.compile(r"\d+(?:\.\d+)*")
_RELEASE_TAG = re2.compile(r"^REL_?(\d+)_(\d+)")
_DATE = re2.compile(r"(?:^|[^0-9])20\d\d[-.]?(?:0[1-9]|1[0-2])[-.]?(?:0[1-9]|[12]\d|3[01])(?:$|[^0-9])")
_PRERELEASE = re2.compile(r"^[vV]?\d+\.\d+(?:\.\d+)?[-._]?(?:(?:rc|beta|alpha|preview)[-.]?\d*|(?:a|b|dev)[-.]?\d+)$")
_WILD = re2.compile(r"(?:^|\.)(?:x|X|\*)(?:$|\.)")
_VARIABLE = re2.compile(r"\$[A-Za-z0-9_{(]|\{\{|<[A-Za-z_][\w -]*>|%[A-Za-z_]+%|#\{")

NOTHING = frozenset(("", "latest", "*", "x", "any", "newest", "current", "head", "$latest", "$default", "@latest"))
"""Spellings that name no version at all."""

TWO_NUMBERS = frozenset(("postgresql", "ubuntu", "debian", "rds-postgresql", "aurora-postgresql", "elasticache-redis", "rocky-linux"))
"""Catalogue products whose releases have two numbers."""


def has_variable(text: str) -> bool:
    """Tell whether text still holds an unresolved variable, expression or placeholder."""
    return _VARIABLE.search(text) is not None


def depth_of(version: str) -> int:
    """Return the size of the longest dotted number in a version."""
    release = _RELEASE_TAG.match(version)
    if release:
        return 3
    return max((group.count(".") + 1 for group in _GROUP.findall(version)), default=0)


def is_range(version: str) -> bool:
    """Tell whether version is a requirement that several versions satisfy."""
    text = version.strip()
    if any(c in text for c in "<>^~|*,") or text.startswith("!=") or " - " in text:
        return True
    return _WILD.search(text) is not None


def version_level(version: str | None, numbers: int = 3) -> Level:
    """Return the level of a version or git ref; `numbers` says how many dotted numbers make it complete."""
    text = (version or "").strip().strip("\"'")
    if text.startswith("=") and not text.startswith("=>"):
        text = text.lstrip("= ")
    if text.lower() in NOTHING:
        return "L0"
    if _COMMIT.match(text) or _DIGEST.match(text):
        return "L3"
    if has_variable(text):
        return "L0"
    if is_range(text):
        return "L1"
    if depth_of(text) >= numbers or _DATE.search(text) or _PRERELEASE.match(text):
        return "L2"
    mixed = any(c.isdigit() for c in text) and any(c.isalpha() for c in text)
    return "L2" if mixed and _SHORT_COMMIT.match(text) else "L1"


def unreadable(line: int) -> Reference:
    """Return the reference that stands for text too long or too broken to be read: a gate cannot let it pass."""
    return Reference("unreadable", "", None, "L0", line, True, "too long or too broken to be read, so nothing can be said of it")


_WHY = {
    "L0": "no version: whatever is newest on the day it runs",
    "L1": "floats: the same text means another version later",
    "L2": "exact version",
    "L3": "fixed by digest or commit",
}


def explain(level: Level, version: str | None) -> str:
    """Return one sentence on why a level passes or not."""
    if version and has_variable(version):
        return "the version is a variable that nothing here sets"
    return _WHY[level]


def judged(
    kind: str, text: str, version: str | None, line: int, *, name: str = "", level: Level | None = None, numbers: int = 3, why: str = ""
) -> Reference:
    """Return a reference with its level and verdict worked out from the version; below L2 it is offending."""
    found = level or version_level(version, numbers)
    return Reference(kind, text, version, found, line, found in ("L0", "L1"), why or explain(found, version), name)
