"""Bind every environment variable that the code reads to where its value comes from."""

from __future__ import annotations

from ...core.blueprint import EnvBinding
from ...core.facts import EnvVar
from ._draft import Draft
from .variables import RULES, Reading


def bind_environment(draft: Draft) -> None:
    """Add one binding per variable of the survey, each with source, reason and the effect of a wrong value."""
    for variable in draft.survey.env_vars:
        components = _components(draft, variable)
        if components:
            draft.env.append(_bind(Reading(draft, variable, components)))


def _components(draft: Draft, variable: EnvVar) -> tuple[str, ...]:
    """Return the app components that read the variable: those named, else all of them."""
    apps = [c for c in draft.components if c.kind in ("app", "job")]
    named = [c.name for c in apps if c.service in variable.services]
    return tuple(named or [c.name for c in apps])


def _bind(reading: Reading) -> EnvBinding:
    """Return the answer of the first rule that knows the variable; what none knows is left to the code."""
    for rule in RULES:
        answer = rule(reading)
        if answer is not None:
            return answer
    why = "the code's own default stands" if reading.variable.default is not None else "optional: the code works without it"
    return reading.bound("unset", None, why)
