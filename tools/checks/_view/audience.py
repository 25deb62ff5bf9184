"""Tell for whom a part of somebody else's page is written: whoever works on the code builds and tries things that nobody deploys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import re2

if TYPE_CHECKING:
    from . import PlanView


class Spot(Protocol):
    """Be anything of a plan that may belong to a step."""

    @property
    def step(self) -> str | None: ...


_HEADED = re2.compile(
    r"(?i)\b(?:build(?:ing)? (?:it )?locally|local(?:ly)? (?:build|development)|develop(?:ment|ers?|ing)|contribut(?:e|ing|ors?)"
    r"|(?:was|were) (?:made|created|built)|run(?:ning)? (?:the )?tests?)\b"
)
_SAID = re2.compile(r"(?i)\bfor (?:local )?(?:development|testing)(?: and \w+)?(?: purposes| only|\b)")


def for_developers(view: PlanView, spot: Spot) -> bool:
    """Say whether a step of a page stands under a heading, or below a sentence, that speaks to whoever works on the code."""
    if spot.step is None or spot.step not in view.origins:
        return False
    model = next((step.model for step in view.steps if step.step == spot.step), None)
    return model is not None and bool(_HEADED.search(model.title) or _SAID.search(model.why[-300:]))
