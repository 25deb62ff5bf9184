"""Run a plan's own smoke test against doubles of curl and docker that stand for servers broken on purpose."""

from __future__ import annotations

from .gate import refusals
from .running import SCENARIOS, Outcome, outcomes

__all__ = ["SCENARIOS", "Outcome", "outcomes", "refusals"]
