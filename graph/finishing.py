"""Pass the finished files through the out-door: one that still holds a known secret fails the plan and leaves only redacted.

Secrets by their form alone are the critic's gate, which reads every string of the plan by itself; here the files are searched for what the
in-door saw, in every encoding, since only whole files show what rendering joined.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..core.facts import Survey
from ..core.findings import Finding, Location, Review, Vote
from ..core.plan import Plan
from .crew import Crew

if TYPE_CHECKING:
    from ..tools.redaction import TaintStore

ANSWERS = "answers.yaml"
_HEAD = "# What was answered for this plan; what is not here took its default, which PLAN.md lists as an assumption.\n"
CODE, RULE = "OUT001", "secret-at-the-out-door"


class Delivery(NamedTuple):
    """Hold the finished plan, its last review and its files."""

    plan: Plan
    review: Review
    files: dict[str, bytes]


def answers_file(answers: Mapping[str, str]) -> bytes:
    """Return the answers as YAML that `--answers` reads, in the order of their ids; one that held a secret is left out."""
    kept = {key: text for key, text in sorted(answers.items()) if "[REDACTED:" not in text}
    lines = (f"{key}: {json.dumps(text, ensure_ascii=False)}\n" for key, text in kept.items())
    return (_HEAD + "".join(lines)).encode()


def delivered(crew: Crew, taint: TaintStore, plan: Plan, survey: Survey, review: Review, answers: Mapping[str, str]) -> Delivery:
    """Return the finished plan and its files; a known secret met in a file is replaced, reported as a finding and fails the verdict."""
    done = crew.finish(plan, review)
    files = crew.files(done, survey, review) | {ANSWERS: answers_file(answers)}
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
    files = crew.files(done, survey, failed) | {ANSWERS: answers_file(answers)}
    return Delivery(
        done, failed, {path: taint.scrub(_text(content)).encode("utf-8", "surrogateescape") for path, content in sorted(files.items())}
    )


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
