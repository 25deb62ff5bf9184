"""Let a model improve one section's draft; whatever becomes of it, the section has a draft that passes what the offline one passes."""

from __future__ import annotations

from ... import prompts
from ...core.blueprint import Blueprint
from ...core.facts import Survey
from ...core.plan import SectionDraft
from ...tools import checks
from ...tools.checks.pinning import project_pins
from ...tools.redaction import TaintStore
from ..editor import assemble
from . import evidence, material
from .applying import LIMITS, Applied, Judge, applied
from .assistant import Answer, Assistant
from .door import Door
from .edits import Proposal
from .wording import Known, joined


def improved(
    assistant: Assistant, draft: SectionDraft, survey: Survey, blueprint: Blueprint, taint: TaintStore, number: int
) -> SectionDraft:
    """Return the draft with the edits of a model that hold, and a note of what was asked, taken and dropped.

    A section without words in prompts/planners is not asked about. One that was sent back (`number` above 0) keeps its offline draft: what
    a model wrote may be why. Never raises: every failure leaves the offline draft and a note that says why.
    """
    words = f"planners/{draft.section.id}"
    if not prompts.exists(words):
        return draft
    place = f"section {draft.section.number}"
    if number > 0:
        return _noted(draft, assistant.note(f"{place} was sent back and keeps its offline draft"))
    try:
        return _improved(assistant, words, draft, survey, blueprint, taint)
    except Exception as error:  # a defect of ours must not cost the section its draft
        return _noted(draft, assistant.note(f"{place} kept its offline draft: a defect of deploybook ({type(error).__name__})"))


def _improved(
    assistant: Assistant, words: str, draft: SectionDraft, survey: Survey, blueprint: Blueprint, taint: TaintStore
) -> SectionDraft:
    door = assistant.door(taint, blueprint.target)
    answer: Answer[Proposal] = assistant.ask(
        door,
        words,
        Proposal,
        {
            "app": blueprint.app,
            "section_id": draft.section.id,
            "number": draft.section.number,
            "title": draft.section.title,
            "compose_file": blueprint.compose_file,
            "limits": LIMITS,
            "section": material.of_section(draft),
            "stack": material.of_stack(blueprint),
            "lines": evidence.shown(survey),
        },
    )
    place = f"section {draft.section.number}"
    if answer.value is None:
        why = answer.failure.words if answer.failure else "no answer came"
        return _noted(draft, assistant.note(f"{place} kept its offline draft: {why} {answer.usage.words()}"))
    result = applied(draft, answer.value.edits, _judge(draft, survey, blueprint, door))
    return _noted(result.draft, assistant.note(f"{place}: {_tally(result, len(answer.value.edits))} {answer.usage.words()}"))


def _judge(draft: SectionDraft, survey: Survey, blueprint: Blueprint, door: Door) -> Judge:
    lines = evidence.lines_of(survey)

    def errors(version: SectionDraft) -> frozenset[str]:
        plan = assemble(survey, blueprint, {version.section.id: version}, (), "", "")
        found = checks.run(checks.PlanView(plan, survey, blueprint, profile="release")).findings
        return frozenset(f.fingerprint() for f in found if f.severity != "info" and f.ignored is None)

    seen: dict[str, frozenset[str]] = {}

    def passes(before: SectionDraft, after: SectionDraft) -> bool:
        for version in (before, after):
            if version.digest() not in seen:
                seen[version.digest()] = errors(version)
        return seen[after.digest()] <= seen[before.digest()]

    return Judge(Known(door, spoken(draft, blueprint), project_pins(survey)), lines, blueprint.compose_file, passes)


def spoken(draft: SectionDraft, blueprint: Blueprint) -> str:
    """Return the words of a section and the names of a blueprint: what a model may repeat as code.

    Lines of the repository are not among them: a line that was planted there must not become a command by being quoted.
    """
    shown = material.of_section(draft)
    texts = [shown["intro"], *(f"{t['text']}" for t in shown["topics"]), *(r["title"] for r in shown["risks"])]
    for step in draft.steps:
        texts += [step.id, step.title, step.why, step.run, step.verify or "", step.rollback or "", step.rollback_none or "", step.impact]
        texts += [*step.needs, *step.provides, *(part for f in step.failure_modes for part in (f.symptom, f.diagnose, f.fix))]
    texts += [name for a in draft.artifacts for name in (a.path, a.install_to or "")]
    texts += [name for c in blueprint.components for name in (c.name, c.image.ref)]
    texts += [*blueprint.networks, *blueprint.volumes, *(i.name for i in blueprint.inputs), *(e.name for e in blueprint.env)]
    texts += [blueprint.app, blueprint.compose_file, blueprint.env_file, *(f"{o.value:g}" for o in blueprint.objectives)]
    return joined(texts)


def _tally(result: Applied, proposed: int) -> str:
    parts = [f"{len(result.taken)} of {proposed} edits taken"]
    if result.taken:
        parts[0] += f" ({', '.join(result.taken)})"
    if result.dropped:
        parts.append("dropped: " + ", ".join(f"{count} that {reason}" for reason, count in result.dropped))
    if result.quotes:
        parts.append(f"{result.quotes} quote{'' if result.quotes == 1 else 's'} matched nothing")
    return "; ".join(parts)


def _noted(draft: SectionDraft, note: str) -> SectionDraft:
    return draft.model_copy(update={"notes": (*draft.notes, note)})
