"""Decide where a run goes after the critic: pure functions over the review and what the state counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..core.findings import Finding, Review
from ..core.plan import PlannerFailure
from ..core.sections import sections

MOST_RESENT = 2  # times that missing sections are asked for again before they count as failed
_ENVIRONMENT = frozenset({"StateError", "Transient"})  # failures of the machine, not of the planner: worth another try


class Decision(NamedTuple):
    """Say which sections go back to their planners (none: on to the editor) and why not more, for the log."""

    again: tuple[str, ...]
    why: str


def absent(drafts: Mapping[str, str], failures: Mapping[str, PlannerFailure | None]) -> tuple[str, ...]:
    """Return the section ids that neither have a draft nor failed by themselves, in order.

    A section can go missing without a trace: LangGraph drops the branch of a node that was renamed while a run was paused.
    """
    failed = {section_id for section_id, failure in failures.items() if failure is not None and failure.error not in _ENVIRONMENT}
    return tuple(title.id for title in sections() if title.id not in drafts and title.id not in failed)


def again(review: Review, before: Sequence[str], done: int, most: int) -> Decision:
    """Decide which sections are sent back: those with blocking findings, while rounds are left and the last one moved something."""
    numbers = set(review.sections())
    affected = tuple(title.id for title in sections() if title.number in numbers)
    if not affected:
        return Decision((), "nothing to mend by a planner" if review.blocking() else "no blocking finding")
    if done >= most:
        return Decision((), f"all {most} rounds are used")
    if done and sorted(before) == fingerprints(review):
        return Decision((), "the last round changed no finding")
    return Decision(affected, "")


def fingerprints(review: Review) -> list[str]:
    """Return the fingerprints of the blocking findings, sorted."""
    return sorted(finding.fingerprint() for finding in review.blocking())


def findings_of(section_id: str, review: Review | None) -> tuple[Finding, ...]:
    """Return the blocking findings that point at one section."""
    if review is None:
        return ()
    number = {title.id: title.number for title in sections()}[section_id]
    return tuple(finding for finding in review.blocking() if finding.location.section == number)
