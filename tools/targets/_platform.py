"""State what a target platform offers to the architect, the planners and the editor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ...core.blueprint import Blueprint
from ...core.facts import Survey
from ...core.plan import SectionDraft
from ._store import StoreKind


class Platform(Protocol):
    """Be what each folder of this package defines at its top: a title, the stores it can run, and the drafts of the eleven sections."""

    TITLE: str
    SUMMARY: str

    def store_kinds(self) -> Mapping[str, StoreKind]:
        """Return the store kinds that this platform runs itself, by survey id."""

    def draft_section(self, section_id: str, *, survey: Survey, blueprint: Blueprint, revision: int, **values: Any) -> SectionDraft:
        """Return the draft of one section; `values` are what the planner worked out for it."""
