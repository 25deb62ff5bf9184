"""Apply proposed edits to an offline draft, one after the other, each only when nothing speaks against it; no model has a say here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ...core.base import slug
from ...core.facts import Evidence
from ...core.plan import FailureMode, Risk, SectionDraft, Source, Step, TopicAnswer
from .edits import AddFailureMode, AddRisk, Edit, ProposedFailure, SetFailureModes, SetImpact, SetTopicText, SetWhy
from .evidence import verified
from .looking import only_looks
from .wording import Known, fixed

LIMITS = {"edits": 12, "why": 400, "impact": 200, "topic": 4000, "risk": 120, "words": 300, "failure_modes": 6, "risks": 4}
UNKNOWN, RULED_OUT, LOST, COMMAND, CHECKS, QUOTES, MANY, SAME = (
    "names no such target",
    "speaks of a topic that is ruled out",
    "loses what the text said",
    "names a command that does more than look",
    "would fail the plan's checks",
    "rests on quotes that match nothing",
    "is one too many",
    "changes nothing",
)


class Dropped(Exception):
    """Say why an edit is not taken."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Judge:
    """Hold what edits are measured against; `passes` compares the draft before and after by the plan's own checks."""

    known: Known
    lines: Mapping[tuple[str, int], Evidence]
    compose_file: str
    passes: Callable[[SectionDraft, SectionDraft], bool]


class Applied(NamedTuple):
    """Hold the draft with the edits that were taken (`what:target` each), how many were dropped for which reason, and the vain quotes."""

    draft: SectionDraft
    taken: tuple[str, ...]
    dropped: tuple[tuple[str, int], ...]
    quotes: int


def applied(draft: SectionDraft, edits: Iterable[Edit], judge: Judge) -> Applied:
    """Return the draft with the edits that hold; ids, order and commands of its steps are those of `draft`, whatever was proposed."""
    taken: list[str] = []
    dropped: Counter[str] = Counter()
    vain = 0
    for number, edit in enumerate(edits):
        lines, wrong = verified(edit.quotes, judge.lines)
        vain += wrong
        try:
            if number >= LIMITS["edits"]:
                raise Dropped(MANY)
            if wrong and not lines:
                raise Dropped(QUOTES)
            after = _edited(draft, edit, lines, judge)
            if not judge.passes(draft, after):
                raise Dropped(CHECKS)
        except Dropped as refusal:
            dropped[refusal.reason] += 1
        else:
            draft = after
            taken.append(f"{edit.op}:{edit.target}")
    return Applied(draft, tuple(taken), tuple(sorted(dropped.items())), vain)


def _edited(draft: SectionDraft, edit: Edit, lines: tuple[Evidence, ...], judge: Judge) -> SectionDraft:
    if isinstance(edit, AddRisk):
        return _with_risk(draft, edit, lines, judge)
    if isinstance(edit, SetTopicText):
        return _with_topic(draft, edit, lines, judge)
    step = next((s for s in draft.steps if s.id == edit.target), None)
    if step is None:
        raise Dropped(UNKNOWN)
    changed = _step(step, edit, lines, judge)
    return draft.model_copy(update={"steps": tuple(changed if s.id == step.id else s for s in draft.steps)})


def _step(step: Step, edit: SetWhy | SetImpact | AddFailureMode | SetFailureModes, lines: tuple[Evidence, ...], judge: Judge) -> Step:
    if isinstance(edit, AddFailureMode | SetFailureModes):
        return step.model_copy(update={"failure_modes": _failures(step, edit, lines, judge)})
    field = "why" if isinstance(edit, SetWhy) else "impact"
    text = _accepted(edit.text, LIMITS[field], judge)
    if field == "impact":
        text = text.rstrip(".")
    if text == getattr(step, field):
        raise Dropped(SAME)
    return step.model_copy(update={field: text, "evidence": (*step.evidence, *_grounds(step.evidence, lines))})


def _failures(step: Step, edit: AddFailureMode | SetFailureModes, lines: tuple[Evidence, ...], judge: Judge) -> tuple[FailureMode, ...]:
    proposed = (edit.failure_mode,) if isinstance(edit, AddFailureMode) else edit.failure_modes
    allowed = {f.diagnose for f in step.failure_modes} | {step.verify}
    made = tuple(_failure(mode, lines, judge, allowed) for mode in proposed)
    if isinstance(edit, AddFailureMode):
        made = (*step.failure_modes, *made)
    if len(made) < len(step.failure_modes):
        raise Dropped(LOST)
    if len(made) > max(LIMITS["failure_modes"], len(step.failure_modes)):
        raise Dropped(MANY)
    symptoms = [mode.symptom.casefold() for mode in made]
    if len(set(symptoms)) < len(symptoms) or made == step.failure_modes:
        raise Dropped(SAME)
    return made


def _failure(mode: ProposedFailure, lines: tuple[Evidence, ...], judge: Judge, allowed: set[str | None]) -> FailureMode:
    command = mode.diagnose.strip().strip("`").strip()
    if command not in allowed and not only_looks(command, judge.compose_file):
        raise Dropped(COMMAND)
    return FailureMode(
        symptom=_accepted(mode.symptom, LIMITS["words"], judge),
        diagnose=command,
        fix=_accepted(mode.fix, LIMITS["words"], judge),
        cause=_accepted(mode.cause, LIMITS["words"], judge) if mode.cause else None,
        evidence=lines,
    )


def _with_risk(draft: SectionDraft, edit: AddRisk, lines: tuple[Evidence, ...], judge: Judge) -> SectionDraft:
    if edit.target != draft.section.id:
        raise Dropped(UNKNOWN)
    title = _accepted(edit.title, LIMITS["risk"], judge)
    risk = Risk(
        id=f"{draft.section.id.replace('_', '-')}-{slug(title)}",
        title=title,
        likelihood=edit.likelihood,
        impact=edit.impact,
        mitigation=_accepted(edit.mitigation, LIMITS["words"], judge),
        trigger=_accepted(edit.trigger, LIMITS["words"], judge) if edit.trigger.strip() else "",
        evidence=lines,
    )
    own = [r for r in draft.risks if r.id.startswith(f"{draft.section.id.replace('_', '-')}-")]
    if risk.id in {r.id for r in draft.risks}:
        raise Dropped(SAME)
    if len(own) >= LIMITS["risks"]:
        raise Dropped(MANY)
    return draft.model_copy(update={"risks": (*draft.risks, risk)})


def _with_topic(draft: SectionDraft, edit: SetTopicText, lines: tuple[Evidence, ...], judge: Judge) -> SectionDraft:
    answer = next((a for a in draft.section.topics if a.topic == edit.target), None)
    if answer is None:
        raise Dropped(UNKNOWN)
    if answer.not_applicable:
        raise Dropped(RULED_OUT)
    text = _accepted(edit.text, LIMITS["topic"], judge, lines=True)
    if text == answer.text.strip():
        raise Dropped(SAME)
    if any(piece not in text for piece in fixed(answer.text)):
        raise Dropped(LOST)
    changed = answer.model_copy(update={"text": text, "sources": (*answer.sources, *_grounds(answer.sources, lines))})
    topics: tuple[TopicAnswer, ...] = tuple(changed if a.topic == answer.topic else a for a in draft.section.topics)
    return draft.model_copy(update={"section": draft.section.model_copy(update={"topics": topics})})


def _accepted(text: str, most: int, judge: Judge, *, lines: bool = False) -> str:
    """Return a text as it may stand in the plan, or raise Dropped with what speaks against it."""
    bare = text.strip()
    objection = judge.known.objection(bare, most, lines=lines)
    if objection is not None:
        raise Dropped(objection)
    return bare


def _grounds(there: tuple[Source, ...], lines: tuple[Evidence, ...]) -> tuple[Source, ...]:
    held = {source.evidence.at() for source in there if source.evidence is not None}
    return tuple(Source(evidence=line) for line in lines if line.at() not in held)
