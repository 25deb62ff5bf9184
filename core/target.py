"""Name where a plan is for, and the questions that only a person can answer."""

from __future__ import annotations

from typing import Literal

from .base import Frozen

Environment = Literal["production", "staging"]
Platform = Literal["compose", "swarm", "kubernetes", "baremetal"]
InfrastructureType = Literal["cloud", "custom", "hybrid"]


class Target(Frozen):
    """Describe the place to deploy to: the request's nine questions, answered or null."""

    environment: Environment = "production"
    platform: Platform = "compose"
    infrastructure_type: InfrastructureType = "custom"
    provider: str | None = None  # AWS, GCP, Azure; null is printed as N/A
    region: str | None = None
    topology: str | None = None
    hardware_cpus: int | None = None
    hardware_memory_mb: int | None = None
    hardware_disk_gb: int | None = None
    existing_infrastructure: str | None = None
    compliance: tuple[str, ...] = ()
    budget: str | None = None
    team: str | None = None
    strategy: str | None = None
    domain: str | None = None
    registry: str | None = None


class Choice(Frozen):
    """Offer one answer, with what follows from it."""

    value: str
    label: str


class Question(Frozen):
    """Ask one thing that neither the repository nor the flags say."""

    id: str
    text: str
    why: str
    choices: tuple[Choice, ...] = ()  # empty: free text
    default: str | None = None  # null: there is no sound default, a run without input must stop
    pattern: str | None = None  # a free answer must match this (RE2 syntax)
    sections: tuple[int, ...] = ()  # the sections an answer changes
    field: str  # the field of Target it sets


class Answer(Frozen):
    """Answer one question."""

    question: str
    value: str
    source: Literal["person", "flag", "file", "repository", "default"] = "person"


class Assumption(Frozen):
    """State what was taken for granted, on what ground, and how to confirm it."""

    id: str
    text: str
    basis: str
    confirm: str
    owner: str = "the engineer who runs this plan"
