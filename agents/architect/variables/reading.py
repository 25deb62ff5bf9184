"""Hold one variable with the components that read it, and make bindings and inputs of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ....core.blueprint import EnvBinding
from ....core.facts import EnvVar
from ....core.plan import Input, Source
from .._draft import Draft


@dataclass(frozen=True)
class Reading:
    """Be one variable of the survey and the components that read it."""

    draft: Draft
    variable: EnvVar
    components: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the variable's name."""
        return self.variable.name

    @property
    def input_name(self) -> str:
        """Return what the operator sets for it: its own name, in capitals where a shell's environment would not take it otherwise."""
        return self.name.upper() if self.name[:1].isalpha() else f"APP_{self.name.upper()}"

    def readers(self) -> str:
        """Return the components that read it, as prose."""
        return ", ".join(f"`{c}`" for c in self.components)

    def bound(self, source: str, value: str | None, why: str, secret: bool | None = None, effect: str = "") -> EnvBinding:
        """Return the binding; `secret` defaults to the survey's own verdict, `effect` to what a missing required value does."""
        v = self.variable
        return EnvBinding.model_validate(
            {
                "name": v.name,
                "components": self.components,
                "source": source,
                "value": value,
                "secret": v.secret if secret is None else secret,
                "required": v.required,
                "default": v.default,
                "type": v.type,
                "choices": v.choices,
                "why": why,
                "effect_if_wrong": effect or ("the process does not start" if v.required else ""),
                "evidence": v.evidence[:2],
                "read_by_code": v.read_by_code,
            }
        )

    def need(self, kind: str, description: str, **fields: Any) -> None:
        """Ask for an input that bears the variable's name."""
        self.draft.need(
            Input.model_validate(
                {
                    "name": self.input_name,
                    "kind": kind,
                    "description": description,
                    "used_by": self.components,
                    "evidence": tuple(Source(evidence=e) for e in self.variable.evidence[:1]),
                    **fields,
                }
            )
        )


Rule = Callable[[Reading], EnvBinding | None]
"""Return the binding of a variable that the rule knows, null for any other."""
