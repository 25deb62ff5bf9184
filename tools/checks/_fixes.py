"""Make the mends that findings offer, and apply them to a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ...core.findings import Finding, Fix
from ...core.plan import Plan
from ._edits import Edit, applied, between, merged
from ._rule import Spot
from ._view.items import ArtifactView, ScriptView, StepView

FIELDS = ("run", "verify", "rollback")


def in_step(step_id: str, field: str, text: str, description: str, *, safe: bool) -> Fix:
    """Return a mend that replaces a field of a step by a text."""
    return Fix(description=description, applicability="safe" if safe else "unsafe", target=f"step:{step_id}.{field}", replacement=text)


def in_artifact(path: str, text: str, description: str, *, safe: bool) -> Fix:
    """Return a mend that replaces an artifact's content by a text."""
    return Fix(description=description, applicability="safe" if safe else "unsafe", target=f"artifact:{path}", replacement=text)


def on_line(spot: Spot, line: int | None, old: str, new: str, description: str, *, safe: bool) -> Fix | None:
    """Return the mend that writes `new` for `old` on one line (from 1) of a step's field or of an artifact.

    Null unless it stands there exactly once, and where the spot's text is no text of a plan that can be replaced.
    """
    if isinstance(spot, ScriptView) and spot.in_file and isinstance(spot.spot, ArtifactView):
        spot = spot.spot
    if isinstance(spot, ArtifactView):
        text = with_line(spot.text, line, old, new)
        return None if text is None else in_artifact(spot.model.path, text, description, safe=safe)
    field = spot.label if isinstance(spot, ScriptView) else "run"
    step = spot.spot if isinstance(spot, ScriptView) else spot
    if not isinstance(step, StepView) or field not in FIELDS:
        return None
    text = with_line(str(getattr(step.model, field)), line, old, new)
    return None if text is None else in_step(step.step, field, text, description, safe=safe)


def with_line(text: str, number: int | None, old: str, new: str) -> str | None:
    """Return the text with `old` replaced by `new` on one line (from 1); null unless it stands there exactly once."""
    lines = text.split("\n")
    if number is None or not 0 < number <= len(lines) or lines[number - 1].count(old) != 1:
        return None
    lines[number - 1] = lines[number - 1].replace(old, new)
    return "\n".join(lines)


def without_line(text: str, number: int) -> str | None:
    """Return the text without one line (from 1); null when there is no such line."""
    lines = text.split("\n")
    return "\n".join(lines[: number - 1] + lines[number:]) if 0 < number <= len(lines) else None


def applicable(finding: Finding, unsafe: bool = False) -> bool:
    """Say whether a finding's mend may be applied: it has a text, nobody ignored the finding, it is safe or `unsafe` ones are wanted."""
    fix = finding.fix
    return fix is not None and finding.ignored is None and None not in (fix.target, fix.replacement) and (fix.safe or unsafe)


def apply_fixes(plan: Plan, findings: Iterable[Finding], unsafe: bool = False) -> tuple[Plan, tuple[str, ...]]:
    """Return the plan with the mends of these findings and what each did; of two mends of the same lines the first is taken.

    A second round sees what the first one left. A target that the plan does not hold, or holds twice, is passed over.
    """
    texts = _texts(plan)
    edits: dict[str, list[Edit]] = {}
    done: list[str] = []
    for finding in findings:
        fix = finding.fix
        if fix is None or fix.target not in texts or fix.replacement is None or not applicable(finding, unsafe):
            continue
        joined = merged(edits.get(fix.target, []), between(texts[fix.target], fix.replacement))
        if joined is not None:
            edits[fix.target] = joined
            done.append(f"{finding.code} in {_named(fix.target)}: {fix.description}")
    changed = {target: applied(texts[target], found) for target, found in edits.items()}
    return (_changed(plan, changed), tuple(done)) if done else (plan, ())


def _texts(plan: Plan) -> dict[str, str]:
    """Return every text of the plan that a mend may replace, by target; one whose name two steps or two files bear is absent."""
    steps, files = Counter(step.id for step in plan.steps), Counter(a.path for a in plan.artifacts)
    found = {f"artifact:{a.path}": a.content for a in plan.artifacts if files[a.path] == 1}
    for step in plan.steps:
        if steps[step.id] == 1:
            found |= {f"step:{step.id}.{field}": text for field in FIELDS if (text := getattr(step, field)) is not None}
    return found


def _named(target: str) -> str:
    kind, _, rest = target.partition(":")
    return rest if kind == "artifact" else f"step {rest.rpartition('.')[0]}"


def _changed(plan: Plan, texts: Mapping[str, str]) -> Plan:
    steps = []
    for step in plan.steps:
        update = {field: texts[target] for field in FIELDS if (target := f"step:{step.id}.{field}") in texts}
        steps.append(step.model_copy(update=update) if update else step)
    files = [
        a.model_copy(update={"content": texts[target]}) if (target := f"artifact:{a.path}") in texts else a for a in plan.artifacts
    ]
    return plan.model_copy(update={"steps": tuple(steps), "artifacts": tuple(files)})
