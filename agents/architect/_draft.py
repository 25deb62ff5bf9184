"""Collect decisions while a blueprint is being designed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...core.blueprint import Component, EnvBinding, Objective, StateVolume, Store
from ...core.facts import Evidence, Survey
from ...core.plan import DecisionRecord, Input, Source, Unverified
from ...core.target import Assumption, Target
from ...tools.catalog import Catalog
from ...tools.targets import StoreKind, platform


@dataclass
class Draft:
    """Be the one mutable thing of the architect: what was decided so far, in order."""

    survey: Survey
    target: Target
    catalog: Catalog
    app: str
    release: str
    components: list[Component] = field(default_factory=list)
    stores: list[Store] = field(default_factory=list)
    state: list[StateVolume] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)  # variable that says where a file lies -> where this plan keeps it
    env: list[EnvBinding] = field(default_factory=list)
    inputs: dict[str, Input] = field(default_factory=dict)
    objectives: list[Objective] = field(default_factory=list)
    decisions: dict[str, DecisionRecord] = field(default_factory=dict)
    assumptions: dict[str, Assumption] = field(default_factory=dict)
    unverified: dict[str, Unverified] = field(default_factory=dict)

    @property
    def kinds(self) -> Mapping[str, StoreKind]:
        """Return the store kinds that the target platform runs itself."""
        return platform(self.target.platform).store_kinds()

    def kind_of(self, store: Store) -> StoreKind:
        """Return how a store runs: as its kind, open where no password was chosen for it."""
        kind = self.kinds[store.kind]
        return kind.open if kind.open is not None and store.password_input is None else kind

    def decide(self, key: str, value: Any, reason: str, rejected: tuple[str, ...] = (), evidence: tuple[Evidence, ...] = ()) -> None:
        """Record one decision; a second one under the same key is a defect and raises ValueError."""
        if key in self.decisions:
            raise ValueError(f"decided twice: {key}")
        self.decisions[key] = DecisionRecord(
            value=value, reason=reason, rejected=rejected, evidence=tuple(Source(evidence=e) for e in evidence[:3])
        )

    def need(self, wanted: Input) -> None:
        """Ask for one input; the first description stands when two parts want the same."""
        self.inputs.setdefault(wanted.name, wanted)

    def assume(self, key: str, text: str, basis: str, confirm: str) -> None:
        """List one assumption."""
        self.assumptions.setdefault(key, Assumption(id=key, text=text, basis=basis, confirm=confirm))

    def doubt(self, subject: str, claim: str, why: str, confirm: str) -> None:
        """List one claim that could not be verified."""
        self.unverified.setdefault(subject, Unverified(claim=claim, why=why, confirm=confirm, subject=subject))

    def free_name(self, wanted: str) -> str:
        """Return `wanted`, or the next `wanted-2` … that no component bears yet."""
        taken = {c.name for c in self.components}
        name, n = wanted, 1
        while name in taken:
            n += 1
            name = f"{wanted}-{n}"
        return name
