"""Define what is reported: findings with the file and line at which they stand."""

from __future__ import annotations

from dataclasses import dataclass

from ...core.findings import Finding
from ..checks import Edit


@dataclass(frozen=True, slots=True)
class Placed:
    """Be one finding with its file (relative to where the program was called, `/` between folders) and line; null where it has none.

    `edits` are what its mend changes on the lines of that file.
    """

    finding: Finding
    path: str | None = None
    line: int | None = None
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Hold what one check found, at which profile, by which version of this program."""

    placed: tuple[Placed, ...]
    profile: str
    version: str
    verdict: str = "passed"
    notes: tuple[str, ...] = ()
