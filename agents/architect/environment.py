"""Bind every environment variable that the code reads to where its value comes from."""

from __future__ import annotations

from ...core.blueprint import EnvBinding
from ...core.facts import EnvVar
from ._draft import Draft
from .variables import RULES, Reading

HIDDEN = "[REDACTED:"
"""What the survey writes in the place of a secret's value."""
IMPLIED = {"SECRET_KEY_BASE": "rails"}
"""Rails does not start in production without it; an encrypted credentials file would need a key that no repository holds."""


def bind_environment(draft: Draft) -> None:
    """Add one binding per variable of the survey, each with source, reason and the effect of a wrong value."""
    for variable in (*draft.survey.env_vars, *_implied(draft)):
        components = _components(draft, variable)
        if components:
            draft.env.append(_bind(Reading(draft, variable, components)))


def _implied(draft: Draft) -> list[EnvVar]:
    """Return the variables that a framework demands in production although no line of the repository reads them."""
    known = {v.name for v in draft.survey.env_vars}
    found = []
    for name, framework in IMPLIED.items():
        services = tuple(s.name for s in draft.survey.services if framework in (s.framework, *s.libraries))
        if services and name not in known:
            found.append(EnvVar(name=name, required=True, secret=True, services=services))
    return found


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
    variable = reading.variable
    committed = next((e for e in variable.evidence if variable.secret and e.path.endswith(".env") and HIDDEN in (e.quote or "")), None)
    if committed is not None:
        return reading.bound("unset", None, f"the value in `{committed.at()}` stands, which everybody who reads the repository knows")
    why = "the code's own default stands" if variable.default is not None else "optional: the code works without it"
    return reading.bound("unset", None, why)
