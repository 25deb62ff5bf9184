"""Compare versions and read requirements of any ecosystem: PEP 440, npm, Composer, Bundler, Terraform."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

_NUMBERS = re2.compile(r"^\D{0,3}?(\d{1,18}(?:\.\d{1,18})*)")
_COMPARATOR = re2.compile(r"(===|==|!=|<=|>=|=>|~>|~=|\^|~|<|>|=)?\s*v?([0-9xX*][0-9A-Za-z.*+_-]*)")
_HYPHEN = re2.compile(r"^\s*v?(\d[0-9.]*)\s+-\s+v?(\d[0-9.]*)\s*$")
_COMPARATORS_ONLY = re2.compile(r"^(?:\s*(?:===|==|!=|<=|>=|=>|~>|~=|\^|~|<|>|=)?\s*v?[0-9xX*][0-9A-Za-z.*+_-]*\s*,?)+$")
_PRERELEASE = re2.compile(
    r"(?i)^\D{0,3}?\d+(?:\.\d+)*[-._]?(?:a|b|c|rc|alpha|beta|pre|preview|dev|ea|m|snapshot|canary|next)[-._]?\d*(?:[-.+]|$)"
)

Numbers = tuple[int, ...]


def numbers(version: str) -> Numbers:
    """Return the leading dotted numbers of a version ("v1.2.3-rc1" gives (1, 2, 3)); empty when it does not start with one."""
    found = _NUMBERS.match(version.strip()) if version.isascii() else None
    return tuple(int(part) for part in found.group(1).split(".")) if found else ()


def is_prerelease(version: str) -> bool:
    """Tell whether a version is an alpha, beta, candidate or other preview."""
    return _PRERELEASE.match(version.strip()) is not None


def starts_with(version: Numbers, prefix: Numbers) -> bool:
    """Tell whether the first components of version are prefix."""
    return version[: len(prefix)] == prefix


def _pad(value: Numbers, size: int) -> Numbers:
    return value + (0,) * (size - len(value))


def _compare(left: Numbers, right: Numbers) -> int:
    size = max(len(left), len(right))
    a, b = _pad(left, size), _pad(right, size)
    return (a > b) - (a < b)


@dataclass(frozen=True)
class _Comparator:
    operator: str
    value: Numbers
    wildcard: bool

    def upper(self) -> Numbers:
        """Return the first version that a caret, tilde or pessimistic operator excludes."""
        value = self.value
        if self.operator == "^":
            keep = next((i for i, part in enumerate(value) if part), len(value) - 1)
        elif self.operator == "~":
            keep = min(1, len(value) - 1)
        else:
            keep = max(len(value) - 2, 0)
        return (*value[:keep], value[keep] + 1)

    def allows(self, version: Numbers) -> bool:
        """Tell whether a version satisfies this comparator; missing components count as zero."""
        if self.wildcard or self.operator == "prefix":
            matched = starts_with(_pad(version, len(self.value)), self.value)
            return not matched if self.operator == "!=" else matched
        order = _compare(version, self.value)
        match self.operator:
            case "==" | "===" | "=":
                return order == 0
            case "!=":
                return order != 0
            case ">":
                return order > 0
            case ">=" | "=>":
                return order >= 0
            case "<":
                return order < 0
            case "<=":
                return order <= 0
        return order >= 0 and _compare(version, self.upper()) < 0


@dataclass(frozen=True)
class Requirement:
    """Hold a requirement as alternatives of comparators; `exact` is the single version it names, if it names one."""

    text: str
    alternatives: tuple[tuple[_Comparator, ...], ...]
    exact: str | None

    def allows(self, version: str) -> bool:
        """Tell whether version lies within the requirement; a version without numbers never does."""
        value = numbers(version)
        return bool(value) and any(all(c.allows(value) for c in group) for group in self.alternatives)

    @classmethod
    def parse(cls, text: str) -> Requirement | None:
        """Return the requirement that text states, or None when text states none (a word, a path, a URL)."""
        cleaned = text.strip().strip("\"'")
        if not cleaned or not cleaned.isascii():
            return None
        if cleaned in {"*", "x", "X"}:
            return cls(cleaned, ((),), None)
        groups = []
        for part in cleaned.split("||"):
            group = _group(part)
            if group is None:
                return None
            groups.append(group)
        return cls(cleaned, tuple(groups), _exact(cleaned, groups))


def _group(text: str) -> tuple[_Comparator, ...] | None:
    hyphen = _HYPHEN.match(text)
    if hyphen:
        low, high = numbers(hyphen.group(1)), numbers(hyphen.group(2))
        upper = _Comparator("<=", high, False) if len(high) > 2 else _Comparator("<", (*high[:-1], high[-1] + 1), False)
        return (_Comparator(">=", low, False), upper)
    if not _COMPARATORS_ONLY.match(text):
        return None
    return tuple(_comparators(text))


def _comparators(text: str) -> Iterator[_Comparator]:
    for operator, version in _COMPARATOR.findall(text):
        value = numbers(version)
        wildcard = any(part in {"*", "x", "X"} for part in version.split("."))
        if not value:
            continue
        if not operator:
            yield _Comparator("=" if len(value) > 2 and not wildcard else "prefix", value, wildcard)
        elif wildcard and operator in {"^", "~", ">=", ">", "<", "<="}:
            yield _Comparator(operator, value, False)
        else:
            yield _Comparator(operator, value, wildcard)


def _exact(text: str, groups: list[tuple[_Comparator, ...]]) -> str | None:
    if len(groups) != 1 or len(groups[0]) != 1:
        return None
    only = groups[0][0]
    if only.wildcard or only.operator not in {"=", "==", "===", "prefix"}:
        return None
    return text.lstrip("=").strip()


def satisfies(version: str, requirement: str) -> bool | None:
    """Tell whether version lies within requirement; None when the requirement cannot be read."""
    parsed = Requirement.parse(requirement)
    return None if parsed is None else parsed.allows(version)
