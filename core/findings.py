"""Name what a check found, who voted and what came of it."""

from __future__ import annotations

from typing import Literal

from .base import Frozen, sha256

Severity = Literal["error", "warning", "info"]
Profile = Literal["draft", "review", "release"]
PROFILES: tuple[Profile, ...] = ("draft", "review", "release")  # each one extends the one before it


class Location(Frozen):
    """Point into a plan (a step, an artifact, a section) or a file; every part that is known is set."""

    step: str | None = None
    artifact: str | None = None
    section: int | None = None
    file: str | None = None
    line: int | None = None
    quote: str | None = None  # redacted


class Fix(Frozen):
    """Propose a mend: the whole text that takes the place of a step's field or of an artifact.

    A safe one cannot change what is deployed and may be applied without a person; an unsafe one is shown, and applied on request.
    """

    description: str
    applicability: Literal["safe", "unsafe"] = "unsafe"
    target: str | None = None  # what to change, as `step:<id>.<field>` or `artifact:<path>`
    replacement: str | None = None

    @property
    def safe(self) -> bool:
        """Say whether it may be applied without a person."""
        return self.applicability == "safe"


class Finding(Frozen):
    """Report one thing that a check saw: a rule's code and name, where, how sure, how bad, and a mend where one is known."""

    code: str  # RED001, PIN001, LNK001, …
    rule: str  # floating-tag
    severity: Severity
    message: str
    location: Location = Location()
    confidence: Literal["high", "medium", "low"] = "high"
    profile: Profile = "draft"  # the mildest profile at which it counts
    hint: str = ""
    fix: Fix | None = None
    ignored: str | None = None  # the reason given inline, when it was ignored on purpose

    def fingerprint(self) -> str:
        """Return a stable id of the finding that survives moved lines."""
        spot = self.location
        return sha256(
            "\0".join([self.code, spot.step or "", spot.artifact or "", spot.file or "", str(spot.section), spot.quote or self.message])
        )[:16]


class Checked(Frozen):
    """State that something was checked, by what and with which result; `absent` says what could not be checked and why."""

    subject: str
    by: str
    result: Literal["passed", "failed", "syntax-only", "absent"]
    note: str = ""


class Vote(Frozen):
    """Record one reviewer's vote in the consensus."""

    reviewer: str  # a rule family, or a model
    verdict: Literal["approve", "revise", "veto", "abstain"]
    reason: str = ""
    findings: int = 0


class Review(Frozen):
    """Hold the critic's result over one plan."""

    findings: tuple[Finding, ...] = ()
    checked: tuple[Checked, ...] = ()
    votes: tuple[Vote, ...] = ()
    policy: str = "gates are vetoes; every other family votes, errors mean revise; a plan passes with no veto and no revise"
    verdict: Literal["passed", "needs-revision", "failed"] = "passed"
    round: int = 0
    notes: tuple[str, ...] = ()

    def blocking(self) -> tuple[Finding, ...]:
        """Return the findings that keep the plan from passing: errors that were not ignored with a reason."""
        return tuple(f for f in self.findings if f.severity == "error" and f.ignored is None)

    def sections(self) -> tuple[int, ...]:
        """Return the section numbers that blocking findings point at, sorted."""
        return tuple(sorted({f.location.section for f in self.blocking() if f.location.section is not None}))
