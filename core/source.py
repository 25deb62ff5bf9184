"""Name what is to be surveyed."""

from __future__ import annotations

from .base import Frozen


class Source(Frozen):
    """Be the repository of a run: a local path or a git URL, and the revision asked for."""

    location: str
    revision: str | None = None
    subpath: str = "."
