"""Find sentences that stand where a file or a command should: "add an alarm", "the same on node 2", "decide whether".

What:
    An imperative that makes something (an alarm, a dashboard, a rule, a job, an account) has a block in its section, or names the step or
    file that does it. Nothing is "done as above" for another machine. No decision is left open on a path that everybody walks.

Why it matters in production:
    What is only a sentence is done by the third reader, in his own way, or by nobody. "Restrict the port as for 5000" is an open port.

Example:
    ### 9.2 Alarms
    Add an alarm for restarts, and a dashboard with the four golden signals.

Instead:
    ### 9.2 Alarms
    `monitoring/rules.yml` holds ContainerRestarting; `monitoring/dashboards/service.json` is loaded by Grafana.

When to ignore:
    When the sentence describes what another section does with a file: name the file in the sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView, SectionView
from ._view.prose import BLOCK_MARK

PROSE = Rule(
    "COV011",
    "prose-instead-of-artifact",
    "warning",
    "A sentence asks for something that a file or a command should make.",
    confidence="low",
    profile="review",
)
SAME = Rule(
    "COV012",
    "same-as-above",
    "warning",
    "Something is to be done as somewhere else, and not written out.",
    confidence="medium",
    profile="review",
)
OPEN = Rule(
    "COV013",
    "decision-left-open",
    "warning",
    "A decision is left to the reader on a path that everybody walks.",
    confidence="medium",
    profile="review",
)
RULES = (PROSE, SAME, OPEN)

_VERBS = (
    r"(?:add|create|configure|set up|define|restrict|register|schedule|deploy|enable|build|provide|write|install|import|subscribe|attach)"
)
_THINGS = (
    r"(?:alarms?|alerts?|dashboards?|synthetic (?:check|canary)|canar(?:y|ies)|uptime checks?|probes?|firewall rules?"
    r"|scrape jobs?|cron jobs?|timers?|lifecycle rules?|exporters?|runbooks?|smoke tests?|health checks?|backup jobs?|keepalived|virtual ip"
    r"|log rotation|network polic(?:y|ies)|fail2ban|swap (?:file|space)|data sources?|web acl|waf|log shippers?|on-call address)"
)
_PASSIVE = re2.compile(
    rf"(?i)^(?:an?|the|another)\s+(?:[\w-]+\s+){{0,4}}?{_THINGS}\b[^.|`]{{0,60}}\b(?:must|has to|needs to|should|is to) be "
    r"(?:added|created|configured|set up|installed)\b"
)
_LIKEWISE = re2.compile(r"(?i)\b(?:is|are) (?:attached|configured|set up|created|done) in the same way\b|\bconfigure \S+ accordingly\b")
_ASKS = re2.compile(rf"(?i)^(?:[-*+]\s+|\d+[.)]\s+)?(?:then\s+|also\s+|please\s+)?{_VERBS}\s+(?:\w+\s+){{0,5}}?{_THINGS}\b")
_AS_ABOVE = re2.compile(
    r"(?i)\b(?:(?:the\s+)?same\s+(?:steps?\s+|thing\s+)?(?:for|on)\s+(?:the\s+)?(?:other|remaining|second|third|nodes?|hosts?|servers?)\b"
    r"|repeat\s+(?:this|these steps|the same|that)\s+(?:for|on)\s+(?:the\s+)?(?:other|each|every|remaining|nodes?|hosts?|servers?)\b"
    r"|(?:restrict|configure|do|set up|install|proceed)\s+[^.|]{0,40}\bas\s+(?:for|with|on)\s+[\w:./-]+"
    r"|analogous(?:ly)?\s+(?:for|on|to)\b|likewise\s+(?:for|on)\s+(?:the\s+)?(?:other|nodes?|hosts?))"
)
_DECIDE = re2.compile(
    r"(?i)\b(?:decide\s+(?:whether|if|which|between|how)|to\s+be\s+decided|choose\s+(?:one\s+of|between|either)|either\s+[^.|]{3,80}\s+or\s+[^.|]{3,60}\s+depending"
    r"|it\s+is\s+up\s+to\s+you|left\s+(?:open|to\s+the\s+(?:reader|operator))|pick\s+one\s+of)\b"
)


@dataclass(frozen=True, slots=True)
class _Part:
    """Be the text under one heading: its lines, and whether a block stands there."""

    section: int | None
    lines: tuple[str, ...]
    block: bool


def check(view: PlanView) -> Iterator[Finding]:
    """Yield sentences in place of artifacts."""
    for part in _parts(view):
        for line in part.lines:
            stripped = line.strip()
            if not stripped or stripped.startswith(("#", ">", "<")) or len(stripped) > 600:
                continue
            yield from _line(view, part, stripped)


def _line(view: PlanView, part: _Part, line: str) -> Iterator[Finding]:
    place = SectionView(part.section)
    for sentence in _sentences(line):
        if _AS_ABOVE.search(sentence) or _LIKEWISE.search(sentence):
            yield SAME.at(
                place,
                "Something is to be done as elsewhere and is not written out.",
                quote=sentence,
                hint="Write the commands for each machine.",
            )
        elif _DECIDE.search(sentence):
            yield OPEN.at(place, "A decision is left to the reader.", quote=sentence, hint="Take it, say why, and name the alternative.")
        elif (
            not part.block
            and "`" not in sentence
            and (_ASKS.search(sentence) or _PASSIVE.search(sentence))
            and not sentence.startswith("|")
        ):
            yield PROSE.at(
                place,
                "A sentence asks for something that a file or a command should make.",
                quote=sentence,
                hint="Write the file or the command, and name it here.",
            )


def _sentences(line: str) -> Iterator[str]:
    for sentence in line.replace("; ", ". ").split(". "):
        if sentence.strip():
            yield sentence.strip()


def _parts(view: PlanView) -> Iterator[_Part]:
    """Yield the texts of the plan in parts: by heading where it is Markdown of somebody else, by topic where it is ours."""
    if view.foreign:
        for field, text, number, _ in view.prose:
            if field == "first_page":
                yield from _by_heading(text, number)
        return
    for section in view.plan.sections:
        for topic in section.topics:
            block = bool(topic.steps or topic.artifacts)
            yield _Part(section.number, tuple(topic.text.split("\n")), block)


_NEAR = 2  # paragraphs after a sentence in which its block may stand


def _by_heading(text: str, section: int | None) -> Iterator[_Part]:
    """Yield the paragraphs of a text, each with whether a block follows before the next heading and the next paragraphs but one."""
    paragraphs: list[list[str] | str] = []  # lines, or what stands between them: a block, a heading
    fenced = False
    for line in text.split("\n"):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif fenced:
            continue
        elif line.startswith("#"):
            paragraphs.append("heading")
        elif line.startswith(BLOCK_MARK):
            paragraphs.append("block")
        elif not line.strip():
            paragraphs.append([])
        elif paragraphs and isinstance(paragraphs[-1], list):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    kept = [p for p in paragraphs if p]
    for number, paragraph in enumerate(kept):
        if isinstance(paragraph, list):
            yield _Part(section, tuple(paragraph), _block_follows(kept[number + 1 :]))


def _block_follows(rest: list[list[str] | str]) -> bool:
    for number, part in enumerate(rest[: _NEAR + 1]):
        if part == "block":
            return True
        if part == "heading" or number == _NEAR:
            return False
    return False
