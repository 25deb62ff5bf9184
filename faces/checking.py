"""Check a plan that lies on disk: one of ours, an edited one, or somebody else's runbook."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..core.findings import Finding, Profile, Review


@dataclass(frozen=True)
class Checked:
    """Hold the review of a plan on disk with what had to be assumed to read it."""

    review: Review
    notes: tuple[str, ...] = ()
    steps: int = 0
    artifacts: int = 0


def review(path: Path, profile: Profile) -> Checked:
    """Return the critic's review of the plan at a path; raise UsageError or SourceError for what holds no plan."""
    from ..agents import critic
    from ..tools import checks, redaction

    loaded = checks.load(path)
    taint = redaction.TaintStore()
    view = checks.PlanView(
        loaded.plan, loaded.survey, loaded.blueprint, profile=profile, taint=taint, appears=loaded.appears, foreign=loaded.foreign
    )
    found = critic.review(loaded.plan, loaded.survey, loaded.blueprint, profile, taint, 0, view=view)
    return Checked(found, loaded.notes, len(loaded.plan.steps), len(loaded.plan.artifacts))


def place(finding: Finding) -> str:
    """Return where a finding points, in one word as far as that goes."""
    spot = finding.location
    where = spot.artifact or spot.file or (f"step {spot.step}" if spot.step else f"section {spot.section}" if spot.section else "plan")
    return f"{where}:{spot.line}" if spot.line is not None else where


def as_text(checked: Checked) -> str:
    """Return findings one after the other, the worst first, ignored ones last, then what was checked by whom."""
    order = {"error": 0, "warning": 1, "info": 2}
    found = sorted(enumerate(checked.review.findings), key=lambda item: (item[1].ignored is not None, order[item[1].severity], item[0]))
    lines: list[str] = []
    for _, finding in found:
        word = f"ignored ({finding.ignored})" if finding.ignored is not None else finding.severity
        lines.append(f"{place(finding)}: {word} {finding.code} {finding.rule}: {finding.message}")
        lines += [f"    hint: {finding.hint}"] if finding.hint and finding.ignored is None else []
    results = [item.result for item in checked.review.checked]
    absent = sorted({f"{item.by}: {item.note}" if item.note else item.by for item in checked.review.checked if item.result == "absent"})
    lines.append(f"{checked.steps} steps, {checked.artifacts} files; {len(results)} validations by the languages' own tools")
    lines += [f"not checked: {text}" for text in absent]
    lines += [f"note: {note}" for note in (*checked.notes, *checked.review.notes)]
    return "\n".join(lines)
