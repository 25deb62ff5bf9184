"""Run the plan's own smoke test against a world that is broken on purpose, where the caller asks for it.

What:
    With `--execute-smoke` each smoke step of a plan of ours is run in a folder of its own, with doubles in place of curl and docker: once
    for a server that answers garbage, 404, 500, nothing, too late or with a redirect, once for containers that do not run, and once for a
    world in order. It must fail in all but the last. Nothing real is asked, nothing of somebody else's plan is run, and a script that
    starts anything but known harmless programs is not run either.

Why it matters in production:
    Reading a script tells that it can fail; only running it tells that it does. A smoke test that is green over a maintenance page lets the
    old release be removed.

Example:
    curl -s "$URL/health" > body; grep -c . body          # green for any page

Instead:
    curl -fsS --max-time 10 "$URL/health" | grep -q '"status":"ok"'

When to ignore:
    NET022 when the doubles cannot know what the script looks for: name what it reads, and where it was proven instead.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._smoke import SCENARIOS, outcomes
from ._view import PlanView

GREEN = Rule("NET021", "smoke-passes-broken-world", "error", "The smoke test was run against a broken world, and passed.")
RED = Rule(
    "NET022", "smoke-fails-good-world", "warning", "The smoke test was run against a world in order, and failed.", confidence="medium"
)
UNRUN = Rule("NET023", "smoke-not-run", "warning", "The smoke test was to be run, and could not be.")
RULES = (GREEN, RED, UNRUN)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield the worlds that the smoke test judges wrongly; nothing where it is not to be run."""
    if not view.execute:
        return
    if view.foreign:
        yield UNRUN.at(
            None, "The smoke test is not run: only scripts of our own plans are.", hint="The rules that read it apply all the same."
        )
        return
    for outcome in outcomes(view):
        if outcome.refused:
            yield UNRUN.at(outcome.step, f"The smoke test of step {outcome.step.step} is not run: {outcome.refused}.")
        elif outcome.scenario == "faithful" and not outcome.passed:
            yield RED.at(
                outcome.step,
                f"The smoke test of step {outcome.step.step} fails against {SCENARIOS['faithful'][2]}: {_last(outcome.output)}",
                hint="See what it looks for.",
            )
        elif outcome.scenario != "faithful" and outcome.passed:
            yield GREEN.at(
                outcome.step,
                f"The smoke test of step {outcome.step.step} passes against {SCENARIOS[outcome.scenario][2]}.",
                quote=outcome.scenario,
                hint="Let it ask for something that only the running application can answer.",
            )


def _last(output: str) -> str:
    lines = [line for line in output.split("\n") if line.strip()]
    return next((line for line in lines if line.startswith("FAIL")), lines[-1] if lines else "no output")[:200]
