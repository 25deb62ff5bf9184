"""Name what a run is asked and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ..core.errors import DeploybookError, ExitCode
from ..core.findings import Review
from ..core.plan import Plan
from ..core.settings import Settings
from ..core.source import Source
from ..core.target import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Ask for a plan: of what, with which settings and answers, written where (null: kept in the state home only)."""

    source: Source
    settings: Settings = field(default_factory=Settings)
    answers: Mapping[str, str] = field(default_factory=dict)
    out: Path | None = None
    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Tell where a run stands when its driver stops.

    `waiting`: `questions` are open. `done`: `plan`, `review`, `verdict` and `files` (relative path to content) are set; an `error` beside
    them says why the files could not be written to `out`. `failed`: `error` is set. `interrupted`, `running`: neither.
    """

    run_id: str
    status: Literal["waiting", "done", "interrupted", "failed", "running"]
    questions: tuple[Question, ...] = ()
    plan: Plan | None = None
    plan_ref: str | None = None
    review: Review | None = None
    verdict: str | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    out: Path | None = None
    error: DeploybookError | None = None

    @property
    def exit_code(self) -> ExitCode:
        """Return the exit code that the command line owes for it."""
        if self.error is not None:
            return self.error.exit_code
        if self.status == "done":
            return ExitCode.OK if self.verdict == "passed" else ExitCode.GATE_NOT_MET
        return {"waiting": ExitCode.WAITING, "interrupted": ExitCode.INTERRUPTED, "running": ExitCode.TRANSIENT}[self.status]
