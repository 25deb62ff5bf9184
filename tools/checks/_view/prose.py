"""Collect the Markdown of a plan: each prose field with the section it stands in, and the fences in it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import re2
from markdown_it import MarkdownIt

from ....core.plan import Plan
from .items import Fence

BLOCK_MARK = "<!-- block -->"  # stands in a runbook's prose where a block was that became a step or a file
_TITLE = re2.compile(r"""(?:title|file|name)=["']?([^"'\s}]+)""")


@cache
def parser() -> MarkdownIt:
    """Return the CommonMark parser with tables; raw HTML stays text."""
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def fences_of(text: str, section: int | None, topic: str = "") -> Iterator[Fence]:
    """Yield the fenced blocks of a Markdown text."""
    if "```" not in text and "~~~" not in text:
        return
    for token in parser().parse(text):
        if token.type == "fence":
            info = token.info.strip()
            language, _, rest = info.partition(" ")
            language, _, path = language.partition(":")
            titled = _TITLE.search(rest)
            line = (token.map[0] if token.map else 0) + 2
            yield Fence(language.strip("{}."), str(titled.group(1)) if titled else path, token.content, line, section, topic)


def prose(plan: Plan) -> Iterator[tuple[str, str, int | None, str]]:
    """Yield (field, text, section, topic) of every prose field of the plan."""
    yield "executive_summary", plan.executive_summary, None, ""
    yield "architecture", plan.architecture, None, ""
    yield "first_page", plan.first_page, None, ""
    for section in plan.sections:
        yield f"sections.{section.number}.intro", section.intro, section.number, ""
        for topic in section.topics:
            yield f"topics.{topic.topic}", topic.text, section.number, topic.topic
            if topic.not_applicable:
                yield f"topics.{topic.topic}.not_applicable", topic.not_applicable, section.number, topic.topic
    for step in plan.steps:
        for name in ("title", "why", "impact", "rollback_none", "human"):
            value = getattr(step, name)
            if value:
                yield f"steps.{step.id}.{name}", value, step.section, ""
    for risk in plan.risks:
        yield f"risks.{risk.id}", f"{risk.title}\n{risk.mitigation}\n{risk.trigger}", None, ""
    for assumption in plan.assumptions:
        yield f"assumptions.{assumption.id}", f"{assumption.text}\n{assumption.basis}\n{assumption.confirm}", None, ""
    for name, decision in sorted(plan.blueprint.items()):
        yield f"blueprint.{name}", "\n".join((str(decision.value), decision.reason, *decision.rejected)), None, ""
