"""Plan section 1: access, rights, tools with exact versions, inputs, the size of the host."""

from __future__ import annotations

from ...core.blueprint import Blueprint
from ...core.facts import Survey
from ...core.plan import SectionDraft
from ._revision import Revision
from ._section import drafted


def plan(survey: Survey, blueprint: Blueprint, revision: Revision) -> SectionDraft:
    """Return the draft of section 1."""
    domain = next((i.default or "" for i in blueprint.inputs if i.name == "DOMAIN"), "not needed")
    return drafted("prerequisites", survey, blueprint, revision, domain=domain)
