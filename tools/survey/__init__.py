"""Survey a repository: read it once, let every detector state facts, merge them into one Survey."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...core.facts import Survey
    from ..repository import Repository

__all__ = ["survey"]


def survey(repository: Repository) -> Survey:
    """Return everything the repository says, each entry with its evidence; deterministic, and free of every secret met."""
    from .engine import survey as run

    return run(repository)
