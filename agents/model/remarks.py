"""Name what a reviewing model answers."""

from __future__ import annotations

from typing import Literal

from ...core.base import Frozen


class Remark(Frozen):
    """Point at one weakness: at a step by its id, or at a section by its number; `piece` is what is meant, word for word."""

    severity: Literal["error", "warning", "info"]
    step: str | None
    section: int | None
    piece: str
    consequence: str
    better: str


class Judgement(Frozen):
    """Vote on a plan, say why in one sentence, and list remarks, the gravest first."""

    vote: Literal["approve", "revise"]
    reason: str
    remarks: tuple[Remark, ...]
