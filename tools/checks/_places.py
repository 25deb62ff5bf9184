"""Say in which file, and on which of its lines, a finding stands: the page of a runbook, a repository's file, plan.json."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from ...core.findings import Finding
from ...core.plan import Plan


class Places:
    """Know where the steps and files of a loaded plan stand; paths are relative to its folder."""

    def __init__(self, plan: Plan, folder: Path | None, origins: Mapping[str, tuple[str, int]], pages: tuple[str, ...] = ()) -> None:
        self.plan, self.folder, self.origins, self.pages = plan, folder, origins, pages

    def of(self, finding: Finding) -> tuple[str | None, int | None]:
        """Return file and line; null where the finding speaks of the plan as a whole."""
        spot = finding.location
        for name in (spot.artifact, spot.step):
            if name is not None and name in self.origins:
                page, before = self.origins[name]
                return page, before + (spot.line or 1)
        if spot.artifact is not None:
            return spot.artifact, spot.line or 1
        if spot.step is not None:
            return "plan.json", self._steps.get(spot.step, 1)
        if self.pages:
            return self._quoted(finding)
        whole = self.folder is not None and (self.folder / "plan.json").is_file()
        return ("plan.json", 1) if whole else (None, None)

    @cached_property
    def _steps(self) -> dict[str, int]:
        """Return the line of plan.json on which each step begins."""
        text = self._text("plan.json")
        found: dict[str, int] = {}
        for number, line in enumerate(text.split("\n"), start=1):
            key, _, value = line.strip().partition(":")
            if key == '"id"':
                found.setdefault(value.strip().strip('",'), number)
        return found

    def _quoted(self, finding: Finding) -> tuple[str | None, int | None]:
        """Return the line of a page that holds what the finding quotes, else the page's first."""
        quote = (finding.location.quote or "").removesuffix("...")
        for page in self.pages:
            for number, line in enumerate(self._text(page).split("\n"), start=1):
                if quote and quote in " ".join(line.split()):
                    return page, number
        return self.pages[0], 1

    def _text(self, name: str) -> str:
        path = (self.folder or Path()) / name
        try:
            return path.read_text("utf-8", "replace") if path.stat().st_size < 8_000_000 else ""
        except OSError:
            return ""
