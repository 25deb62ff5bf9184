"""Keep the secrets of checked files out of all that is said about them: messages, quotes, fixes, diffs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..core.findings import Finding, Fix, Review
    from ..core.plan import Plan
    from ..tools.redaction import TaintStore
    from ..tools.reports import Placed

_TEXT = "message.txt"  # what is said is prose, whatever file it speaks of


class Withholder:
    """Know the secrets that stand in a plan's texts, and take them out of others; made after the review, which must see them."""

    def __init__(self, plan: Plan, taint: TaintStore | None = None) -> None:
        from ..tools.redaction import Redactor, TaintStore

        self._redactor = Redactor(TaintStore() if taint is None else taint)
        for artifact in plan.artifacts:
            self._redactor.learn(artifact.path, artifact.content)
        for step in plan.steps:
            self._redactor.learn("step.sh", "\n".join(text for text in (step.run, step.verify, step.rollback) if text))

    def said(self, text: str) -> str:
        """Return prose with markers in place of secrets."""
        return self._redactor.redact(_TEXT, text, learn=False).text if text else text

    def shown(self, path: str, text: str) -> str:
        """Return a file's text with markers in place of secrets, as many lines long as before."""
        return self._redactor.redact(path, text, learn=False).text

    def review(self, review: Review) -> Review:
        """Return a review whose findings and notes, those of outside tools among them, say nothing secret."""
        checked = tuple(item.model_copy(update={"note": self.said(item.note)}) if item.note else item for item in review.checked)
        found = tuple(map(self.finding, review.findings))
        return review.model_copy(update={"findings": found, "checked": checked, "notes": tuple(map(self.said, review.notes))})

    def finding(self, finding: Finding) -> Finding:
        """Return a finding that says nothing secret; a fix whose text holds a secret is kept without that text."""
        spot, fix = finding.location, finding.fix
        changed = {
            "message": self.said(finding.message),
            "hint": self.said(finding.hint),
            "ignored": self.said(finding.ignored) if finding.ignored else finding.ignored,
            "location": spot.model_copy(update={"quote": self.said(spot.quote)}) if spot.quote else spot,
            "fix": self._fix(fix) if fix is not None else None,
        }
        return finding.model_copy(update=changed)

    def placed(self, placed: Placed) -> Placed:
        """Return a placed finding that says nothing secret; its edits are left out where one of their lines holds a secret."""
        path = placed.path or _TEXT
        open_ = all(self.shown(path, line) == line for edit in placed.edits for line in edit.lines)
        return replace(placed, finding=self.finding(placed.finding), edits=placed.edits if open_ else ())

    def _fix(self, fix: Fix) -> Fix:
        path = (fix.target or "").partition(":")[2] if (fix.target or "").startswith("artifact:") else "step.sh"
        text = fix.replacement
        kept = text is None or self.shown(path, text) == text
        return fix.model_copy(update={"description": self.said(fix.description), "replacement": text if kept else None})
