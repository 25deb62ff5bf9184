"""Ask what neither the repository nor the flags say: the request's nine questions, each with a default and what it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import re2

from ..core.errors import UsageError
from ..core.facts import Survey
from ..core.target import Answer, Assumption, Choice, Question, Target
from ..tools.targets import platforms

QUESTIONS: tuple[Question, ...] = (
    Question(
        id="environment",
        field="environment",
        text="Is this for production or for staging?",
        why="decides how strict defaults are and what the application is told",
        choices=(Choice(value="production", label="real users"), Choice(value="staging", label="a rehearsal of production")),
        default="production",
        sections=(4, 8),
    ),
    Question(
        id="infrastructure",
        field="infrastructure_type",
        text="What kind of infrastructure do you have?",
        why="decides what section 2 provisions",
        choices=(
            Choice(value="custom", label="your own machine, or a rented one"),
            Choice(value="cloud", label="a cloud provider's services"),
            Choice(value="hybrid", label="both"),
        ),
        default="custom",
        sections=(2, 11),
    ),
    Question(
        id="provider",
        field="provider",
        text="Which cloud provider, if any (aws, gcp, azure, none)?",
        why="names the firewall, the disks and the managed services to prefer",
        choices=tuple(
            Choice(value=v, label=label)
            for v, label in (
                ("none", "no cloud provider"),
                ("aws", "Amazon Web Services"),
                ("gcp", "Google Cloud"),
                ("azure", "Microsoft Azure"),
            )
        ),
        default="none",
        sections=(2,),
    ),
    Question(
        id="region",
        field="region",
        text="In which region or data centre?",
        why="latency, data residency, where copies go",
        default="not stated",
        pattern=r"^[\w ,./()-]{1,80}$",
        sections=(2, 10),
    ),
    Question(
        id="hardware",
        field="hardware",
        text="CPU cores, memory in GiB and disk in GB of the host, as 4/8/80, or 'size it'?",
        why="the limits of all containers must fit",
        default="size it",
        pattern=r"^(size it|\d{1,3}/\d{1,4}/\d{1,6})$",
        sections=(1, 2, 11),
    ),
    Question(
        id="existing",
        field="existing_infrastructure",
        text="What exists already that this must use (proxy, database, registry, monitoring)?",
        why="what exists is not built again",
        default="nothing",
        pattern=r"^.{1,300}$",
        sections=(2, 7, 9),
    ),
    Question(
        id="compliance",
        field="compliance",
        text="Which regimes apply (hipaa, soc2, pci-dss, gdpr, none; several with commas)?",
        why="retention, encryption and audit follow from it",
        default="none",
        pattern=r"^(none|(hipaa|soc2|pci-dss|gdpr|iso27001)(,(hipaa|soc2|pci-dss|gdpr|iso27001))*)$",
        sections=(4, 9, 10),
    ),
    Question(
        id="budget",
        field="budget",
        text="Is there a limit on cost?",
        why="decides between one host and more",
        default="one host",
        pattern=r"^.{1,120}$",
        sections=(2, 11),
    ),
    Question(
        id="team",
        field="team",
        text="How used is the team to Docker and Linux (new, used, expert)?",
        why="decides how much each step explains",
        choices=(
            Choice(value="new", label="new to it"),
            Choice(value="used", label="runs it already"),
            Choice(value="expert", label="runs clusters"),
        ),
        default="used",
        sections=(11,),
    ),
    Question(
        id="strategy",
        field="platform",
        text="Which platform should the plan be for?",
        why="decides every artifact",
        default="compose",
        sections=tuple(range(1, 12)),
    ),
    Question(
        id="domain",
        field="domain",
        text="Under which host name will the API be reached?",
        why="certificates, allowed hosts and links carry it",
        default="decide later",
        pattern=r"^(decide later|[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+)$",
        sections=(4, 7),
    ),
)
"""The request's list "When to seek clarification", and the one name that every API needs."""


def questions(survey: Survey, given: Mapping[str, str]) -> tuple[Question, ...]:
    """Return the questions that are still open: those that no flag, file or the repository has answered."""
    told = set(given) | set(_from_repository())
    return tuple(_with_platforms(q) for q in QUESTIONS if q.id not in told)


def settle(
    survey: Survey, asked: Sequence[Question], answers: Mapping[str, str]
) -> tuple[Target, tuple[Answer, ...], tuple[Assumption, ...]]:
    """Return target, answers and the assumptions for what was left to its default; raise UsageError that names every invalid answer.

    `answers` maps question ids to values, from a person, a flag or a file; an id that is no question is refused.
    """
    known = {q.id: _with_platforms(q) for q in QUESTIONS}
    wrong = [f"{key}: no such question" for key in answers if key not in known]
    wrong += [f"{key}: {complaint}" for key, value in answers.items() if key in known and (complaint := invalid(known[key], value))]
    if wrong:
        raise UsageError("some answers cannot be used", "; ".join(sorted(wrong)), f"questions: {', '.join(known)}")
    found = _from_repository()
    settled: list[Answer] = []
    assumed: list[Assumption] = []
    for question in QUESTIONS:
        if question.id in answers:
            settled.append(Answer(question=question.id, value=answers[question.id].strip(), source="person"))
        elif question.id in found:
            settled.append(Answer(question=question.id, value=found[question.id], source="repository"))
        elif question.default is not None:
            settled.append(Answer(question=question.id, value=question.default, source="default"))
            assumed.append(_assumption(question))
        else:
            raise UsageError(f"the question {question.id!r} has no answer", question.why, f"answer it: {question.text}")
    return _target(settled), tuple(settled), tuple(assumed)


def invalid(question: Question, value: str) -> str | None:
    """Return what is wrong with an answer, or null."""
    value = value.strip()
    if not value:
        return "the answer is empty"
    if question.choices and value not in {c.value for c in question.choices}:
        return f"{value!r} is none of {', '.join(c.value for c in question.choices)}"
    if question.pattern and not re2.fullmatch(question.pattern, value):
        return f"{value[:60]!r} does not have the form {question.pattern}"
    return None


def _with_platforms(question: Question) -> Question:
    """Fill in the choices that the installed platforms give."""
    if question.field != "platform":
        return question
    return question.model_copy(
        update={"choices": tuple(Choice(value=name, label=str(module.TITLE)) for name, module in platforms().items())}
    )


def _from_repository() -> dict[str, str]:
    """Return what the repository itself answers; nothing yet decides a question beyond doubt except a single-platform installation."""
    return {"strategy": next(iter(platforms()))} if len(platforms()) == 1 else {}


def _assumption(question: Question) -> Assumption:
    return Assumption(
        id=f"question-{question.id}",
        text=f"{question.text} Taken: {question.default}.",
        basis="nobody answered; this is the default",
        confirm=f"answer the question `{question.id}` and plan again",
    )


def _target(settled: Sequence[Answer]) -> Target:
    """Return the target that the answers describe; words that mean nothing was said become null."""
    values = {a.question: a.value for a in settled}
    fields: dict[str, Any] = {
        "environment": values["environment"],
        "platform": values["strategy"],
        "infrastructure_type": values["infrastructure"],
        "provider": None if values["provider"] == "none" else values["provider"],
        "region": None if values["region"] == "not stated" else values["region"],
        "existing_infrastructure": None if values["existing"] == "nothing" else values["existing"],
        "compliance": () if values["compliance"] == "none" else tuple(values["compliance"].split(",")),
        "budget": values["budget"],
        "team": values["team"],
        "strategy": values["strategy"],
        "domain": None if values["domain"] == "decide later" else values["domain"],
    }
    if values["hardware"] != "size it":
        cpus, memory, disk = (int(n) for n in values["hardware"].split("/"))
        fields |= {"hardware_cpus": cpus, "hardware_memory_mb": memory * 1024, "hardware_disk_gb": disk}
    return Target.model_validate(fields)
