"""Review a plan: run every check and validator, let each rule family vote, and say what came of it. Gates are vetoes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from ..core.blueprint import Blueprint
from ..core.facts import Survey
from ..core.findings import Checked, Finding, Profile, Review, Vote
from ..core.plan import Plan
from ..tools import checks
from ..tools.checks import validity
from ..tools.redaction import TaintStore

POLICY = (
    "RED and PIN are gates: a finding of theirs is a veto. Every other rule family votes revise when it has an error that was not"
    " ignored with a reason, "
    "else approve; a check that broke counts as an error of its family. A plan passes with no veto and no revise. "
    "A model, where one is set, reviews beside the rules and sees nothing of what they found: its vote is kept and decides nothing, for it"
    " can neither lift a veto nor hold a plan back, and its findings are warnings at most unless a rule's error stands at the same step."
)


class Opinion(NamedTuple):
    """Be what a reviewer beside the rules says of a plan: one vote, findings, notes of how the review went."""

    vote: Vote
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


def review(
    plan: Plan,
    survey: Survey | None,
    blueprint: Blueprint | None,
    profile: Profile,
    taint: TaintStore | None = None,
    round: int = 0,  # noqa: A002 - the graph's word
    *,
    outside: bool = True,
    reviewers: Iterable[Callable[[Plan], Opinion]] = (),
    view: checks.PlanView | None = None,
) -> Review:
    """Return the review of one round: findings in a fixed order, what was checked by what, one vote per family, the verdict.

    `outside` lets installed tools (shellcheck, hadolint, …) read the artifacts too; `reviewers` are asked beside the rules (models), and
    their votes decide nothing; `view` replaces the view made of the other arguments (a plan read from Markdown carries more than a Plan).
    """
    view = view or checks.PlanView(plan, survey, blueprint, profile=profile, taint=taint)
    outcome = checks.run(view)
    findings = list(outcome.findings)
    checked: list[Checked] = []
    notes: list[str] = []
    if outside:
        tool_findings, checked = _tools(view, notes)
        findings = list(checks.ordered(checks.apply_ignores(view, [*findings, *tool_findings])))
    if view.foreign:
        findings = checks.gathered(findings, view.origins)
    votes = _votes(findings, outcome.crashed)
    if outcome.ignored:
        notes.append(f"{outcome.ignored} finding(s) ignored inline, each with its reason")
    opinions = [reviewer(plan) for reviewer in reviewers]
    notes += [note for opinion in opinions for note in opinion.notes]
    return Review(
        findings=_joined(findings, opinions),
        checked=tuple(checked),
        votes=(*votes, *(opinion.vote for opinion in opinions)),
        policy=POLICY,
        verdict=_verdict(votes),
        round=round,
        notes=tuple(notes),
    )


_ROUNDS = 3


def mend(plan: Plan, survey: Survey | None, blueprint: Blueprint | None) -> tuple[Plan, tuple[str, ...]]:
    """Return the plan with every safe fix applied that the rules offer, and a note for each; a fix may bring another to light."""
    notes: list[str] = []
    for _ in range(_ROUNDS):
        outcome = checks.run(checks.PlanView(plan, survey, blueprint, profile="release"), only=checks.mending())
        plan, done = checks.apply_fixes(plan, outcome.findings)
        if not done:
            break
        notes += [f"mended {text}" for text in done]
    return plan, tuple(notes)


def mended(assemble: Callable[..., Plan]) -> Callable[..., Plan]:
    """Return an assembler (survey, blueprint, …) whose plans have their safe fixes applied, with a note for each."""

    def assembled(survey: Survey, blueprint: Blueprint, *rest: object) -> Plan:
        plan, notes = mend(assemble(survey, blueprint, *rest), survey, blueprint)
        return plan.model_copy(update={"notes": (*plan.notes, *notes)}) if notes else plan

    return assembled


def _joined(findings: list[Finding], opinions: list[Opinion]) -> tuple[Finding, ...]:
    """Return all findings in their fixed order; an opinion's error is a warning where no rule has an error at the same step."""
    steps = {f.location.step for f in findings if f.severity == "error" and f.ignored is None and f.location.step is not None}
    said = [
        f.model_copy(update={"severity": "warning"}) if f.severity == "error" and f.location.step not in steps else f
        for opinion in opinions
        for f in opinion.findings
    ]
    return checks.ordered([*findings, *said]) if said else tuple(findings)


def _tools(view: checks.PlanView, notes: list[str]) -> tuple[list[Finding], list[Checked]]:
    try:
        found, checked = validity.outside(view)
    except Exception as error:  # nothing outside was checked, and the reader must see that
        notes.append(f"the outside tools could not be run ({type(error).__name__}): nothing was checked by them")
        return [], [Checked(subject="every artifact", by="outside tools", result="absent", note=type(error).__name__)]
    return [f for f in found if checks.counts(f, view)], checked


def _votes(findings: list[Finding], crashed: Iterable[str]) -> list[Vote]:
    rules = checks.rules()
    gates = {rule.family for rule, _ in rules.values() if rule.gate}
    broken = {rule.family for rule, module in rules.values() if module in set(crashed)}
    votes = []
    for family in checks.families():
        mine = [f for f in findings if f.code.startswith(family)]
        errors = [f for f in mine if f.severity == "error" and f.ignored is None]
        if family in broken:
            verdict, reason = ("veto" if family in gates else "revise"), "a check of this family broke: what it looks for was not checked"
        elif errors:
            verdict, reason = (
                ("veto" if family in gates else "revise"),
                f"{len(errors)} error(s): {', '.join(sorted({f.code for f in errors}))}",
            )
        else:
            verdict, reason = "approve", "no error"
        votes.append(Vote.model_validate({"reviewer": f"rules:{family}", "verdict": verdict, "reason": reason, "findings": len(mine)}))
    return votes


def _verdict(votes: Iterable[Vote]) -> Literal["passed", "needs-revision", "failed"]:
    given = {vote.verdict for vote in votes}
    if "veto" in given:
        return "failed"
    return "needs-revision" if "revise" in given else "passed"
