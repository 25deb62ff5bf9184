"""Demand that the plan answers the whole request.

What:
    Each of the eleven sections stands in its place with its title, each of the 95 topics is addressed by text, steps or artifacts or
    ruled out with a reason, summary, architecture, checklist, timeline and risks are there, the phases that a deployment needs have
    steps, and every input says how its value is got.

Why it matters in production:
    What a playbook leaves out is found out during the deployment: an input that nobody knows how to get stops it, a missing restore
    procedure is written while the database is gone. "Not applicable" without a reason is an omission that looks like a decision.

Example:
    - topic: "10.3"
      not_applicable: "N/A"

Instead:
    - topic: "10.3"
      text: The nightly dump is restored into a scratch database and its tables are compared.
      steps: [backup-drill]

When to ignore:
    Never: answer the topic, or rule it out with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ...core.plan import Section, TopicAnswer
from ...core.sections import sections, topics_of
from ._rule import Rule
from ._view import PlanView, SectionView

SECTION = Rule("CPL001", "section-missing", "error", "One of the eleven sections is missing, out of place or wrongly titled.")
TOPIC = Rule("CPL002", "topic-unanswered", "error", "A topic of the request is neither addressed nor ruled out.")
REASON = Rule("CPL003", "topic-ruled-out-without-reason", "error", "A topic is ruled out and no reason is given.")
PART = Rule("CPL004", "part-missing", "error", "A part of the playbook that the request's format demands is empty.")
INPUT = Rule("CPL005", "input-dead-end", "error", "An input says neither a default nor how its value is made or got.")
PHASE = Rule("CPL006", "phase-missing", "error", "A phase that every deployment needs has no step.")
FAILED = Rule("CPL007", "section-not-planned", "error", "A planner failed and the section is a marked gap.")
RULES = (SECTION, TOPIC, REASON, PART, INPUT, PHASE, FAILED)

_WORDS_OF_A_REASON = 4
_WORDS_OF_AN_ANSWER = 5
_PHASES = ("preflight", "configure", "release", "smoke", "rollback", "teardown")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield what the request asks for and the plan does not answer; of somebody else's runbook only its inputs are asked."""
    yield from _inputs(view)
    if view.foreign:
        return
    yield from _sections(view)
    yield from _parts(view)
    yield from _phases(view)
    for failure in view.plan.failures:
        number = next((s.number for s in sections() if s.id == failure.section), None)
        yield FAILED.at(
            SectionView(number), f"The planner of section {failure.section} failed ({failure.error}): {failure.message}", section=number
        )


def _sections(view: PlanView) -> Iterator[Finding]:
    present = {section.number: section for section in view.plan.sections}
    order = [section.number for section in view.plan.sections]
    if order != sorted(order) or len(set(order)) != len(order):
        yield SECTION.at(None, "The sections do not stand in order, each once.", hint="Sections 1 to 11, in order.")
    for wanted in sections():
        section = present.get(wanted.number)
        spot = SectionView(wanted.number)
        if section is None:
            yield SECTION.at(spot, f"Section {wanted.number} ({wanted.title}) is missing.")
            continue
        if section.title != wanted.title:
            yield SECTION.at(spot, f"Section {wanted.number} is titled {section.title!r}, the request says {wanted.title!r}.")
        yield from _topics(section, spot)


def _topics(section: Section, spot: SectionView) -> Iterator[Finding]:
    answers: dict[str, TopicAnswer] = {}
    for answer in section.topics:
        answers.setdefault(answer.topic, answer)
    for topic in topics_of(section.number):
        answer_ = answers.get(topic.id)
        if answer_ is None:
            yield TOPIC.at(spot, f"Topic {topic.id} ({topic.text}) is not answered.", quote=topic.id)
        elif answer_.not_applicable is not None:
            if len(answer_.not_applicable.split()) < _WORDS_OF_A_REASON:
                yield REASON.at(spot, f"Topic {topic.id} ({topic.text}) is ruled out without a reason.", quote=answer_.not_applicable)
        elif not answer_.steps and not answer_.artifacts and len(answer_.text.split()) < _WORDS_OF_AN_ANSWER:
            yield TOPIC.at(
                spot,
                f"Topic {topic.id} ({topic.text}) has no step, no artifact and no text that answers it.",
                quote=answer_.text or topic.id,
            )


def _parts(view: PlanView) -> Iterator[Finding]:
    plan = view.plan
    wanted = {
        "Executive Summary": bool(plan.executive_summary.strip()),
        "Architecture Overview": bool(plan.architecture.strip()),
        "Checklist": bool(plan.checklist),
        "Estimated Timeline": bool(plan.timeline),
        "Risk Assessment": bool(plan.risks),
        "the blueprint's decisions": bool(plan.blueprint),
        "a way to break and mend one dependency (break_with)": plan.break_with is not None,
    }
    for name, there in wanted.items():
        if not there:
            yield PART.at(None, f"The plan has no {name}." if not name.startswith(("the ", "a ")) else f"The plan lacks {name}.")


def _inputs(view: PlanView) -> Iterator[Finding]:
    for supplied in view.plan.inputs:
        if supplied.required and not (supplied.generate or supplied.default or supplied.obtain):
            yield INPUT.at(
                SectionView(view.section_of_input(supplied.name)),
                f"Input {supplied.name} has neither a default nor a command that makes it, and nothing says how a person gets it.",
                quote=supplied.name,
                hint="Add `generate`, `default` or `obtain`.",
            )


def _phases(view: PlanView) -> Iterator[Finding]:
    present = {step.model.phase for step in view.steps}
    for phase in _PHASES:
        if phase not in present:
            yield PHASE.at(None, f"No step belongs to the phase {phase}.")
    blueprint = view.blueprint
    if blueprint is None:
        return
    if any(store.durable for store in blueprint.stores):
        for needed in ("backup", "restore"):
            if needed not in present:
                yield PHASE.at(None, f"There is a durable data store and no step of the phase {needed}.")
    if blueprint.migration is not None and "migrate" not in present:
        yield PHASE.at(None, "The application migrates its schema and no step belongs to the phase migrate.")
    if any(c.build is not None for c in blueprint.components) and "build" not in present:
        yield PHASE.at(None, "An image is built and no step belongs to the phase build.")
