"""Define what an alert is: its rule and the series that must make it fire."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Alert:
    """Hold one alert with the synthetic series that must make it fire.

    `series` are promtool input series; `at` is when it must fire; `labels` are the labels of the firing alert besides its severity.
    """

    name: str
    expr: str
    wait: str
    severity: str
    summary: str
    runbook: str  # the section of the plan that says what to do
    series: tuple[tuple[str, str], ...]
    at: str
    labels: dict[str, str] = field(default_factory=dict)


def title_of(name: str) -> str:
    """Return a component's name as the first part of an alert's name: `task-db` becomes `TaskDb`."""
    return "".join(part.title() for part in name.split("-"))
