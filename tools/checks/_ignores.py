"""Read inline ignores, `# deploybook: ignore[CODE, CODE] reason`, and apply them to findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from ...core.findings import Finding
from ._registry import rules
from ._view import PlanView

_IGNORE = re2.compile(r"deploybook:\s*ignore\[([A-Za-z0-9 ,_-]*)\][ \t]*([^\n]*)")


@dataclass(frozen=True, slots=True)
class Ignore:
    """Be one inline ignore: what it silences, why, and where it stands."""

    codes: tuple[str, ...]
    reason: str
    line: int
    step: str | None = None
    artifact: str | None = None
    section: int | None = None


def ignores(view: PlanView) -> tuple[Ignore, ...]:
    """Return the ignores written in steps and artifacts."""
    found: list[Ignore] = []
    for step in view.steps:
        found += [Ignore(codes, why, line, step=step.step, section=step.section) for codes, why, line in _read(step.model.run)]
    for artifact in view.artifacts:
        found += [
            Ignore(codes, why, line, artifact=artifact.artifact, section=artifact.section) for codes, why, line in _read(artifact.text)
        ]
    return tuple(found)


def _read(text: str) -> Iterator[tuple[tuple[str, ...], str, int]]:
    if "deploybook:" not in text:
        return
    line, read = 1, 0
    for match in _IGNORE.finditer(text):
        line, read = line + text.count("\n", read, match.start()), match.start()
        codes = tuple(c.strip() for c in str(match.group(1)).split(",") if c.strip())
        reason = str(match.group(2)).strip().removesuffix("*/").removesuffix("-->").strip()
        yield codes, reason, line


def apply(findings: list[Finding], known: tuple[Ignore, ...]) -> tuple[list[Finding], tuple[Ignore, ...]]:
    """Return the findings with `ignored` set where an ignore with a reason covers them, and the ignores that covered nothing.

    An ignore covers its own line and the next one; a finding without a line is covered anywhere in its step or artifact. Gates are never
    covered.
    """
    gates = {code for code, (rule, _) in rules().items() if rule.gate}
    used: set[int] = set()
    result = []
    for finding in findings:
        covering = None
        if finding.code not in gates:
            covering = next((n for n, ignore in enumerate(known) if ignore.reason and _covers(ignore, finding)), None)
        if covering is not None:
            used.add(covering)
            finding = finding.model_copy(update={"ignored": known[covering].reason})
        result.append(finding)
    return result, tuple(ignore for n, ignore in enumerate(known) if n not in used)


def _covers(ignore: Ignore, finding: Finding) -> bool:
    if finding.code not in ignore.codes and finding.rule not in ignore.codes:
        return False
    spot = finding.location
    if (spot.step, spot.artifact) != (ignore.step, ignore.artifact):
        return False
    return spot.line is None or spot.line in (ignore.line, ignore.line + 1)
