"""Say which names hold secrets: inputs of kind secret, and names that the redactor's lexicon knows as secret."""

from __future__ import annotations

from ....core.plan import Plan
from ...redaction.keys import is_secret_name


def secret_inputs(plan: Plan) -> frozenset[str]:
    """Return the names of the plan's secret inputs."""
    return frozenset(i.name for i in plan.inputs if i.kind == "secret")


def is_secret(name: str, known: frozenset[str]) -> bool:
    """Say whether a variable's value is a secret; a name that ends in _FILE or _PATH points at one and is none."""
    if name in known:
        return True
    if name in ("PWD", "OLDPWD") or name.endswith(("_FILE", "_PATH", "_NAME", "_URL_FILE", "_DIR", "_ID", "_COMMAND", "_LENGTH")):
        return False
    return is_secret_name(name)
