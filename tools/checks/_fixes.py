"""Apply the mends that need nobody's judgement, and make the texts they put in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...core.findings import Finding, Fix
from ...core.plan import Plan

FIELDS = ("run", "verify", "rollback")


def in_step(step_id: str, field: str, text: str, description: str) -> Fix:
    """Return a safe mend that replaces a field of a step by a text."""
    return Fix(description=description, safe=True, target=f"step:{step_id}.{field}", replacement=text)


def in_artifact(path: str, text: str, description: str) -> Fix:
    """Return a safe mend that replaces an artifact's content by a text."""
    return Fix(description=description, safe=True, target=f"artifact:{path}", replacement=text)


def with_line(text: str, number: int, old: str, new: str) -> str | None:
    """Return the text with `old` replaced by `new` on one line (from 1); null unless it stands there exactly once."""
    lines = text.split("\n")
    if not 0 < number <= len(lines) or lines[number - 1].count(old) != 1:
        return None
    lines[number - 1] = lines[number - 1].replace(old, new)
    return "\n".join(lines)


def without_line(text: str, number: int) -> str | None:
    """Return the text without one line (from 1); null when there is no such line."""
    lines = text.split("\n")
    return "\n".join(lines[: number - 1] + lines[number:]) if 0 < number <= len(lines) else None


def apply_safe(plan: Plan, findings: Iterable[Finding]) -> tuple[Plan, tuple[str, ...]]:
    """Return the plan with the safe mends of these findings and what each did; of two mends of one text the first is taken.

    A second round sees what the first one left. A target that the plan does not hold is passed over.
    """
    steps: dict[str, dict[str, str]] = {}
    artifacts: dict[str, str] = {}
    done: list[str] = []
    for finding in findings:
        fix = finding.fix
        if fix is None or not fix.safe or fix.target is None or fix.replacement is None or finding.ignored is not None:
            continue
        kind, _, rest = fix.target.partition(":")
        if kind == "artifact" and rest not in artifacts:
            artifacts[rest] = fix.replacement
            done.append(f"{finding.code} in {rest}: {fix.description}")
        elif kind == "step":
            step_id, _, field = rest.rpartition(".")
            if field in FIELDS and field not in steps.get(step_id, {}):
                steps.setdefault(step_id, {})[field] = fix.replacement
                done.append(f"{finding.code} in step {step_id}: {fix.description}")
    return (_changed(plan, steps, artifacts), tuple(done)) if done else (plan, ())


def _changed(plan: Plan, steps: Mapping[str, Mapping[str, str]], artifacts: Mapping[str, str]) -> Plan:
    mended = tuple(s.model_copy(update=dict(steps[s.id])) if s.id in steps else s for s in plan.steps)
    files = tuple(a.model_copy(update={"content": artifacts[a.path]}) if a.path in artifacts else a for a in plan.artifacts)
    return plan.model_copy(update={"steps": mended, "artifacts": files})
