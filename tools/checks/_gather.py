"""Say one cause once: findings that tell the same of several places of somebody else's folder become one that lists them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import re2

from ...core.findings import Finding

_STOPS = re2.compile(r"\(SC10\d\d\)|\(DL1000\)")
_NAMED = 3  # places that are named; the others are counted


def gathered(findings: Iterable[Finding], origins: Mapping[str, tuple[str, int]] | None = None) -> list[Finding]:
    """Return the findings in their order, those of one rule and one wording as one; what has a safe fix of its own stays by itself.

    `origins` are the page of each step and file that stands on one, and the line before its first one.
    """
    places = origins or {}
    groups: dict[tuple[object, ...], list[Finding]] = {}
    told = list(findings)
    unread = {_text_of(f) for f in told if f.code in ("VAL001", "VAL004")}
    for finding in told:
        if finding.code == "VAL003" and _STOPS.search(finding.message) and _text_of(finding) in unread:
            continue  # a second reader stops at the same text
        groups.setdefault(_cause(finding, places), []).append(finding)
    return [_one(group, places) for group in groups.values()]


def _text_of(finding: Finding) -> tuple[str | None, str | None]:
    return finding.location.step, finding.location.artifact


def _cause(finding: Finding, places: Mapping[str, tuple[str, int]]) -> tuple[object, ...]:
    spot = finding.location
    name = spot.artifact or (spot.step if spot.step in places else None)
    if name is None or (finding.fix is not None and finding.fix.safe):
        return (finding.to_json(),)
    said = finding.message.replace(name, "")
    quote = (spot.quote or "").removesuffix(":latest")  # the same as no tag
    if spot.artifact is None and said != finding.message:  # it speaks of the step: one finding for all such steps of a page
        said, quote = f"{places[name][0]}: {said}", ""
    return (finding.code, finding.rule, finding.severity, finding.ignored is None, said, quote)


def _one(group: list[Finding], places: Mapping[str, tuple[str, int]]) -> Finding:
    if len(group) == 1:
        return group[0]
    return also(group[0], [_place(other, places) for other in group[1:]])


def also(finding: Finding, places: list[str]) -> Finding:
    """Return a finding that names the other places where the same is true, each as `file:line`."""
    if not places:
        return finding
    more = len(places) - _NAMED
    named = ", ".join(places[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    return finding.model_copy(update={"message": f"{finding.message} The same in {named}."})


def _place(finding: Finding, places: Mapping[str, tuple[str, int]]) -> str:
    name = finding.location.artifact or finding.location.step
    if name is not None and name in places:
        page, before = places[name]
        return f"{page}:{before + (finding.location.line or 1)}"
    return f"{finding.location.artifact}:{finding.location.line}" if finding.location.line else str(finding.location.artifact)
