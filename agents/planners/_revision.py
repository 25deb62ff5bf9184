"""Name what a planner is asked to mend."""

from __future__ import annotations

from ...core.base import Frozen
from ...core.findings import Finding


class Revision(Frozen):
    """Hold the number of the round (0: the first draft) and the findings that sent the section back."""

    number: int = 0
    findings: tuple[Finding, ...] = ()
