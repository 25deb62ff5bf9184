"""Take a plan of another maker as it is: what our own plans state and it does not is assumed, and said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import ValidationError

from ...core.base import slug
from ...core.errors import UsageError
from ...core.plan import REFERENCE_KINDS, SECTION_OF, Artifact, Input, Phase, Plan, Step
from ._view.effects import effect, worst
from ._view.invocations import invocations
from ._view.shell import parse

_SHOWN = 2  # complaints that a refusal repeats


def rows(raw: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the objects of a list in a JSON object, none where it is absent or null; raise UsageError for what is no list."""
    found = raw.get(key)
    if found is not None and not isinstance(found, list):
        raise UsageError(f"`{key}` is no list", f"its type is {type(found).__name__}", "A plan is an object with lists of objects.")
    return [item for item in found or () if isinstance(item, dict)]


def lenient(raw: Mapping[str, Any]) -> tuple[Plan, tuple[str, ...]]:
    """Return a plan from a JSON object that may lack what our own plans state or hold other types; say what was assumed.

    Raise UsageError when it has no usable step list.
    """
    notes: list[str] = []
    known = set(Plan.model_fields) | {"schema"}
    made = {key: value for key, value in raw.items() if key in known and key not in ("findings", "votes")}
    if extra := sorted(set(raw) - known):
        notes.append(f"fields not read: {', '.join(extra)}")
    made["steps"] = [_step(step, number, notes) for number, step in enumerate(rows(raw, "steps"))]
    made["artifacts"] = [_artifact(a) for a in rows(raw, "artifacts") if a.get("path")]
    made["inputs"] = [_input(i) for i in rows(raw, "inputs") if i.get("name")]
    target = str(raw.get("target", "compose"))
    defaults = {
        "app": "app",
        "title": str(raw.get("app", "app")),
        "generated_at": "",
        "run_id": "",
        "tool_version": "",
        "catalogue_as_of": "",
        "target": target,
        "environment": "production",
        "infrastructure_type": "custom",
    }
    for key, value in defaults.items():
        made.setdefault(key, value)
    try:
        return Plan.model_validate({k: v for k, v in made.items() if v is not None}), tuple(notes)
    except ValidationError as error:  # its own words repeat the values
        told = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False, include_url=False)]
        raise UsageError("this is no plan that can be checked", "; ".join(told[:_SHOWN]), "Mend what is named, or leave it out.") from None


def _step(raw: Mapping[str, Any], number: int, notes: list[str]) -> dict[str, Any]:
    step = {key: value for key, value in raw.items() if key in Step.model_fields and value is not None}
    step["id"] = slug(str(raw.get("id") or f"step-{number + 1}"))
    phase = str(raw.get("phase", "release"))
    step["phase"] = phase if phase in get_args(Phase) else "release"
    if not isinstance(step.get("section"), int) or not 1 <= step["section"] <= 11:
        step["section"] = SECTION_OF.get(phase, SECTION_OF["release"])
    step.setdefault("title", step["id"])
    run = raw.get("run") or ""
    step["run"] = "\n".join(map(str, run)) if isinstance(run, list) else str(run)
    if "kind" not in step:
        found = worst([effect(call) for call in invocations(parse(step["run"]))])
        step["kind"] = "destroy" if raw.get("destructive") else found
        notes.append(f"step {step['id']}: kind {step['kind']} taken from its commands")
    if step.get("blast_radius") not in ("none", "pod", "service", "data", "account", None):
        step["impact"] = str(step.pop("blast_radius"))
    if "needs" in step:  # `docker`, `registry:pypi`: rights and reach, not typed references
        needs = step["needs"] if isinstance(step["needs"], list) else []
        step["needs"] = [n for n in needs if isinstance(n, str) and n.partition(":")[0] in REFERENCE_KINDS and ":" in n]
    if "evidence" in step and "topics" not in raw:
        step.pop("evidence")
    return step


def _artifact(raw: Mapping[str, Any]) -> dict[str, Any]:
    artifact = {key: value for key, value in raw.items() if key in Artifact.model_fields and value is not None}
    artifact.setdefault("language", "")
    artifact.setdefault("purpose", "")
    if not isinstance(artifact.get("section"), int) or not 1 <= artifact["section"] <= 11:
        artifact["section"] = 6
    return artifact


def _input(raw: Mapping[str, Any]) -> dict[str, Any]:
    made = {key: value for key, value in raw.items() if key in Input.model_fields and value is not None}
    made.setdefault("description", "")
    made.setdefault("kind", "value")
    return made
