"""Choose what a model is shown of a plan, as plain JSON: no artifact's content, no environment value, no host of the operator's."""

from __future__ import annotations

from typing import Any

from ...core.base import plain
from ...core.blueprint import Blueprint
from ...core.plan import Plan, SectionDraft, Step
from ...core.sections import topics_of

_STEP = (
    "id",
    "title",
    "phase",
    "kind",
    "priority",
    "why",
    "run",
    "expect",
    "verify",
    "rollback",
    "rollback_none",
    "impact",
    "human",
    "needs",
    "provides",
    "failure_modes",
)
_BUDGET = 90_000
"""Characters of steps that one prompt may hold: about 25,000 tokens."""


def of_section(draft: SectionDraft) -> dict[str, Any]:
    """Return a section's intro, topics with their titles, steps and risks."""
    titles = {topic.id: topic.text for topic in topics_of(draft.section.number)}
    topics = [
        {"id": answer.topic, "title": titles.get(answer.topic, ""), "text": answer.text, "not_applicable": answer.not_applicable}
        for answer in draft.section.topics
    ]
    return {
        "intro": draft.section.intro,
        "topics": topics,
        "steps": [of_step(step) for step in draft.steps],
        "risks": [{"title": risk.title, "mitigation": risk.mitigation} for risk in draft.risks],
        "files": [{"path": artifact.path, "purpose": artifact.purpose} for artifact in draft.artifacts],
    }


def of_step(step: Step) -> dict[str, Any]:
    """Return what a reader of a step sees, empty fields left out."""
    full = plain(step)
    return {name: full[name] for name in _STEP if full[name] not in (None, "", [], {})}


def of_stack(blueprint: Blueprint) -> dict[str, Any]:
    """Return what is deployed: components, stores, migration, smoke checks, objectives."""
    migration = blueprint.migration
    return {
        "platform": blueprint.target.platform,
        "environment": blueprint.target.environment,
        "components": [
            {"name": c.name, "kind": c.kind, "image": c.image.ref, "port": c.port, "replicas": c.replicas, "stop_grace_s": c.stop_grace_s}
            for c in blueprint.components
        ],
        "stores": [{"component": s.component, "kind": s.kind, "durable": s.durable} for s in blueprint.stores],
        "migration": {"tool": migration.tool, "head": migration.head, "reversible": migration.reversible} if migration else None,
        "smoke": [{"id": c.id, "title": c.title, "kind": c.kind, "path": c.path, "reason": c.reason} for c in blueprint.smoke],
        "objectives": [{"title": o.title, "value": o.value, "unit": o.unit} for o in blueprint.objectives],
    }


def of_steps(plan: Plan) -> tuple[list[dict[str, Any]], int]:
    """Return the steps of a plan as far as there is room, and how many are left out."""
    taken: list[dict[str, Any]] = []
    room = _BUDGET
    for step in plan.steps:
        made = {"section": step.section, **of_step(step)}
        room -= len(str(made))
        if room < 0:
            break
        taken.append(made)
    return taken, len(plan.steps) - len(taken)


def of_sections(plan: Plan) -> list[dict[str, Any]]:
    """Return the sections of a plan as far as they speak in words."""
    return [
        {
            "number": section.number,
            "title": section.title,
            "topics": [
                {"id": a.topic, "text": a.text, "not_applicable": a.not_applicable} for a in section.topics if a.text or a.not_applicable
            ],
        }
        for section in plan.sections
    ]
