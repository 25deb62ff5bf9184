"""Check a plan like a compiler: every rule is one documented file here, found by itself.

    view = PlanView(plan, survey, blueprint, profile="review")
    outcome = run(view)          # findings in a fixed order; a check that crashed is a finding
    explain("LNK003")            # what a rule wants, why, example, instead, when to ignore

To add a rule: a module here with a docstring in the shape What / Why it matters in production / Example / Instead / When to ignore,
`RULES` and `check(view)`, and `tests/checks/<module>.yaml` with cases that fail and pass.
"""

from __future__ import annotations

from ._edits import Edit, applied, between, merged
from ._fixes import FIELDS, applicable, apply_fixes
from ._gather import gathered
from ._load import Loaded, load
from ._pages import HIDDEN, Block, blocks
from ._registry import explain, families, mending, modules, rules
from ._rule import Rule
from ._run import CRASHED, Outcome, apply_ignores, counts, ordered, run
from ._texts import plain_lines
from ._view import PlanView

__all__ = [
    "CRASHED",
    "FIELDS",
    "HIDDEN",
    "Block",
    "Edit",
    "Loaded",
    "Outcome",
    "PlanView",
    "Rule",
    "applicable",
    "applied",
    "apply_fixes",
    "apply_ignores",
    "between",
    "blocks",
    "counts",
    "explain",
    "families",
    "gathered",
    "load",
    "mending",
    "merged",
    "modules",
    "ordered",
    "plain_lines",
    "rules",
    "run",
]
