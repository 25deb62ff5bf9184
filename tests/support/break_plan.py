"""Change one thing in a plan at a time: texts, steps, artifacts, YAML inside artifacts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from deploybook.core.plan import Artifact, Plan, Step


@dataclass(frozen=True)
class Broken:
    """Be a plan with one defect: its kind and class, and where it was broken."""

    kind: str
    where: str
    plan: Plan


Sites = Iterator[tuple[str, Plan]]
Breaker = Callable[[Plan], Sites]
BREAKERS: dict[str, Breaker] = {}


def breaks(kind: str) -> Callable[[Breaker], Breaker]:
    """Register a way to break plans; it yields every place where it can."""

    def registered(breaker: Breaker) -> Breaker:
        assert kind not in BREAKERS, kind
        BREAKERS[kind] = breaker
        return breaker

    return registered


def every(plan: Plan, kind: str) -> Iterator[Broken]:
    """Yield the plan broken in one way at each place where that changes it."""
    for where, made in BREAKERS[kind](plan):
        if made != plan:
            yield Broken(kind, where, made)


def bare(plan: Plan) -> Plan:
    """Return the plan without its lists of what answers what (topics, checklist, timeline): a name that dangles there shows no defect."""
    sections = tuple(
        s.model_copy(update={"topics": tuple(t.model_copy(update={"steps": (), "artifacts": ()}) for t in s.topics)}) for s in plan.sections
    )
    artifacts = tuple(a.model_copy(update={"step": None}) for a in plan.artifacts)
    inputs = tuple(i.model_copy(update={"used_by": ()}) for i in plan.inputs)
    lists = {
        "checklist": tuple(c.model_copy(update={"steps": ()}) for c in plan.checklist),
        "timeline": tuple(t.model_copy(update={"steps": ()}) for t in plan.timeline),
    }
    return plan.model_copy(update={"sections": sections, "artifacts": artifacts, "inputs": inputs, **lists})


def with_steps(plan: Plan, steps: list[Step]) -> Plan:
    return plan.model_copy(update={"steps": tuple(steps)})


def with_step(plan: Plan, step: Step, **changes: Any) -> Plan:
    return with_steps(plan, [s.model_copy(update=changes) if s.id == step.id else s for s in plan.steps])


def without_step(plan: Plan, *ids: str) -> Plan:
    return with_steps(plan, [s for s in plan.steps if s.id not in ids])


def moved(plan: Plan, step_id: str, before: str) -> Plan:
    step = next(s for s in plan.steps if s.id == step_id)
    rest = [s for s in plan.steps if s.id != step_id]
    place = next(n for n, s in enumerate(rest) if s.id == before)
    return with_steps(plan, [*rest[:place], step, *rest[place:]])


def has(plan: Plan, *ids: str) -> bool:
    return set(ids) <= {s.id for s in plan.steps}


def step_of(plan: Plan, step_id: str) -> Step:
    return next(s for s in plan.steps if s.id == step_id)


def without_artifact(plan: Plan, path: str) -> Plan:
    return plan.model_copy(update={"artifacts": tuple(a for a in plan.artifacts if a.path != path)})


def artifact_of(plan: Plan, path: str) -> Artifact | None:
    return next((a for a in plan.artifacts if a.path == path), None)


def with_text(plan: Plan, path: str, text: str) -> Plan:
    return plan.model_copy(
        update={"artifacts": tuple(a.model_copy(update={"content": text}) if a.path == path else a for a in plan.artifacts)}
    )


def replaced(plan: Plan, path: str, old: str, new: str, times: int = -1) -> Plan:
    artifact = artifact_of(plan, path)
    return plan if artifact is None else with_text(plan, path, artifact.content.replace(old, new, times))


def in_runs(plan: Plan, old: str, new: str) -> Sites:
    """Yield the plan once for each step whose command holds a text, with that text replaced."""
    for step in plan.steps:
        if old in step.run:
            yield step.id, with_step(plan, step, run=step.run.replace(old, new))


def in_yaml(plan: Plan, path: str, change: Callable[[Any], bool | None]) -> Plan:
    """Return the plan with an artifact's YAML changed in place; unchanged where there is no such artifact or the change says False."""
    artifact = artifact_of(plan, path)
    if artifact is None:
        return plan
    value = yaml.safe_load(artifact.content)
    if change(value) is False:
        return plan
    return with_text(plan, path, yaml.safe_dump(value, sort_keys=False, width=1000))


def loaded(text: str) -> dict[str, Any]:
    """Return the mapping that a YAML text holds."""
    return dict(yaml.safe_load(text) or {})


MAIN = "artifacts/compose.yaml"
WATCH = "artifacts/monitoring/compose.yaml"
PROMETHEUS = "artifacts/monitoring/prometheus/prometheus.yml"
RULES = "artifacts/monitoring/prometheus/rules.yml"


def services(plan: Plan, path: str = MAIN) -> dict[str, Any]:
    artifact = artifact_of(plan, path)
    return dict(yaml.safe_load(artifact.content).get("services", {})) if artifact else {}


def in_service(plan: Plan, name: str, change: Callable[[dict[str, Any]], bool | None], path: str = MAIN) -> Plan:
    """Return the plan with one compose service changed."""
    return in_yaml(plan, path, lambda v: change(v["services"][name]))


def app_services(plan: Plan) -> list[str]:
    """Return the services that run an image which the plan builds."""
    return [name for name, s in services(plan).items() if "${APP_RELEASE" in str(s.get("image", ""))]


def stores(plan: Plan) -> list[str]:
    """Return the services that hold data: those with a named volume and an image of a data store."""
    kinds = ("postgres", "redis", "mysql", "mariadb", "mongo", "rabbitmq")
    return [n for n, s in services(plan).items() if any(k in str(s.get("image")) for k in kinds) and n != "backup" and s.get("volumes")]
