"""Write what closes a plan: checklist, timeline, and the risks that the survey itself shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...core.blueprint import Blueprint
from ...core.facts import Fact, Survey
from ...core.plan import ChecklistItem, Risk, Step, TimelineEntry
from ...core.sections import sections
from ...tools.catalog import load

BOXES = (
    ("Prerequisites verified", 1, None),
    ("Backend infrastructure provisioned", 2, None),
    ("Backend images built and pushed, or kept on this host", 3, None),
    ("Secrets and configuration written", 4, None),
    ("Database configured and migrated", 5, None),
    ("Application containers running and healthy", 6, None),
    ("API endpoints tested and verified", 7, None),
    ("Smoke test passed, and shown to fail with a dependency stopped", 8, ("smoke",)),
    ("Backup made and restored in a drill", 8, ("backup", "restore")),
    ("Rollback tried once", 8, ("rollback",)),
    ("Monitoring and logging configured", 9, None),
    ("Copies of the backups leave the host, timers installed", 10, None),
)
"""The request's boxes and those of this plan: text, section, and the phases counted where a section has several."""


def checklist(steps: Sequence[Step]) -> tuple[ChecklistItem, ...]:
    """Return the boxes, each with the steps that check it; a box without a step is left out."""
    items = []
    for text, section, phases in BOXES:
        ids = tuple(s.id for s in steps if s.section == section and (phases is None or s.phase in phases) and s.phase != "teardown")
        if ids:
            items.append(ChecklistItem(text=text, steps=ids, priority="must"))
    return tuple(items)


def timeline(steps: Sequence[Step]) -> tuple[TimelineEntry, ...]:
    """Return minutes of work per section on the way to a running service, summed over its steps, then those of the drills."""
    entries = []
    for section in sections():
        mine = [s for s in steps if s.section == section.number and s.phase not in ("backup", "restore", "rollback", "teardown")]
        if mine:
            waits = [s.title.lower() for s in mine if s.human]
            entries.append(
                TimelineEntry(
                    phase=f"{section.number}. {section.title}",
                    minutes=sum(s.minutes for s in mine),
                    steps=tuple(s.id for s in mine),
                    note=f"a person is needed: {'; '.join(waits)}" if waits else "",
                )
            )
    drills = [s for s in steps if s.phase in ("backup", "restore", "rollback")]
    if drills:
        entries.append(
            TimelineEntry(
                phase="Drills: backup, restore, rollback", minutes=sum(s.minutes for s in drills), steps=tuple(s.id for s in drills)
            )
        )
    return tuple(entries)


def survey_risks(survey: Survey, b: Blueprint) -> Iterator[Risk]:
    """Yield the risks that the repository itself shows: traps, committed secrets, conflicts, ended support."""
    for trap in survey.traps:
        yield Risk(
            id=f"trap-{trap.key}-{trap.subject.replace('/', '-').strip('.-') or 'root'}",
            title=str(trap.value),
            likelihood="medium",
            impact="high",
            mitigation=_answered(trap, b),
            trigger="the first start in production",
            evidence=trap.evidence[:2],
        )
    if survey.secrets_found:
        places = sorted({f"`{s.path}:{s.line}`" for s in survey.secrets_found})
        yield Risk(
            id="committed-secrets",
            title=f"{len(survey.secrets_found)} credential(s) stand in the repository",
            likelihood="high",
            impact="high",
            mitigation=(
                "none of them is used by this plan; rotate those that were ever real "
                f"({', '.join(places[:5])}{' …' if len(places) > 5 else ''})"
            ),
            trigger="anyone who can read the repository",
        )
    for conflict in survey.conflicts:
        values = " and ".join(f"`{v.value}`" for v in conflict.values)
        yield Risk(
            id="conflict-" + conflict.subject.replace(":", "-").replace("/", "-").replace(".", "root"),
            title=f"Declarations disagree about {conflict.subject}: {values}",
            likelihood="medium",
            impact="medium",
            mitigation="the first in precedence is used; make the others agree",
            trigger="a build by other means",
            evidence=tuple(e for v in conflict.values for e in v.evidence[:1]),
        )
    yield from _ended(b)


def _answered(trap: Fact, b: Blueprint) -> str:
    """Return what this plan does about a trap, or where a person must look since only the application's code could mend it."""
    key, _, name = trap.key.partition(":")
    if key == "sqlite-production" and b.state:
        return _kept(b)
    if key == "migrations-not-applied" and b.migration is not None:
        return "step `migrate` applies them before each release"
    if any(e.name == name and e.source == "secret" for e in b.env):
        return f"step `write-configuration` gives `{name}` a value of its own"
    places = ", ".join(f"`{e.at()}`" for e in trap.evidence[:2]) or trap.source
    return f"read {places} before the first release; this plan does not change application code"


def _kept(b: Blueprint) -> str:
    places = ", ".join(f"`{v.target}`" for v in b.state)
    return f"this plan keeps {places} on a volume with a nightly copy and runs one replica; move to a database server before a second one"


def _ended(b: Blueprint) -> Iterator[Risk]:
    today = load().as_of  # not the clock: the same input gives the same plan
    for c in b.components:
        if c.image.eol and c.image.eol < today:
            yield Risk(
                id=f"ended-{c.name}",
                title=f"`{c.image.ref}` is out of support since {c.image.eol}",
                likelihood="high",
                impact="medium",
                mitigation="the repository pins it, so it is kept; plan the upgrade, since no security fix will come",
                trigger="the next published vulnerability",
                evidence=c.image.evidence,
            )
