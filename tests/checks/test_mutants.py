"""Break the plans of tests/repos in one place at a time: an error tells of each defect that was not there before.

Every kind of defect is tried at its first and last place in each of a few plans; `tests/benchmarks/mutants.py` tries every place of every
plan and prints what is caught.
"""

from __future__ import annotations

from functools import cache

import breakers_data
import breakers_links
import breakers_nets
import breakers_texts
import pytest
from break_plan import BREAKERS, Broken, bare, every
from deploybook.core.plan import Plan
from deploybook.tools.checks import PlanView, run
from made_plans import CASES, made

REGISTERED = (breakers_links, breakers_nets, breakers_texts, breakers_data)
# three plans, each kind in another one: with a framework's stores, with a proxy only, with a worker
TRIED = ("notes-fastapi", "shop-express", "mailer-worker")


def errors(case: str, plan: Plan) -> frozenset[str]:
    """Return the errors of a plan as `check` sees it: with the survey, without the design."""
    outcome = run(PlanView(plan, made(case).survey, None, profile="release"))
    assert not outcome.crashed, outcome.crashed
    return frozenset(f"{f.code} {f.location.step or f.location.artifact}: {f.message}" for f in outcome.findings if f.severity == "error")


@cache
def whole(case: str) -> Plan:
    return bare(made(case).plan)


def places(kind: str, number: int) -> list[tuple[str, Broken]]:
    """Return the first and the last place of a kind in one plan, the next one where it does not apply."""
    for turn in range(len(TRIED)):
        case = TRIED[(number + turn) % len(TRIED)]
        found = list(every(whole(case), kind))
        if found:
            return [(case, broken) for broken in found[: 1 if len(found) == 1 else None : max(len(found) - 1, 1)]]
    return []


@pytest.mark.parametrize("kind", sorted(BREAKERS))
def test_a_defect_of_this_kind_is_an_error(kind: str) -> None:
    tried = places(kind, sorted(BREAKERS).index(kind))
    assert tried, "no plan can be broken in this way: the breaker breaks nothing"
    for case, broken in tried:
        assert errors(case, broken.plan), f"{case}: {broken.where}"


def test_the_plans_themselves_have_no_error() -> None:
    assert {case: errors(case, whole(case)) for case in TRIED} == {case: frozenset() for case in TRIED}
    assert set(TRIED) <= set(CASES)
    assert len({kind.partition(" ")[0] for kind in BREAKERS}) == 12, "one of the twelve classes has no breaker"
