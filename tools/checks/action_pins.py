"""Check that actions are pinned the way the repository pins its own: by commit, where its other workflows do.

What:
    In a repository whose workflows name actions by commit, a new workflow does so too. A tag can be moved by whoever takes over the
    action's repository; a commit cannot.

Why it matters in production:
    In March 2026 the tags of a widely used scanner action were moved to malicious commits. Pipelines that named the tag ran them with
    their deploy credentials.

Example:
    uses: actions/checkout@v4.2.2                 # every other workflow of the repository names commits

Instead:
    uses: actions/checkout@<the commit of the tag, 40 hexadecimal digits> # v4.2.2

When to ignore:
    For actions of the repository's own organisation: name the rule that protects their tags.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding, Fix
from ..catalog import load
from ._fixes import on_line
from ._rule import Rule
from ._view import PlanView
from ._view.items import ArtifactView

BY_TAG = Rule("VER007", "action-by-tag", "error", "An action is named by its tag in a repository that names commits.", profile="review")
RULES = (BY_TAG,)
MENDS = True  # its safe fixes are applied before a plan is reviewed


def check(view: PlanView) -> Iterator[Finding]:
    """Yield actions named by tag where the rest is named by commit."""
    uses = [(workflow, step) for workflow in view.workflows for step in workflow.steps if step.uses and "@" in step.uses]
    by_commit = [step for _, step in uses if _commit(step.uses)]
    by_tag = [(workflow, step) for workflow, step in uses if not _commit(step.uses) and not (step.uses or "").startswith(("./", "docker:"))]
    known = len(by_commit) + view.commits
    habit = known >= 2 and known >= len(by_tag)
    if not habit and not _stated(view):
        return
    for workflow, step in by_tag:
        yield BY_TAG.at(
            workflow.artifact,
            f"{step.uses} is named by its tag; the repository's workflows name commits.",
            line=step.line,
            quote=step.uses,
            hint="Write the commit, and the tag behind it as a comment.",
            fix=by_commit_fix(workflow.artifact, step.uses or "", step.line),
        )


def by_commit_fix(artifact: ArtifactView, uses: str, line: int) -> Fix | None:
    """Return the safe mend that names the commit which the catalogue has read for exactly this tag, and the tag behind it."""
    name, _, tag = uses.partition("@")
    product = load().for_action(name)
    cycle = next((c for c in product.cycles if c.latest == tag and c.sha and c.sha_verified), None) if product is not None else None
    if cycle is None:
        return None
    lines = artifact.text.split("\n")
    at = next((n for n in range(line, min(line + 12, len(lines)) + 1) if lines[n - 1].rstrip().endswith(uses)), None)
    return on_line(artifact, at, uses, f"{name}@{cycle.sha} # {tag}", f"Name the commit of {tag}.", safe=True)


def _commit(uses: str | None) -> bool:
    reference = (uses or "").partition("@")[2].split(" ")[0]
    return len(reference) == 40 and all(c in "0123456789abcdef" for c in reference)


def _stated(view: PlanView) -> bool:
    """Say whether the plan itself states that the repository pins actions by commit."""
    return any(
        "action" in lowered and ("by commit" in lowered or "by sha" in lowered or "commit sha" in lowered)
        for _, text, _, _ in view.prose
        for lowered in text.lower().split("\n")
    )
