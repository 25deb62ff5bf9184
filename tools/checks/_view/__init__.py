"""View a plan for checking: everything parsed once and cached, steps in the order a reader does them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from ....core.blueprint import Blueprint
from ....core.facts import Survey
from ....core.findings import Profile
from ....core.plan import Artifact, Plan
from .audience import Around, teaches, tried
from .compose import ComposeFile, Service
from .items import PLAN, ArtifactView, Fence, ScriptView, SectionView, StepView
from .objects import KubeObject, objects
from .prose import fences_of, prose
from .schedules import Recurring, recurring
from .terraform import Folder, folders
from .workflows import Workflow, masked

__all__ = [
    "PLAN",
    "Around",
    "ArtifactView",
    "ComposeFile",
    "Fence",
    "Folder",
    "KubeObject",
    "PlanView",
    "Recurring",
    "ScriptView",
    "SectionView",
    "Service",
    "StepView",
    "Workflow",
]


def _copied_to(path: str) -> str:
    """Return the path under which a reader uses a file that is there to be copied (`compose.override.yaml.example`)."""
    head, _, last = path.rpartition(".")
    return head if last in ("example", "sample", "dist", "tmpl", "template", "tpl") and "." in head.rpartition("/")[2] else path


class PlanView:
    """Hold a plan with what is known beside it: survey, blueprint, the repository's files (null: not listed), known secrets.

    `appears` tells for a plan read from Markdown before which step each artifact is written down; artifacts of plan.json are there from
    the start.
    """

    def __init__(
        self,
        plan: Plan,
        survey: Survey | None = None,
        blueprint: Blueprint | None = None,
        *,
        profile: Profile = "review",
        taint: Any = None,
        files: frozenset[str] | None = None,
        appears: Mapping[str, int] | None = None,
        foreign: bool = False,
        read: Callable[[str], str | None] | None = None,
        execute: bool = False,
        origins: Mapping[str, tuple[str, int]] | None = None,
        around: Mapping[str, Around] | None = None,
        commits: int = 0,
        beside: Mapping[str, str] | None = None,
        whole: bool = True,
    ) -> None:
        self.plan = plan
        self.survey = survey
        self.blueprint = blueprint
        self.profile: Profile = profile
        self.taint = taint
        self.files = files
        self.appears = dict(appears or {})
        self.commits = commits  # actions that workflows outside of what is checked name by commit
        self.beside = dict(beside or {})  # files of somebody else's folder that are not judged, by path
        self.origins = dict(origins or {})  # the page and line of each step and file of somebody else's Markdown
        self.around = dict(around or {})  # what stands around each of them on its page
        self.execute = execute  # run the plan's own smoke test, with doubles in place of curl and docker
        self.read = read  # gives a repository file's redacted text, null where there is none; absent when no repository is at hand
        self.whole = whole  # a plan holds it together; False: pages or files, and what else there is cannot be known
        self.foreign = foreign  # read from somebody else's runbook: what only our own plans state is not asked of it

    @cached_property
    def tools(self) -> tuple[str, ...]:
        """Return the tools that the plan states for its host: from the blueprint, or from its record in plan.json."""
        if self.blueprint is not None:
            return tuple(self.blueprint.tools)
        stated = self.plan.blueprint.get("tools")
        return tuple(stated.value) if stated is not None and isinstance(stated.value, dict) else ()

    @cached_property
    def steps(self) -> tuple[StepView, ...]:
        """Return the steps in order."""
        return tuple(StepView(step, index) for index, step in enumerate(self.plan.steps))

    @cached_property
    def artifacts(self) -> tuple[ArtifactView, ...]:
        """Return the artifacts in order."""
        return tuple(ArtifactView(artifact, index) for index, artifact in enumerate(self.plan.artifacts))

    @cached_property
    def aside(self) -> tuple[ArtifactView, ...]:
        """Return the files that are not judged, and say what the judged ones leave open."""
        return tuple(
            ArtifactView(Artifact(path=path, install_to=_copied_to(path), language="", content=text, purpose="", section=6), -1)
            for path, text in sorted(self.beside.items())
        )

    @cached_property
    def installed(self) -> dict[str, ArtifactView]:
        """Return the artifacts by every path under which a step can reach them."""
        found: dict[str, ArtifactView] = {}
        for artifact in self.artifacts:
            found[PLAN + artifact.model.path] = artifact
            found[artifact.installed] = artifact
        return found

    def of_kind(self, *kinds: str) -> tuple[ArtifactView, ...]:
        """Return the artifacts of these kinds."""
        return tuple(a for a in self.artifacts if a.kind in kinds)

    @cached_property
    def compose(self) -> tuple[tuple[ArtifactView, ComposeFile], ...]:
        """Return the compose files that parse."""
        return tuple((a, a.compose) for a in self.of_kind("compose") if a.root)

    @cached_property
    def services(self) -> dict[str, tuple[ArtifactView, Service]]:
        """Return the services of all compose files by name; the first file that declares one wins."""
        found: dict[str, tuple[ArtifactView, Service]] = {}
        for artifact, file in self.compose:
            for name, service in file.services.items():
                found.setdefault(name, (artifact, service))
        return found

    @cached_property
    def fences(self) -> tuple[Fence, ...]:
        """Return the fenced blocks of all prose."""
        return tuple(f for _, text, section, topic in prose(self.plan) for f in fences_of(text, section, topic))

    @cached_property
    def prose(self) -> tuple[tuple[str, str, int | None, str], ...]:
        """Return (field, text, section, topic) of each prose field that holds text."""
        return tuple(entry for entry in prose(self.plan) if entry[1])

    @cached_property
    def scripts(self) -> tuple[ScriptView, ...]:
        """Return every shell script of the plan: of steps, artifacts, failure modes, workflows, inputs."""
        return tuple(self._scripts())

    def _scripts(self) -> Iterator[ScriptView]:
        for step in self.steps:
            if not step.shell:
                continue
            yield ScriptView(step, "run", step.model.run, step.base)
            if step.model.verify and step.step not in self.origins:  # on a page it is a part of this step, or the next one
                yield ScriptView(step, "verify", step.model.verify, step.base)
            if step.model.rollback:
                yield ScriptView(step, "rollback", step.model.rollback, step.base)
            for mode in step.model.failure_modes:
                yield ScriptView(step, "diagnose", mode.diagnose, step.base)
        for artifact in self.of_kind("shell"):
            yield ScriptView(artifact, "artifact", artifact.text, artifact.works_in)
        for workflow in self.workflows:
            for job_step in workflow.steps:
                if job_step.run is not None:  # as many empty lines first as stand above it: its line numbers are those of the file
                    yield ScriptView(
                        workflow.artifact, "workflow", "\n" * (job_step.line - 1) + masked(job_step.run), job_step.folder or ""
                    )
        for given in self.plan.inputs:
            if given.generate:
                yield ScriptView(SectionView(self.section_of_input(given.name)), "generate", given.generate, "")
        if self.plan.break_with is not None:
            yield ScriptView(SectionView(8), "break", self.plan.break_with.run, "")
            yield ScriptView(SectionView(8), "mend", self.plan.break_with.mend, "")

    @cached_property
    def workflows(self) -> tuple[Workflow, ...]:
        """Return the GitHub workflows that parse."""
        return tuple(Workflow(a) for a in self.of_kind("workflow") if a.root)

    @cached_property
    def objects(self) -> tuple[KubeObject, ...]:
        """Return the Kubernetes objects of manifests and commands."""
        return tuple(objects(self))

    @cached_property
    def terraform(self) -> tuple[Folder, ...]:
        """Return the Terraform folders."""
        return folders(self)

    @cached_property
    def recurring(self) -> tuple[Recurring, ...]:
        """Return the scripts that run again and again."""
        return recurring(self)

    def section_of_input(self, name: str) -> int:
        """Return the section that a finding about an input belongs to: that of the first step that names it, else 4."""
        for step in self.plan.steps:
            if name in step.run or f"input:{name}" in step.needs or f"secret:{name}" in step.needs or f"env:{name}" in step.needs:
                return step.section
        return 4

    def in_order(self, first: str, second: str) -> bool:
        """Say whether two steps stand on one page, so that the text tells which one comes first."""
        pages = [self.origins[step][0] for step in (first, second) if step in self.origins]
        return len(set(pages)) < 2

    @cached_property
    def shows(self) -> bool:
        """Say whether somebody else's folder is one that shows or teaches something."""
        readme = next((text for path, text in sorted(self.beside.items()) if path.lower().startswith("readme")), "")
        return self.foreign and not self.whole and teaches(self.plan.title, readme)

    @cached_property
    def docs(self) -> bool:
        """Say whether a folder is one of pages, so that a manifest in it shows something as often as it is deployed."""
        files = sum(1 for artifact in self.artifacts if artifact.artifact not in self.origins)
        pages = sum(1 for path in self.files or () if path.endswith((".md", ".mdx", ".markdown")))
        return self.foreign and not self.whole and pages >= 4 * max(files, 1)

    @cached_property
    def tried(self) -> frozenset[str]:
        """Return the steps and files of pages that nobody deploys: for developers, or in a lab."""
        return tried(self.around, {step.id: step.run for step in self.plan.steps})

    @cached_property
    def step_ids(self) -> frozenset[str]:
        """Return the ids of all steps."""
        return frozenset(s.id for s in self.plan.steps)
