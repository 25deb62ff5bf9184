"""Let a model review the whole plan beside the rules: its vote and remarks are kept, each remark only when it points at what is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from ...core.blueprint import Blueprint
from ...core.findings import Finding, Location, Vote
from ...core.plan import Plan, Section, Step
from ...tools.redaction import TaintStore
from ..critic import Opinion
from . import material
from .assistant import Answer, Assistant
from .remarks import Judgement, Remark
from .wording import SECRET, Known, joined

CODE, RULE = "MOD001", "model-review"
MOST, LONGEST = 20, 600
NOWHERE, OTHER_WORDS = "points at nothing in the plan", "quotes words that do not stand there"


def reviewer(assistant: Assistant, blueprint: Blueprint, taint: TaintStore) -> Callable[[Plan], Opinion]:
    """Return the reviewer for one plan. It never raises: a model that cannot be asked abstains, and a note says why."""
    name = f"model:{assistant.name}"

    def opinion(plan: Plan) -> Opinion:
        try:
            return _opinion(assistant, name, plan, blueprint, taint)
        except Exception as error:  # a defect of ours must not cost the plan its review
            why = f"a defect of deploybook ({type(error).__name__})"
            return Opinion(Vote(reviewer=name, verdict="abstain", reason=why), (), (assistant.note(f"no review: {why}"),))

    return opinion


def _opinion(assistant: Assistant, name: str, plan: Plan, blueprint: Blueprint, taint: TaintStore) -> Opinion:
    door = assistant.door(taint, blueprint.target)
    steps, left_out = material.of_steps(plan)
    values = {
        "app": blueprint.app,
        "limits": {"remarks": MOST},
        "left_out": left_out,
        "steps": steps,
        "sections": material.of_sections(plan),
        "stack": material.of_stack(blueprint),
    }
    answer: Answer[Judgement] = assistant.ask(door, "critic", Judgement, values)
    spent = f"{answer.usage.words()}; in all {_all(assistant, plan)}"
    if answer.value is None:
        why = answer.failure.words if answer.failure else "no answer came"
        return Opinion(Vote(reviewer=name, verdict="abstain", reason=why), (), (assistant.note(f"no review: {why} {spent}"),))
    known = Known(door, joined(text for step in plan.steps for text in _texts(step)) + "\n" + joined(_words(plan)))
    found: list[Finding] = []
    dropped: Counter[str] = Counter()
    for remark in answer.value.remarks[:MOST]:
        made = _finding(remark, plan, known)
        if isinstance(made, str):
            dropped[made] += 1
        else:
            found.append(made)
    reason = answer.value.reason.strip()
    vote = Vote(
        reviewer=name,
        verdict=answer.value.vote,
        reason=reason if known.objection(reason, LONGEST) is None else f"{len(found)} remark(s)",
        findings=len(found),
    )
    tally = [f"votes {vote.verdict}, {len(found)} of {len(answer.value.remarks)} remarks kept"]
    tally += ["dropped: " + ", ".join(f"{count} that {why}" for why, count in sorted(dropped.items()))] if dropped else []
    return Opinion(vote, tuple(found), (assistant.note(f"{'; '.join(tally)} {spent}"),))


def _all(assistant: Assistant, plan: Plan) -> str:
    total = assistant.total(plan.notes)
    return f"{total.calls} calls, {total.input} tokens in, {total.output} out"


def _finding(remark: Remark, plan: Plan, known: Known) -> Finding | str:
    """Return the finding that a remark makes, or why it makes none."""
    step = next((s for s in plan.steps if s.id == remark.step), None)
    number = step.section if step else remark.section
    section = next((s for s in plan.sections if s.number == number), None)
    if (step is None and remark.step is not None) or section is None:
        return NOWHERE
    there = joined(_texts(step)) if step else joined(_section(section))
    piece = " ".join(remark.piece.strip().strip("`").split())
    if not piece or piece not in there:
        return OTHER_WORDS
    if known.door.leaks(piece):
        return SECRET
    for text in (remark.consequence.strip(), remark.better.strip()):
        objection = known.objection(text, LONGEST)
        if objection is not None:
            return objection
    return Finding(
        code=CODE,
        rule=RULE,
        severity=remark.severity,
        message=remark.consequence.strip(),
        location=Location(step=step.id if step else None, section=section.number, quote=piece[:200]),
        confidence="low",
        hint=remark.better.strip(),
    )


def _texts(step: Step) -> list[str]:
    texts = [step.id, step.title, step.why, step.impact, step.run, step.verify or "", step.rollback or "", step.rollback_none or ""]
    texts += [step.human or "", step.expect.stdout_contains or "", step.expect.stdout_matches or "", *step.needs, *step.provides]
    return [*texts, *(part for f in step.failure_modes for part in (f.symptom, f.diagnose, f.fix))]


def _section(section: Section) -> list[str]:
    return [section.title, section.intro, *(text for a in section.topics for text in (a.text, a.not_applicable or ""))]


def _words(plan: Plan) -> list[str]:
    return [text for section in plan.sections for text in _section(section)]
