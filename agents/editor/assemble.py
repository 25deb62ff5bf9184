"""Join blueprint and drafts into the plan, steps in the order in which a reader does them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TypeVar

from ...core.blueprint import Blueprint
from ...core.facts import Survey
from ...core.findings import Review
from ...core.plan import (
    MAINLINE,
    Artifact,
    BreakWith,
    Input,
    Plan,
    PlannerFailure,
    Risk,
    Section,
    SectionDraft,
    Step,
    TopicAnswer,
    Unverified,
)
from ...core.sections import sections, topics_of
from ...core.target import Assumption
from ...tools.catalog import load
from .closing import checklist, survey_risks, timeline
from .overview import architecture, first_page, summary

AFTER = ("backup", "restore", "rollback", "teardown")
T = TypeVar("T", Input, Risk, Unverified, Assumption, Artifact)


def assemble(
    survey: Survey,
    blueprint: Blueprint,
    drafts: Mapping[str, SectionDraft],
    failures: Sequence[PlannerFailure],
    run_id: str,
    generated_at: str,
) -> Plan:
    """Return the plan made of the drafts; a section without a draft stands as a gap that says so, and the completeness gate counts it."""
    steps = ordered(step for d in drafts.values() for step in d.steps)
    inputs = _with_users(_merged([*blueprint.inputs, *(i for d in drafts.values() for i in d.inputs)], "name"), steps)
    target = blueprint.target
    return Plan(
        app=blueprint.app,
        title=blueprint.title,
        repo_commit=survey.commit,
        generated_at=generated_at,
        run_id=run_id,
        tool_version=tool_version(),
        catalogue_as_of=load().as_of,
        target=target.platform,
        environment=target.environment,
        infrastructure_type=target.infrastructure_type,
        provider=target.provider,
        region=target.region,
        target_details=target,
        executive_summary=summary(survey, blueprint),
        architecture=architecture(blueprint),
        first_page=first_page(blueprint, steps),
        inputs=inputs,
        artifacts=tuple(sorted((a for d in drafts.values() for a in d.artifacts), key=lambda a: a.path)),
        blueprint=blueprint.decisions,
        sections=tuple(drafts[s.id].section if s.id in drafts else _gap(s.id, s.number, s.title, failures) for s in sections()),
        steps=steps,
        assumptions=_merged([*blueprint.assumptions, *(a for d in drafts.values() for a in d.assumptions)], "id"),
        risks=_merged([*survey_risks(survey, blueprint), *(r for d in drafts.values() for r in d.risks)], "id"),
        timeline=timeline(steps),
        checklist=checklist(steps),
        out_of_scope=blueprint.out_of_scope,
        failure_modes=tuple(f for d in drafts.values() for f in d.failure_modes),
        unverified=_merged([*blueprint.unverified, *(u for d in drafts.values() for u in d.unverified)], "subject"),
        break_with=_break_with(blueprint),
        failures=tuple(failures),
        notes=tuple(n for d in drafts.values() for n in d.notes),
    )


def finish(plan: Plan, review: Review) -> Plan:
    """Return the plan with the critic's findings, votes, verdict and notes in it, and each artifact marked with what accepted it."""
    accepted: dict[str, list[str]] = {}
    for checked in review.checked:
        if checked.result in ("passed", "syntax-only"):
            accepted.setdefault(checked.subject, []).append(checked.by if checked.result == "passed" else f"{checked.by} (syntax)")
    artifacts = tuple(a.model_copy(update={"checked_by": tuple(sorted(set(accepted.get(a.path, ()))))}) for a in plan.artifacts)
    notes = (*plan.notes, *(note for note in review.notes if note not in plan.notes))
    update = {"findings": review.findings, "votes": review.votes, "verdict": review.verdict, "artifacts": artifacts, "notes": notes}
    return plan.model_copy(update=update)


def ordered(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return the steps in reading order: the way to a running service section by section, then backup, restore, rollback, teardown."""
    listed = list(steps)
    way = [s for s in listed if s.phase in MAINLINE]
    rest = [s for phase in AFTER for s in listed if s.phase == phase]
    return tuple(sorted(way, key=lambda s: s.section)) + tuple(rest)


def tool_version() -> str:
    """Return the version of this package, or `unknown` where it runs from a checkout that was not installed."""
    try:
        return version("deploybook")
    except PackageNotFoundError:
        return "unknown"


def _merged(items: Iterable[T], key: str) -> tuple[T, ...]:
    """Return the items, each key once, the first standing, sorted by key."""
    found: dict[str, T] = {}
    for item in items:
        found.setdefault(str(getattr(item, key)), item)
    return tuple(found[k] for k in sorted(found))


def _with_users(inputs: tuple[Input, ...], steps: Sequence[Step]) -> tuple[Input, ...]:
    """Return the inputs with the steps that need them added to the components that do."""
    return tuple(
        i.model_copy(
            update={"used_by": tuple(dict.fromkeys([*i.used_by, *(f"step {s.id}" for s in steps if f"input:{i.name}" in s.needs)]))}
        )
        for i in inputs
    )


def _gap(section_id: str, number: int, title: str, failures: Sequence[PlannerFailure]) -> Section:
    why = next((f"{f.error}: {f.message}" for f in failures if f.section == section_id), "no draft arrived")
    return Section(
        number=number,
        id=section_id,
        title=title,
        intro=f"**This section is missing.** Its planner failed ({why}). The plan is not complete.",
        topics=tuple(TopicAnswer(topic=t.id) for t in topics_of(number)),
    )


def _break_with(b: Blueprint) -> BreakWith | None:
    """Return the dependency to break: the first database, else any store, else a process, else the image that a job is started from."""
    compose = f"docker compose -f {b.compose_file}"
    store = next((s for s in b.stores if s.durable), next(iter(b.stores), None))
    name = store.component if store else b.main_web or next((c.name for c in b.of_kind("app")), None)
    if name is not None:
        return BreakWith(run=f"{compose} stop {name}", mend=f"{compose} up -d --no-build --wait {name}")
    image = next((c.image.ref for c in b.of_kind("job")), None)
    if image is None:
        return None
    aside = f"{image.partition('@')[0].rpartition(':')[0]}:aside"
    moved = "docker image tag {0} {1} && docker image rm {0}"
    return BreakWith(run=moved.format(image, aside), mend=moved.format(aside, image))
