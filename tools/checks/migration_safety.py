"""Judge migrations by what they do to a running system: locks, rewrites, and what the old release still expects.

What:
    SQL of migration files and of commands is parsed. A statement that locks a table for the length of a scan or rewrite, and one that
    takes away what the running release reads, is named. A plan that migrates while the old release serves says what keeps the two
    compatible.

Why it matters in production:
    `CREATE INDEX` without CONCURRENTLY stops all writes to the table for minutes. A renamed column is an error in every request of the
    release that still serves. Both work on the laptop, where the table has ten rows and nobody else is connected.

Example:
    ALTER TABLE orders RENAME COLUMN total TO amount;

Instead:
    ALTER TABLE orders ADD COLUMN amount numeric;         -- write both, switch, drop `total` in a later release

When to ignore:
    LIF004 when the table is known to be small: give its size. LIF005 when the application is stopped for the migration.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ...core.schema_locks import NEWEST, carried_out_by, held
from ._link.migrations import Statement, sql_of
from ._rule import Rule
from ._view import PlanView, SectionView, StepView
from ._view.effects import migrates

UNSAID = Rule(
    "LIF003",
    "compatibility-unsaid",
    "error",
    "The schema is migrated while the old release serves, and nothing says why that is safe.",
    confidence="medium",
    profile="review",
    foreign="warning",
)
LOCKS = Rule(
    "LIF004", "migration-locks-table", "warning", "A migration locks a table for the length of a scan or a rewrite.", profile="review"
)
BREAKS = Rule(
    "LIF005", "migration-breaks-old-release", "warning", "A migration takes away what the running release still reads.", profile="review"
)
LOCK_UNSAID = Rule(
    "LIF009",
    "revision-lock-unsaid",
    "error",
    "A revision holds up reads or writes while it runs, and the plan does not say so.",
    profile="review",
)
RULES = (UNSAID, LOCKS, BREAKS, LOCK_UNSAID)

_SAYS = re2.compile(
    r"(?i)\b(?:backwards?[- ]compatible|compatib\w+|expand[- ](?:and[- ])?contract|old (?:code|release|version)|previous release"
    r"|zero[- ]downtime|maintenance (?:mode|page|window)|additive)\b"
)

_SAID_OF_LOCKS = ("lock", "not known: ")  # a plan that cannot tell for its database, and says so, has said it


def check(view: PlanView) -> Iterator[Finding]:
    """Yield migrations that hurt a running system."""
    for statement in sql_of(view):
        yield from _statement(statement)
    yield from _compatibility(view)
    yield from _revisions(view)


def _revisions(view: PlanView) -> Iterator[Finding]:
    """Yield revisions that the survey has read whose lock no text of the plan names beside their id."""
    lines = [line.lower() for _, text, _, _ in view.prose for line in text.split("\n")]
    applied = not view.foreign and any(s.model.phase == "migrate" for s in view.steps)
    known = view.survey.migrations if view.survey is not None and applied else ()
    told_of = {m.tool for m in known if any(m.tool.lower() in line for line in lines)}  # what the plan does not apply locks nothing
    for migration in (m for m in known if m.tool in told_of or not told_of):
        for revision in migration.revisions[-NEWEST:]:
            level, why = held(revision.operations, carried_out_by(view.survey, migration) if view.survey is not None else "")
            told = any(revision.id.lower() in line and any(w in line for w in _SAID_OF_LOCKS) for line in lines)
            if level.startswith("blocks") and not told:
                yield LOCK_UNSAID.at(
                    SectionView(5),
                    f"Revision {revision.id} ({', '.join(revision.operations)}) {level} ({why}), and nothing says so.",
                    quote=revision.id,
                    file=revision.path,
                    hint="Say beside the revision what it locks and for how long, and how large the table is.",
                )


def _statement(statement: Statement) -> Iterator[Finding]:
    for rule, what, hint in ((LOCKS, statement.locks, statement.instead), (BREAKS, statement.breaks, statement.instead)):
        if what:
            yield rule.at(statement.spot, f"{statement.title}: {what}.", line=statement.line, quote=statement.text, hint=hint)


def _compatibility(view: PlanView) -> Iterator[Finding]:
    migrating = [
        s for s in view.steps if s.shell and s.model.phase not in ("rollback", "restore", "teardown") and any(migrates(c) for c in s.calls)
    ]
    if not migrating or _stopped_before(view, migrating[0]):
        return
    releases = any(s.index > migrating[0].index and s.model.phase == "release" for s in view.steps)
    told = (
        [text for _, text, _, _ in view.prose]
        + [s.model.why + s.model.impact for s in view.steps]
        + [r.mitigation for r in view.plan.risks]
    )
    if releases and not any(_SAYS.search(text) for text in told):
        yield UNSAID.at(
            migrating[0],
            f"Step {migrating[0].step} migrates while the old release serves, and nothing says why the two are compatible.",
            quote=migrating[0].model.run.strip().partition("\n")[0],
            hint="State the rule (expand, migrate, contract), or stop the application for the migration.",
        )


def _stopped_before(view: PlanView, migrating: StepView) -> bool:
    """Say whether the application is stopped before the migration, or runs for the first time after it."""
    for step in view.steps[: migrating.index + 1]:
        for call in step.calls if step.shell else ():
            docker = call.docker
            if docker is not None and docker.verb in ("compose stop", "compose down", "stop"):
                return True
            if call.name == "systemctl" and "stop" in call.texts:
                return True
            if call.name == "kubectl" and "scale" in call.texts and "--replicas=0" in call.texts:
                return True
    return False
