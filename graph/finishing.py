"""Pass the finished files through the out-door: what still holds a secret fails the run and leaves it only in redacted form."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..core.facts import Survey
from ..core.findings import Finding, Location, Review, Vote
from ..core.plan import Plan
from .crew import Crew

if TYPE_CHECKING:
    from ..tools.redaction import TaintStore

CODE, RULE = "OUT001", "secret-at-the-out-door"


class Delivery(NamedTuple):
    """Hold the finished plan, its last review and its files."""

    plan: Plan
    review: Review
    files: dict[str, bytes]


def delivered(crew: Crew, taint: TaintStore, plan: Plan, survey: Survey, review: Review) -> Delivery:
    """Return the finished plan and its files; a secret met in a file is replaced, reported as a finding and fails the verdict."""
    done = crew.finish(plan, review)
    files = crew.files(done, survey, review)
    findings = tuple(_finding(path, content, crew, taint) for path, content in sorted(files.items()))
    leaked = tuple(finding for group in findings for finding in group)
    if not leaked:
        return Delivery(done, review, files)
    failed = review.model_copy(
        update={
            "verdict": "failed",
            "findings": (*review.findings, *leaked),
            "votes": (
                *review.votes,
                Vote(reviewer="out-door", verdict="veto", reason="a rendered file holds a secret", findings=len(leaked)),
            ),
        }
    )
    done = crew.finish(plan, failed)
    files = crew.files(done, survey, failed)
    return Delivery(done, failed, {path: crew.redact(path, _text(content), taint).encode() for path, content in sorted(files.items())})


def _finding(path: str, content: bytes, crew: Crew, taint: TaintStore) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            code=CODE,
            rule=RULE,
            severity="error",
            message=f"a secret ({leak.kind}) stood in a rendered file and was replaced",
            location=Location(file=path, line=leak.line),
        )
        for leak in crew.leaks(path, _text(content), taint)
    )


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")
