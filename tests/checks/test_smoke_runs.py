"""The smoke test that our planners write is red over every broken world and green over one in order; no other script is run."""

from __future__ import annotations

from pathlib import Path

import pytest
from deploybook.agents import clarifier
from deploybook.agents.architect import design
from deploybook.agents.editor import assemble
from deploybook.agents.planners import Revision, planners
from deploybook.core.settings import Limits
from deploybook.core.source import Source
from deploybook.tools.checks import PlanView
from deploybook.tools.checks._smoke import SCENARIOS, outcomes, refusals
from deploybook.tools.checks._view.shell import parse
from deploybook.tools.repository import open_repository
from deploybook.tools.survey import survey

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "notes-api"


@pytest.fixture(scope="module")
def view() -> PlanView:
    with open_repository(Source(location=str(EXAMPLE)), Limits()) as repository:
        facts = survey(repository)
    target, _, assumptions = clarifier.settle(facts, (), {})
    blueprint = design(facts, target, assumptions)
    drafts = {name: module.plan(facts, blueprint, Revision()) for name, module in planners().items()}
    return PlanView(assemble(facts, blueprint, drafts, (), "run", "2026-11-25T00:00:00Z"), facts, blueprint, execute=True)


def test_the_smoke_test_of_the_example_passes_in_one_world_only(view: PlanView) -> None:
    ended = {outcome.scenario: outcome for outcome in outcomes(view)}
    assert set(ended) == set(SCENARIOS), {o.refused for o in ended.values()}
    assert {name for name, outcome in ended.items() if outcome.passed} == {"faithful"}
    assert "0 failed" in ended["faithful"].output and "FAIL" in ended["garbage"].output


@pytest.mark.parametrize(
    "text",
    [
        "wget -q http://x/",
        'eval "$X"',
        ". ./other.sh",
        "exec 3<>/dev/tcp/1.2.3.4/80",
        "nc x 80",
        "/usr/bin/curl http://x/",
        "curl http://x/ > ~/.ssh/authorized_keys",
        "ssh host true",
        "bash -c 'rsync a b:'",
        "timeout 5 python3 x.py",
        "env -i perl -e 1",
        "xargs rm2",
        "if (",
        "$(echo curl) http://x/",
    ],
)
def test_what_could_do_more_than_ask_is_refused(text: str) -> None:
    assert refusals(parse(text)) != ()


@pytest.mark.parametrize(
    "text", ["curl -fsS http://x/ | grep -q ok", "docker compose exec -T db rsync --version", "f() { echo 1; }\nf > /dev/null"]
)
def test_what_only_asks_is_not_refused(text: str) -> None:
    assert refusals(parse(text)) == ()
