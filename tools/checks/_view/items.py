"""View the parts of a plan that findings point at: steps, artifacts, fences, and every script among them."""

from __future__ import annotations

import json
import posixpath
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ....core.plan import Artifact, Step
from ...yaml12 import Map, YamlError, load_all
from . import dockerfiles
from .compose import ComposeFile
from .dockerfiles import Dockerfile
from .invocations import Invocation, invocations
from .kinds import kind_of
from .script import Script
from .shell import parse

PLAN = "plan:"  # prefix of paths inside the plan's own folder; other relative paths are inside the repository


@dataclass(frozen=True)
class SectionView:
    """Point at a section as a whole."""

    section: int | None
    step: str | None = None
    artifact: str | None = None


@dataclass(frozen=True)
class StepView:
    """View one step: its scripts parsed once."""

    model: Step
    index: int

    @property
    def step(self) -> str:
        """Return the step's id."""
        return self.model.id

    @property
    def artifact(self) -> None:
        """Return null: a step is no artifact."""
        return None

    @property
    def section(self) -> int:
        """Return the section the step stands in."""
        return self.model.section

    @property
    def base(self) -> str:
        """Return the folder in which its commands start (`` is the repository root)."""
        return PLAN if self.model.cwd == "{plan}" else ""

    @cached_property
    def run(self) -> Script:
        """Return the parsed `run`."""
        return parse(self.model.run)

    @cached_property
    def verify(self) -> Script | None:
        """Return the parsed `verify`, or null."""
        return parse(self.model.verify) if self.model.verify else None

    @cached_property
    def rollback(self) -> Script | None:
        """Return the parsed `rollback`, or null."""
        return parse(self.model.rollback) if self.model.rollback else None

    @cached_property
    def calls(self) -> tuple[Invocation, ...]:
        """Return the programs that `run` starts."""
        return invocations(self.run)

    @cached_property
    def shell(self) -> bool:
        """Say whether `run` is shell text (most steps are)."""
        return self.model.language in ("sh", "bash", "shell", "")


@dataclass(frozen=True)
class ArtifactView:
    """View one artifact: its text parsed by its language, once."""

    model: Artifact
    index: int

    @property
    def step(self) -> None:
        """Return null: findings about a file point at the file."""
        return None

    @property
    def artifact(self) -> str:
        """Return the artifact's path in the plan."""
        return self.model.path

    @property
    def section(self) -> int:
        """Return the section the artifact belongs to."""
        return self.model.section

    @property
    def text(self) -> str:
        """Return the file's content."""
        return self.model.content

    @property
    def nameless(self) -> bool:
        """Say whether it is a block of a page that names no file: an illustration as often as a file."""
        parts = self.model.path.lower().split(".")
        return len(parts) > 3 and parts[-2].isdigit() and parts[-3] in ("md", "markdown")

    @cached_property
    def installed(self) -> str:
        """Return where it lies when the plan runs: inside the repository, else inside the plan's folder."""
        if self.model.install_to:
            return posixpath.normpath(self.model.install_to)
        return PLAN + posixpath.normpath(self.model.path)

    @cached_property
    def kind(self) -> str:
        """Return the kind of file."""
        return kind_of(self.model.install_to or self.model.path, self.model.language, self.model.content)

    @cached_property
    def documents(self) -> tuple[Any, ...]:
        """Return the YAML documents, none when the text does not parse (which the rules of validity tell)."""
        try:
            return tuple(load_all(self.text)[0])
        except YamlError:
            return ()

    @property
    def root(self) -> Map:
        """Return the first YAML document's mapping, an empty one when there is none."""
        return next((d for d in self.documents if isinstance(d, Map)), Map(1))

    @cached_property
    def json(self) -> tuple[Any, str | None]:
        """Return the JSON value and why it does not parse."""
        try:
            return json.loads(self.text), None
        except (ValueError, RecursionError) as error:
            return None, str(error)

    @cached_property
    def script(self) -> Script:
        """Return the parsed shell script."""
        return parse(self.text)

    @cached_property
    def calls(self) -> tuple[Invocation, ...]:
        """Return the programs the shell script starts."""
        return invocations(self.script)

    @cached_property
    def works_in(self) -> str | None:
        """Return the folder that the script changes to first, when it is told by its own place (`cd "$(dirname "$0")/.."`), else null."""
        for command in self.script.commands:
            if command.name == "cd" and command.args and command.args[0].substitutions:
                word = command.args[0]
                if "dirname" in word.text and ("$0" in word.text or "BASH_SOURCE" in word.text) and word.template.startswith("$(…)"):
                    prefix = PLAN if self.installed.startswith(PLAN) else ""
                    path = posixpath.normpath(
                        posixpath.join(posixpath.dirname(self.installed[len(prefix) :]), word.template[4:].lstrip("/"))
                    )
                    return prefix + ("" if path == "." else path)
                return None
        return None

    @cached_property
    def dockerfile(self) -> Dockerfile:
        """Return the parsed Dockerfile."""
        return dockerfiles.read(self.text)

    @cached_property
    def compose(self) -> ComposeFile:
        """Return the compose file; paths inside it are relative to the folder it is installed in."""
        path = self.installed
        prefix = PLAN if path.startswith(PLAN) else ""
        return ComposeFile(path, prefix + posixpath.dirname(path[len(prefix) :]), self.root)


@dataclass(frozen=True)
class Fence:
    """Be one fenced block of the plan's prose; `line` is its first line within the prose field."""

    language: str
    title: str
    text: str
    line: int
    section: int | None
    topic: str = ""
    step: None = field(default=None)
    artifact: None = field(default=None)

    @cached_property
    def kind(self) -> str:
        """Return the kind of text."""
        return kind_of(self.title, self.language, self.text)

    @cached_property
    def script(self) -> Script:
        """Return the parsed shell text."""
        return parse(self.text)


@dataclass(frozen=True)
class ScriptView:
    """Be one script of the plan.

    `label` is run, verify, rollback, diagnose, artifact, workflow, timer, cron, fence, generate, break or mend.
    """

    spot: StepView | ArtifactView | SectionView | Fence
    label: str
    text: str
    base: str | None  # folder in which it starts, null when that is not known

    @property
    def step(self) -> str | None:
        """Return the step it belongs to."""
        return self.spot.step

    @property
    def artifact(self) -> str | None:
        """Return the artifact it is."""
        return self.spot.artifact

    @property
    def section(self) -> int | None:
        """Return the section it stands in."""
        return self.spot.section

    @property
    def in_file(self) -> bool:
        """Say whether its text is (a part of) an artifact's own text."""
        return self.label in ("artifact", "workflow", "timer", "cron")

    @cached_property
    def script(self) -> Script:
        """Return the parsed script; that of a step or an artifact is parsed once, whoever looks at it."""
        own: Script | None = None
        if isinstance(self.spot, StepView) and self.label in ("run", "verify", "rollback"):
            own = getattr(self.spot, self.label)
        elif isinstance(self.spot, ArtifactView) and self.label == "artifact":
            own = self.spot.script
        return own if own is not None and own.text == self.text else parse(self.text)

    @cached_property
    def calls(self) -> tuple[Invocation, ...]:
        """Return the programs it starts."""
        if isinstance(self.spot, StepView) and self.label == "run" and self.script is self.spot.run:
            return self.spot.calls
        if isinstance(self.spot, ArtifactView) and self.label == "artifact" and self.script is self.spot.script:
            return self.spot.calls
        return invocations(self.script)
