"""Know the request: its eleven sections, its headings in order and its topics (data: `data/topics.json`)."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from .base import Frozen


class Topic(Frozen):
    """Name one bullet of the request; `id` is `<section>.<n>`."""

    id: str
    section: int
    text: str


class SectionTitle(Frozen):
    """Name one of the eleven sections; `id` is stable across versions and is the planner's module name."""

    number: int
    id: str
    title: str


_IDS = (
    "prerequisites",
    "infrastructure",
    "images",
    "configuration",
    "data_layer",
    "services",
    "ingress",
    "rollout",
    "observability",
    "operations",
    "custom_infrastructure",
)


@cache
def _data() -> dict[str, list[dict[str, object]]]:
    loaded: dict[str, list[dict[str, object]]] = json.loads(files(__package__).joinpath("data/topics.json").read_text("utf-8"))
    return loaded


@cache
def sections() -> tuple[SectionTitle, ...]:
    """Return the eleven sections in order."""
    return tuple(
        SectionTitle(number=int(str(s["number"])), id=i, title=str(s["title"])) for i, s in zip(_IDS, _data()["sections"], strict=True)
    )


@cache
def topics() -> tuple[Topic, ...]:
    """Return every topic of the request in order."""
    return tuple(Topic(id=str(t["id"]), section=int(str(t["section"])), text=str(t["text"])) for t in _data()["topics"])


def topics_of(section: int) -> tuple[Topic, ...]:
    """Return the topics of one section in order."""
    return tuple(t for t in topics() if t.section == section)


def headings() -> tuple[str, ...]:
    """Return the second-level headings that PLAN.md must have, in order."""
    return tuple(str(h) for h in _data()["other_headings_in_order"])


def section_by_id(section_id: str) -> SectionTitle:
    """Return one section; raise KeyError for an id that is none of the eleven."""
    for found in sections():
        if found.id == section_id:
            return found
    raise KeyError(section_id)
