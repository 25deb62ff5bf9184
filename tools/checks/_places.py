"""Say in which file, and on which of its lines, a finding stands: the page of a runbook, a repository's file, plan.json."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import re2

from ...core.findings import Finding
from ...core.plan import Plan

DOCUMENT = "plan.json"
"""The file that holds a plan."""


class Places:
    """Know where the steps and files of a loaded plan stand; paths are relative to its folder."""

    def __init__(
        self,
        plan: Plan,
        folder: Path | None,
        origins: Mapping[str, tuple[str, int]],
        pages: tuple[tuple[str, int], ...] = (),
        document: str = DOCUMENT,
    ) -> None:
        self.plan, self.folder, self.origins, self.pages, self.document = plan, folder, origins, pages, document

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
            return self.document, self._steps.get(spot.step, 1)
        if self.pages:
            return self._in_prose(spot.line) if spot.line is not None else self._quoted(finding)
        whole = self.folder is not None and (self.folder / self.document).is_file()
        return (self.document, 1) if whole else (None, None)

    def located(self, finding: Finding) -> Finding:
        """Return a finding of somebody else's pages or files with its file, and its line there; the same where it speaks of all of them."""
        name, line = self.of(finding)
        if name is None:
            return finding
        spot = finding.location.model_copy(update={"file": name, "line": line})
        return finding.model_copy(update={"location": spot, "message": self._named(finding.message)})

    def _named(self, message: str) -> str:
        """Return a message in which a block that has no name of its own is called by its page and line."""
        for name, (page, before) in self.origins.items():
            if name in message and (name.startswith(page) or f"{name}:" in message):
                shape = re2.compile(re2.escape(name) + (r"(?::(\d+)|\b)" if name.startswith(page) else r":(\d+)"))
                message = shape.sub(lambda m, p=page, b=before: f"{p}:{b + int(m.group(1) or 1)}", message)
        return message

    @cached_property
    def _steps(self) -> dict[str, int]:
        """Return the line of the plan's document on which each step begins."""
        text = self._text(self.document)
        found: dict[str, int] = {}
        for number, line in enumerate(text.split("\n"), start=1):
            key, _, value = line.strip().partition(":")
            if key == '"id"':
                found.setdefault(value.strip().strip('",'), number)
        return found

    def _in_prose(self, line: int) -> tuple[str, int]:
        """Return page and line of a line of the plan's first page, in which the text of all pages stands one after the other."""
        page, before = [(name, count) for name, count in self.pages if count < line or not count][-1]
        return page, line - before

    def _quoted(self, finding: Finding) -> tuple[str | None, int | None]:
        """Return the line of a page that holds what the finding quotes, else the page's first."""
        quote = (finding.location.quote or "").removesuffix("...")
        for page, _ in self.pages:
            for number, line in enumerate(self._text(page).split("\n"), start=1):
                if quote and quote in " ".join(line.split()):
                    return page, number
        return self.pages[0][0], 1

    def _text(self, name: str) -> str:
        path = (self.folder or Path()) / name
        try:
            return path.read_text("utf-8", "replace") if path.stat().st_size < 8_000_000 else ""
        except OSError:
            return ""
