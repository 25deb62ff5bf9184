"""Run the checks over a plan, each on its own: one that crashes is a finding of its own, never a pass."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType

from ...core.findings import PROFILES, Finding, Fix, Location
from . import _ignores, _registry
from ._fixes import in_artifact, in_step, without_line
from ._view import PlanView
from ._view.audience import for_developers

CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold what the checks found: findings in a fixed order, modules that crashed, seconds per module."""

    findings: tuple[Finding, ...]
    crashed: tuple[str, ...]
    seconds: dict[str, float]
    ignored: int


def run(view: PlanView, only: Iterable[str] | None = None, clock: Callable[[], float] = time.perf_counter) -> Outcome:
    """Return the outcome of every check module (or of those named in `only`) at the view's profile."""
    wanted = set(only) if only is not None else None
    findings: list[Finding] = []
    crashed: list[str] = []
    seconds: dict[str, float] = {}
    for name, module in _registry.modules().items():
        if wanted is not None and name not in wanted:
            continue
        started = clock()
        found, failed = _isolated(name, module, view)
        findings += [_as_read(f, view) for f in found if counts(f, view)]
        crashed += [name] if failed else []
        seconds[name] = clock() - started
    findings, unused = _ignores.apply(findings, _ignores.ignores(view))
    if wanted is None:
        findings += _unused(view, unused)
    final = ordered(findings)
    return Outcome(final, tuple(crashed), seconds, sum(1 for f in final if f.ignored is not None))


def _as_read(finding: Finding, view: PlanView) -> Finding:
    """Return the finding as bad as it is in somebody else's runbook or folder, where not all that settles it can be seen."""
    known = _registry.rules().get(finding.code)
    if not view.foreign or known is None or finding.severity != "error" or finding.rule == CRASHED:
        return finding
    counts_for = known[0].foreign
    doubted = counts_for == "doubt" or view.shows or _only_shown(view, finding)
    doubtful = doubted and not view.whole and view.profile != "release"
    mild = doubtful or counts_for == "warning" or for_developers(view, finding.location)
    return finding.model_copy(update={"severity": "warning"}) if mild else finding


def _only_shown(view: PlanView, finding: Finding) -> bool:
    """Say whether a finding is of what one of several pages shows: commands and excerpts illustrate as often as they are followed.

    Readers found 7 of 9 errors right in whole files of pages (a compose file, a manifest), and 5 of 14 in their commands. A page that is
    the only one is a runbook that somebody holds.
    """
    if len({page for page, _ in view.origins.values()}) < 2:
        return False
    spot = finding.location
    name = spot.artifact or spot.step
    if name is None or name not in view.origins:
        return name is None and bool(view.around)
    return not any(a.artifact == name and a.kind in ("compose", "kubernetes") for a in view.artifacts)


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings without repetitions: errors first, then by section, code and place."""
    unique = {f.to_json(): f for f in findings}
    return tuple(sorted(unique.values(), key=_order))


def apply_ignores(view: PlanView, findings: list[Finding]) -> list[Finding]:
    """Return the findings, each as bad as it is there, with inline ignores applied (for findings of outside tools, which come later)."""
    return _ignores.apply([_as_read(f, view) for f in findings], _ignores.ignores(view))[0]


def _isolated(name: str, module: ModuleType, view: PlanView) -> tuple[list[Finding], bool]:
    found: list[Finding] = []
    try:
        for finding in module.check(view):
            found.append(finding)  # noqa: PERF402 - what was found before a crash is kept
    except Exception as error:  # a check that broke has not passed: the reader must see it
        found.append(_crash(name, module, error))
        return found, True
    return found, False


def _crash(name: str, module: ModuleType, error: Exception) -> Finding:
    rule = module.RULES[0]
    return Finding(
        code=rule.code,
        rule=CRASHED,
        severity="error",
        message=f"The check {name} broke on this plan ({type(error).__name__}): what it looks for was not checked.",
        location=Location(),
        hint="This is a defect of deploybook, not of the plan; report it with the plan that shows it.",
    )


def counts(finding: Finding, view: PlanView) -> bool:
    """Say whether a finding counts at the view's profile."""
    return PROFILES.index(finding.profile) <= PROFILES.index(view.profile)


def _unused(view: PlanView, ignores: Iterable[_ignores.Ignore]) -> Iterator[Finding]:
    known = _registry.rules()
    for ignore in ignores:
        if ignore.reason and all(code in known and not known[code][0].gate for code in ignore.codes):
            rule = known["IGN003"][0]
            message = f"The ignore of {', '.join(ignore.codes) or 'nothing'} covers no finding."
            yield rule.at(ignore, message, line=ignore.line, hint="Remove it.", fix=_without(view, ignore))


def _without(view: PlanView, ignore: _ignores.Ignore) -> Fix | None:
    """Return the safe mend that takes a comment of its own line away."""
    step = next((s for s in view.steps if ignore.step == s.step), None)
    text = step.model.run if step is not None else next((a.text for a in view.artifacts if a.artifact == ignore.artifact), "")
    line = text.split("\n")[ignore.line - 1].strip() if text else ""
    left = without_line(text, ignore.line) if line.startswith(("# deploybook:", "// deploybook:")) else None
    if left is None:
        return None
    description = "Remove the comment."
    if step is not None:
        return in_step(step.step, "run", left, description, safe=True)
    return in_artifact(ignore.artifact or "", left, description, safe=True)


_SEVERITY = {"error": 0, "warning": 1, "info": 2}


def _order(finding: Finding) -> tuple[object, ...]:
    spot = finding.location
    place = spot.section if spot.section is not None else 99
    return (
        _SEVERITY[finding.severity],
        place,
        finding.code,
        spot.step or "",
        spot.artifact or "",
        spot.file or "",
        spot.line or 0,
        finding.message,
    )
