"""Tell for whom a part of somebody else's page is written: who works on the code, or tries things in a lab, deploys nothing there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import re2

if TYPE_CHECKING:
    from . import PlanView


class Spot(Protocol):
    """Be anything of a plan that may belong to a step or a file."""

    @property
    def step(self) -> str | None: ...
    @property
    def artifact(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Around:
    """Be what stands around a block of a page: the page, the headings above it from the outermost, the text since the last of them."""

    page: str
    headings: tuple[str, ...]
    told: str
    after: str = ""  # the text that follows at once
    desk: bool = False  # the page is for a first try, in a cluster on one's own desk


_HEADED = re2.compile(
    r"(?i)\b(?:build(?:ing)? (?:it )?locally|local(?:ly)? (?:build|development|testing|setup)|develop(?:ment|ers?|ing)"
    r"|contribut(?:e|ing|ors?|ion)|^tests?$|(?:was|were) (?:made|created|built)|(?:run(?:ning)?|writ(?:e|ing)) (?:the )?(?:\w+ )?tests?"
    r"|(?:minikube|kind|k3d|vagrant|virtualbox|multipass|docker desktop)(?: clusters?)?$|workshop|exercises?|demo)\b"
)
_SAID = re2.compile(
    r"(?i)\bfor (?:local )?(?:development|testing)(?: and \w+)?(?: purposes| only|\b)"
    r"|\b(?:local|demo|test|playground) (?:cluster|environment)\b"
)
_PAGES = frozenset("dev development developing developer developers contributing contribute contributors hacking".split())
# what makes a cluster or a machine on one's own desk
_LAB = re2.compile(r"(?m)^\s*(?:sudo\s+)?(?:minikube start|kind create cluster|k3d cluster create|vagrant up|multipass launch)\b")
# what builds or shows a project's documentation, or runs its tests
_AT_WORK = re2.compile(
    r"(?m)^\s*(?:(?:uv|poetry|pipenv) run\s+|bundle exec\s+|python3? -m\s+|npx\s+)?"
    r"(?:mkdocs|mdbook|jekyll|sphinx-build|docusaurus|hugo (?:serve|server)|make (?:html|docs|test|tests)|pytest|tox|pre-commit|go test)\b"
)


def tried(around: Mapping[str, Around], runs: Mapping[str, str]) -> frozenset[str]:
    """Return the steps and files of pages that nobody deploys: those for developers, and what runs in a cluster on one's own desk.

    `runs` are the commands of each step. A section (a heading of the second level with all below it) is as one; a page whose title or
    first heading says that it is a tutorial is one as a whole.
    """
    sections: dict[tuple[str, ...], list[str]] = {}
    for name, place in around.items():
        sections.setdefault(_section(place), []).append(name)
    found = {name for name, place in around.items() if _of_developers(place)}
    for names in sections.values():
        if any(_LAB.search(runs.get(n, "")) or _AT_WORK.search(runs.get(n, "")) for n in names):
            found |= set(names)
    return frozenset(found)


_DESK = re2.compile(
    r"(?i)\b(?:minikube|kind cluster|kind\.sigs|k3d|docker desktop|local (?:kubernetes )?cluster|playground|laptop|localstack)\b"
)


_OWN_MACHINE = re2.compile(r"(?i)\b(?:mac|macos|windows|wsl)\b")


def on_desk(page: str, text: str) -> bool:
    """Say whether a page is a first try or a tutorial that takes a cluster on one's own desk."""
    head = text[:3000]
    title = next((line for line in head.split("\n") if line.startswith(("# ", "title:"))), "")
    tried_out = _TUTORIAL.search(page) or _TUTORIAL.search(title)
    return bool(tried_out and (_DESK.search(head) or _OWN_MACHINE.search(title)))


_TUTORIAL = re2.compile(r"(?i)tutorial|\btry\b|getting[-_ ]?started|quick[-_ ]?start|walk-?through|codelab|\blabs?\b|hands-on")


def _section(place: Around) -> tuple[str, ...]:
    if _TUTORIAL.search(place.page) or _TUTORIAL.search(" ".join(place.headings[:1])):
        return (place.page,)
    return (place.page, *place.headings[:2])


def _of_developers(place: Around) -> bool:
    words = set("".join(c if c.isalnum() else " " for c in place.page.lower()).split())
    return place.desk or bool(_PAGES & words) or any(_HEADED.search(h) for h in place.headings) or bool(_SAID.search(place.told[-300:]))


_SHOWS = frozenset(
    "demo demos demonstration demonstrations tutorial tutorials workshop workshops example examples sample samples playground training"
    " course courses bootcamp lab labs learn learning kata katas exercises hackathon".split()
)


def teaches(title: str, readme: str) -> bool:
    """Say whether a folder's name, or the first heading of its README, tells that it shows or teaches something."""
    heading = next((line for line in readme.split("\n") if line.lstrip().startswith("# ")), "")
    return any(bool(_SHOWS & set("".join(c if c.isalnum() else " " for c in text.lower()).split())) for text in (title, heading))


def for_developers(view: PlanView, spot: Spot) -> bool:
    """Say whether a step or file of a page is for whoever works on the code or tries things in a lab."""
    return any(name in view.tried for name in (spot.step, spot.artifact) if name is not None)


def said_around(around: Mapping[str, Around], name: str) -> str:
    """Return what a page says right before the block of that name, and right behind it; empty for a file of its own."""
    place = around.get(name)
    return f"{place.told[-400:]}\n{place.after}" if place is not None else ""


def said_of(around: Mapping[str, Around], names: Iterable[str | None]) -> str:
    """Return what a page says before the block of that name."""
    return next((around[name].told for name in names if name is not None and name in around), "")
