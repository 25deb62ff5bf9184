"""Draft a section from the target platform's template: the part that every planner shares."""

from __future__ import annotations

from typing import Any

from ...core.blueprint import Blueprint
from ...core.facts import Survey
from ...core.plan import SectionDraft
from ...tools.markdown import bullets, code, table
from ...tools.targets import platform
from ._revision import Revision


def drafted(section_id: str, survey: Survey, blueprint: Blueprint, revision: Revision, **values: Any) -> SectionDraft:
    """Return the section's draft: the platform renders its template over survey, blueprint and the values that the planner worked out."""
    target = platform(blueprint.target.platform)
    return target.draft_section(
        section_id, survey=survey, blueprint=blueprint, revision=revision.number, table=table, code=code, bullets=bullets, **values
    )
