"""Plan section 8: how a release goes out, how it is proven, how it comes back."""

from __future__ import annotations

from ...core.blueprint import Blueprint
from ...core.facts import Survey
from ...core.plan import SectionDraft
from ._revision import Revision
from ._section import drafted


def plan(survey: Survey, blueprint: Blueprint, revision: Revision) -> SectionDraft:
    """Return the draft of section 8."""
    path = next((c.path for c in blueprint.smoke if c.kind == "http" and c.path), "/")
    return drafted("rollout", survey, blueprint, revision, baseline_path=path)
