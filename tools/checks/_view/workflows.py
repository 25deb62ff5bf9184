"""Read GitHub workflows: triggers, jobs, steps, the values they take from outside, and their scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import re2

from ...yaml12 import Map, as_list, as_map, strings
from .items import ArtifactView

_EXPRESSION = re2.compile(r"\$\{\{[^}]*\}\}")
_VALUE = re2.compile(r"\b(vars|secrets)\.([A-Za-z_][A-Za-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class WorkflowStep:
    """Be one step of a job: an action or a script; `line` is that of the script's first line (or of `uses`)."""

    job: str
    name: str
    uses: str | None
    run: str | None
    line: int
    raw: Map
    folder: str | None


@dataclass(frozen=True)
class Workflow:
    """Be one workflow file."""

    artifact: ArtifactView

    @property
    def raw(self) -> Map:
        """Return the file's mapping."""
        return self.artifact.root

    @cached_property
    def triggers(self) -> frozenset[str]:
        """Return the names of the events that start it."""
        on = self.raw.get("on", self.raw.get("true"))
        return frozenset(str(k) for k in (on if isinstance(on, dict | list) else [on] if on else []))

    @cached_property
    def jobs(self) -> dict[str, Map]:
        """Return the jobs by id."""
        return {name: as_map(job) for name, job in as_map(self.raw.get("jobs")).items()}

    @cached_property
    def steps(self) -> tuple[WorkflowStep, ...]:
        """Return the steps of all jobs in order."""
        return tuple(self._steps())

    def _steps(self) -> Iterator[WorkflowStep]:
        shared = as_map(as_map(self.raw.get("defaults")).get("run")).get("working-directory")
        for name, job in self.jobs.items():
            folder = as_map(as_map(job.get("defaults")).get("run")).get("working-directory", shared)
            for raw in as_list(job.get("steps")):
                if not isinstance(raw, Map):
                    continue
                uses, run = raw.get("uses"), raw.get("run")
                line = raw.line_of("run") if isinstance(run, str) else raw.line_of("uses")
                if isinstance(run, str) and "\n" in run.rstrip("\n"):
                    line += 1  # a block scalar starts on the line below its key
                own = raw.get("working-directory", folder)
                if not self._is_shell(raw, job):
                    run = None
                yield WorkflowStep(
                    name,
                    str(raw.get("name", "")),
                    uses if isinstance(uses, str) else None,
                    run if isinstance(run, str) else None,
                    line,
                    raw,
                    own if isinstance(own, str) else None,
                )

    def _is_shell(self, step: Map, job: Map) -> bool:
        """Say whether a step's script is read by sh or bash: by its `shell`, the job's or workflow's default, the runner's own."""
        stated = step.get("shell")
        for level in (job, self.raw):
            stated = stated or as_map(as_map(level.get("defaults")).get("run")).get("shell")
        if stated is not None:
            return str(stated).split()[0].rpartition("/")[2] in ("sh", "bash") if str(stated).strip() else True
        runner = str(job.get("runs-on"))
        where = str(job.get("strategy")) if "matrix." in runner else runner
        return "windows" not in where.lower() or "linux" in str(step.get("if")).lower()

    @cached_property
    def values(self) -> tuple[tuple[str, str, int], ...]:
        """Return (vars or secrets, name, line) of each value that is taken from the repository's settings, in order, once each."""
        found: dict[tuple[str, str], int] = {}
        for text, line in strings(self.raw):
            if "vars." in text or "secrets." in text:
                for match in _EXPRESSION.finditer(text):
                    for value in _VALUE.finditer(str(match.group(0))):
                        found.setdefault((str(value.group(1)), str(value.group(2))), line + text.count("\n", 0, match.start()))
        return tuple((kind, name, line) for (kind, name), line in sorted(found.items(), key=lambda item: (item[1], item[0])))

    def environments(self) -> Iterator[tuple[str, int]]:
        """Yield the deployment environments that jobs name, with line."""
        for job in self.jobs.values():
            stated: Any = job.get("environment")
            name = stated.get("name") if isinstance(stated, Map) else stated
            if isinstance(name, str) and "${{" not in name:
                yield name, job.line_of("environment")

    def hosted(self, job: str) -> bool:
        """Say whether a job runs on a machine of GitHub's, whose addresses nobody can list in a firewall."""
        stated = self.jobs.get(job, Map(1)).get("runs-on")
        labels = [str(label) for label in (stated if isinstance(stated, list) else [stated])]
        return bool(labels) and all(label.startswith(("ubuntu-", "windows-", "macos-")) for label in labels)


def masked(run: str) -> str:
    """Return a script with its `${{ … }}` expressions as plain words, lines kept."""
    return str(_EXPRESSION.sub("expression", run)) if "${{" in run else run
