"""Plan section 11: the platform decision and what one host demands."""

from __future__ import annotations

from ...core.blueprint import Blueprint
from ...core.facts import Survey
from ...core.plan import SectionDraft
from ._revision import Revision
from ._section import drafted


def plan(survey: Survey, blueprint: Blueprint, revision: Revision) -> SectionDraft:
    """Return the draft of section 11."""
    path = next((c.path for c in blueprint.smoke if c.kind == "http" and c.path), "/")
    return drafted("custom_infrastructure", survey, blueprint, revision, baseline_path=path)
