"""Read the evidence again: every claim about the repository matches the line it cites, every other claim says what it rests on.

What:
    Each evidence of the plan (path, line, quote) is the line of the repository where that is at hand, else one of the survey's own. Each
    decision has evidence, a reason or an assumption that exists; each catalogue id exists; an image whose tag nobody has verified is
    listed as unverified.

Why it matters in production:
    A plan that cites a line is believed. When the line says something else, the reader stops believing the other two hundred, or does not
    look and deploys by it. An unverified tag that is not called so fails at the pull, on the host, in the window.

Example:
    evidence: {path: config.py, line: 12, quote: "PORT = 8000"}           # line 12 says PORT = 5000

Instead:
    evidence: {path: config.py, line: 12, quote: "PORT = 5000"}

When to ignore:
    Never: cite the line that says it, or call the claim an assumption.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.facts import Evidence
from ...core.findings import Finding
from ...core.plan import Source
from ..catalog import load
from ._rule import Rule, Spot
from ._view import PlanView, SectionView

MISMATCH = Rule("GRD001", "evidence-does-not-match", "error", "A cited line does not say what the plan quotes, or does not exist.")
BARE = Rule("GRD002", "claim-without-source", "error", "A decision states neither evidence nor reason nor assumption.")
UNKNOWN = Rule("GRD003", "source-unknown", "error", "A claim refers to an assumption or catalogue entry that does not exist.")
UNSAID = Rule("GRD004", "unverified-unsaid", "error", "An image whose tag nobody has verified is not listed as unverified.")
RULES = (MISMATCH, BARE, UNKNOWN, UNSAID)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield claims that rest on nothing."""
    if view.foreign:
        return
    yield from _evidence(view)
    yield from _decisions(view)
    yield from _unverified(view)


def _evidence(view: PlanView) -> Iterator[Finding]:
    known = _survey_lines(view)
    if view.read is None and known is None:
        return
    seen: set[tuple[str, int, str]] = set()
    for spot, evidence, what in _cited(view):
        key = (evidence.path, evidence.line, evidence.quote)
        if key in seen:
            continue
        seen.add(key)
        problem = _wrong(view, evidence, known)
        if problem:
            yield MISMATCH.at(
                spot,
                f"{what} cites {evidence.at()}: {problem}.",
                quote=evidence.quote,
                file=evidence.path,
                hint="Cite the line that says it.",
            )


def _wrong(view: PlanView, evidence: Evidence, known: frozenset[tuple[str, int, str]] | None) -> str:
    """Say what is wrong with an evidence, empty when it holds."""
    if view.read is not None:
        text = view.read(evidence.path)
        if text is None:
            return "" if known is not None and _is_known(evidence, known) else "there is no such file"
        lines = text.split("\n")
        if evidence.line > len(lines):
            return f"the file has {len(lines)} lines"
        return "" if _same(lines[evidence.line - 1], evidence.quote) else "the line says something else"
    return "" if known is None or _is_known(evidence, known) else "the survey read no such line"


def _is_known(evidence: Evidence, known: frozenset[tuple[str, int, str]]) -> bool:
    return (evidence.path, evidence.line, _squeezed(evidence.quote)) in known


def _same(line: str, quote: str) -> bool:
    wanted, own = _squeezed(quote), _squeezed(line)
    if "[REDACTED" in wanted or "<REDACTED>" in wanted:  # the value is hidden: what stands before it must match
        wanted = wanted.partition("[REDACTED")[0].partition("<REDACTED>")[0]
    return wanted.rstrip("….") in own if wanted else True


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _survey_lines(view: PlanView) -> frozenset[tuple[str, int, str]] | None:
    """Return every (path, line, quote) that the survey holds, or null without a survey."""
    if view.survey is None:
        return None
    found: set[tuple[str, int, str]] = set()
    stack: list[object] = [view.survey.model_dump(mode="json")]
    while stack:
        current = stack.pop()
        if isinstance(current, dict):
            if {"path", "line", "quote"} <= set(current):
                found.add((str(current["path"]), int(current["line"] or 0), _squeezed(str(current["quote"]))))
            stack.extend(current.values())
        elif isinstance(current, list):
            stack.extend(current)
    return frozenset(found)


def _cited(view: PlanView) -> Iterator[tuple[Spot, Evidence, str]]:
    for spot, source, what in _sources(view):
        if source.evidence is not None:
            yield spot, source.evidence, what
    for step in view.steps:
        for mode in step.model.failure_modes:
            yield from ((step, e, f"Step {step.step}") for e in mode.evidence)
    for mode in view.plan.failure_modes:
        yield from ((SectionView(10), e, f"The failure mode `{mode.symptom[:60]}`") for e in mode.evidence)
    for risk in view.plan.risks:
        yield from ((SectionView(None), e, f"Risk {risk.id}") for e in risk.evidence)


def _sources(view: PlanView) -> Iterator[tuple[Spot, Source, str]]:
    for step in view.steps:
        yield from ((step, s, f"Step {step.step}") for s in step.model.evidence)
    for section in view.plan.sections:
        for topic in section.topics:
            yield from ((SectionView(section.number), s, f"Topic {topic.topic}") for s in topic.sources)
    for name, decision in sorted(view.plan.blueprint.items()):
        yield from ((SectionView(None), s, f"Decision {name}") for s in decision.evidence)
    for supplied in view.plan.inputs:
        yield from ((SectionView(view.section_of_input(supplied.name)), s, f"Input {supplied.name}") for s in supplied.evidence)


def _decisions(view: PlanView) -> Iterator[Finding]:
    assumptions = {a.id for a in view.plan.assumptions}
    catalogue = load()
    for spot, source, what in _sources(view):
        if source.assumption is not None and source.assumption not in assumptions:
            yield UNKNOWN.at(
                spot, f"{what} rests on the assumption {source.assumption}, which the plan does not list.", quote=source.assumption
            )
        if source.catalogue is not None and catalogue.find(source.catalogue) is None:
            yield UNKNOWN.at(spot, f"{what} names {source.catalogue}, which the version catalogue does not know.", quote=source.catalogue)
    for name, decision in sorted(view.plan.blueprint.items()):
        if not decision.evidence and len(decision.reason.split()) < 3:
            yield BARE.at(
                SectionView(None),
                f"Decision {name} states neither evidence nor a reason.",
                quote=name,
                hint="Say why, or call it an assumption.",
            )
    for assumption in view.plan.assumptions:
        if not assumption.confirm.strip():
            yield BARE.at(
                SectionView(None),
                f"Assumption {assumption.id} does not say how to confirm it.",
                quote=assumption.id,
                hint="Name who knows, or the command that tells.",
            )


def _unverified(view: PlanView) -> Iterator[Finding]:
    if view.blueprint is None:
        return
    said = "\n".join(f"{u.subject} {u.claim}" for u in view.plan.unverified)
    for component in view.blueprint.components:
        image = component.image
        if not image.verified and image.source == "catalogue" and image.ref not in said:
            yield UNSAID.at(
                SectionView(2),
                f"The tag of {image.ref} ({component.name}) was read in no source, and the plan does not say so.",
                quote=image.ref,
                hint="List it under unverified, with the command that confirms it.",
            )
