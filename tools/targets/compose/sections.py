"""Render this platform's section templates and attach the files that belong to each section."""

from __future__ import annotations

from typing import Any

from ....core.blueprint import Blueprint
from ....core.facts import Survey
from ....core.plan import SectionDraft
from ....core.sections import section_by_id
from .._sections import draft
from ._jinja import render
from .artifacts import artifacts_of
from .artifacts.dockerfiles import dockerfile_doubts
from .context import context_of


def draft_section(section_id: str, *, survey: Survey, blueprint: Blueprint, revision: int, **values: Any) -> SectionDraft:
    """Return the draft of one section for Docker Compose."""
    number = section_by_id(section_id).number
    context = context_of(survey, blueprint) | values
    if section_id == "prerequisites":
        context["installed"] = [str(a.install_to) for n in range(1, 12) for a in artifacts_of(n, survey, blueprint)]
    text = render(f"templates/{number:02d}_{section_id}.yaml.j2", **context)
    made = draft(section_id, text, artifacts_of(number, survey, blueprint), revision)
    if section_id == "images":
        return made.model_copy(update={"unverified": (*made.unverified, *dockerfile_doubts(survey, blueprint))})
    return made
