"""Define what a rule is: its code and name, how bad and how sure it is, and how it turns what it saw into a finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Literal, Protocol

from ...core.findings import Finding, Fix, Location, Profile, Severity

if TYPE_CHECKING:
    from ._view import PlanView

CONFIDENCES = ("high", "medium", "low")
Foreign = Literal[
    "error",  # measured: of its errors on pages and folders that it was never tuned on, four of five or more were right
    "doubt",  # not measured so: much may be settled elsewhere, so that it is a warning until the profile is release
    "warning",  # milder by its nature where a person reads along
]


class Spot(Protocol):
    """Be anything in a plan that a finding can point at."""

    @property
    def step(self) -> str | None: ...
    @property
    def artifact(self) -> str | None: ...
    @property
    def section(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """Describe one rule: a stable code and name, its severity and confidence, and the mildest profile at which it counts.

    `gate` marks a hard gate: its findings veto the plan and cannot be ignored. `foreign` is what an error of the rule counts for in
    somebody else's runbook or folder, which says less than a plan of ours does: see `Foreign`.
    """

    code: str
    name: str
    severity: Severity
    summary: str
    confidence: str = "high"
    profile: Profile = "draft"
    gate: bool = False
    foreign: Foreign = "doubt"

    @property
    def family(self) -> str:
        """Return the letters of the code: the reviewer in whose name its findings vote."""
        return self.code.rstrip("0123456789")

    def at(
        self,
        spot: Spot | None,
        message: str,
        *,
        line: int | None = None,
        quote: str | None = None,
        hint: str = "",
        fix: Fix | None = None,
        severity: Severity | None = None,
        confidence: str | None = None,
        section: int | None = None,
        file: str | None = None,
    ) -> Finding:
        """Return a finding of this rule at a spot; severity and confidence default to the rule's own."""
        place = Location(
            step=spot.step if spot else None,
            artifact=spot.artifact if spot else None,
            section=section if section is not None else (spot.section if spot else None),
            file=file,
            line=line,
            quote=_short(quote),
        )
        return Finding.model_validate(
            {
                "code": self.code,
                "rule": self.name,
                "severity": severity or self.severity,
                "message": message,
                "location": place,
                "confidence": confidence or self.confidence,
                "profile": self.profile,
                "hint": hint,
                "fix": fix,
            }
        )


def _short(quote: str | None) -> str | None:
    if quote is None:
        return None
    line = " ".join(quote.split())
    return line if len(line) <= 160 else line[:157] + "..."


class Check(Protocol):
    """Be one check module: its rules and the function that applies them."""

    RULES: tuple[Rule, ...]

    def check(self, view: PlanView) -> Iterator[Finding]: ...


HEADINGS = ("What", "Why it matters in production", "Example", "Instead", "When to ignore")


def documentation(module: ModuleType) -> dict[str, str]:
    """Return the parts of a check's docstring by heading; a missing or empty one is absent."""
    parts: dict[str, list[str]] = {}
    current = "Title"
    for line in (module.__doc__ or "").splitlines():
        heading = line.strip().rstrip(":")
        if line.rstrip().endswith(":") and not line.startswith(" ") and heading in HEADINGS:
            current = heading
            continue
        parts.setdefault(current, []).append(line)
    joined = {name: "\n".join(lines).strip("\n") for name, lines in parts.items()}
    return {name: text for name, text in joined.items() if text.strip()}
