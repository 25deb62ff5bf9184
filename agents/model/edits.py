"""Name the closed set of edits that a model may propose on a section: words about its steps, never the steps' commands."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ...core.base import Frozen
from .evidence import Quote

Level = Literal["low", "medium", "high"]


class ProposedFailure(Frozen):
    """Describe one way in which a step fails: what one sees, one command that only looks, what mends it, and why it happens."""

    symptom: str
    diagnose: str
    fix: str
    cause: str | None


class SetWhy(Frozen):
    """Say in one or two sentences when and why a step is done."""

    op: Literal["set-why"]
    target: str
    text: str
    quotes: tuple[Quote, ...]


class SetImpact(Frozen):
    """Say what users or the operator notice while a step runs."""

    op: Literal["set-impact"]
    target: str
    text: str
    quotes: tuple[Quote, ...]


class AddFailureMode(Frozen):
    """Add one way in which a step fails."""

    op: Literal["add-failure-mode"]
    target: str
    failure_mode: ProposedFailure
    quotes: tuple[Quote, ...]


class SetFailureModes(Frozen):
    """Put better descriptions of how a step fails in place of the ones it has."""

    op: Literal["set-failure-modes"]
    target: str
    failure_modes: tuple[ProposedFailure, ...]
    quotes: tuple[Quote, ...]


class AddRisk(Frozen):
    """Add a risk to the section; the target is the section's id."""

    op: Literal["add-risk"]
    target: str
    title: str
    likelihood: Level
    impact: Level
    mitigation: str
    trigger: str
    quotes: tuple[Quote, ...]


class SetTopicText(Frozen):
    """Put better words in place of a topic's."""

    op: Literal["set-topic-text"]
    target: str
    text: str
    quotes: tuple[Quote, ...]


Edit = SetWhy | SetImpact | AddFailureMode | SetFailureModes | AddRisk | SetTopicText


class Proposal(Frozen):
    """Propose edits to one section of a plan, the most useful first."""

    edits: tuple[Annotated[Edit, Field(discriminator="op")], ...]
