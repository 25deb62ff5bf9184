"""Plan section 2: the host, its engine, its firewall, networks, stores and their sizes."""

from __future__ import annotations

from ...core.blueprint import Blueprint
from ...core.facts import Survey
from ...core.plan import SectionDraft
from ...tools.catalog import load
from ._revision import Revision
from ._section import drafted


def plan(survey: Survey, blueprint: Blueprint, revision: Revision) -> SectionDraft:
    """Return the draft of section 2."""
    return drafted("infrastructure", survey, blueprint, revision, ufw=load().apt("ufw", "trixie").version)
