"""Name the functions that do a run's work, so that the graph can be driven with others in their place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.blueprint import Blueprint
from ..core.facts import Survey
from ..core.findings import Finding, Profile, Review
from ..core.plan import Plan, PlannerFailure, SectionDraft
from ..core.settings import Limits, Settings
from ..core.source import Source
from ..core.target import Answer, Assumption, Question, Target

if TYPE_CHECKING:
    from types import ModuleType

    from ..tools.redaction import SecretFinding, TaintStore

Questions = tuple[Question, ...]
Settled = tuple[Target, tuple[Answer, ...], tuple[Assumption, ...]]


def _ready() -> None:
    """Stand for a crew that needs nothing before it begins."""


@dataclass(frozen=True, slots=True)
class Crew:
    """Hold one function per task of a run; all are plain blocking functions that the graph calls in threads."""

    taint: Callable[[], TaintStore]
    redact: Callable[[str, str, TaintStore, bool], str]  # name of the place, text, …, whether to remember what is found
    analyse: Callable[[Source, Limits, TaintStore], Survey]
    rescan: Callable[[Source, Limits, TaintStore], str | None]  # only learn the secrets again; returns the commit
    questions: Callable[[Survey, dict[str, str]], Questions]
    settle: Callable[[Survey, Questions, dict[str, str]], Settled]
    design: Callable[[Survey, Target, tuple[Assumption, ...]], Blueprint]
    plan: Callable[[str, Survey, Blueprint, int, tuple[Finding, ...], TaintStore], SectionDraft]  # section id, …, round, findings, …
    assemble: Callable[[Survey, Blueprint, Mapping[str, SectionDraft], tuple[PlannerFailure, ...], str, str], Plan]  # run id, generated at
    review: Callable[[Plan, Survey, Blueprint, Profile, TaintStore, int], Review]
    finish: Callable[[Plan, Review], Plan]
    files: Callable[[Plan, Survey, Review], dict[str, bytes]]
    leaks: Callable[[str, str, TaintStore], tuple[SecretFinding, ...]]  # name of the file, text: known secrets in any encoding
    write: Callable[[dict[str, bytes], Path, bool], None]  # files, folder, whether to overwrite
    ready: Callable[[], None] = _ready  # raises when work cannot begin: a model was asked for and cannot be used


CrewFactory = Callable[[Settings], Crew]


def real_crew(settings: Settings) -> Crew:
    """Return the agents and tools themselves, imported only now: a run that waits or is listed needs none of them."""
    from ..agents import analyst, architect, clarifier, critic, editor, model
    from ..tools import redaction, render

    planners = _planners()
    assistant = model.Assistant(settings.model) if settings.model.name else None

    def redact(place: str, text: str, taint: TaintStore, learn: bool) -> str:
        return redaction.Redactor(taint).redact(place, text, learn=learn).text

    def leaks(name: str, text: str, taint: TaintStore) -> tuple[redaction.SecretFinding, ...]:
        return redaction.Redactor(taint, layers=()).find(name, text)

    def plan(
        section_id: str, survey: Survey, blueprint: Blueprint, number: int, findings: tuple[Finding, ...], taint: TaintStore
    ) -> SectionDraft:
        from ..agents.planners._revision import Revision

        draft: SectionDraft = planners[section_id].plan(survey, blueprint, Revision(number=number, findings=findings))
        return draft if assistant is None else model.improved(assistant, draft, survey, blueprint, taint, number)

    def review(plan: Plan, survey: Survey, blueprint: Blueprint, profile: Profile, taint: TaintStore, number: int) -> Review:
        reviewers = () if assistant is None else (model.reviewer(assistant, blueprint, taint),)
        return critic.review(plan, survey, blueprint, profile, taint, number, reviewers=reviewers)

    return Crew(
        taint=redaction.TaintStore,
        redact=redact,
        analyse=analyst.analyse,
        rescan=analyst.rescan,
        questions=clarifier.questions,
        settle=clarifier.settle,
        design=architect.design,
        plan=plan,
        assemble=critic.mended(editor.assemble),
        review=review,
        finish=editor.finish,
        files=render.files,
        leaks=leaks,
        write=render.write,
        ready=lambda: model.refuse_unusable(settings.model),
    )


def _planners() -> dict[str, ModuleType]:
    from ..core.registry import discover

    return discover(f"{__package__.rpartition('.')[0]}.agents.planners", required=("plan",))
