"""Name the plan: typed steps, artifacts, inputs and sections, of which Markdown is one rendering (contracts/plan.md)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from .base import Frozen
from .facts import Evidence
from .findings import Finding, Vote
from .target import Assumption, Target

Phase = Literal["preflight", "configure", "build", "provision", "migrate", "release", "smoke", "backup", "restore", "rollback", "teardown"]
MAINLINE: tuple[Phase, ...] = ("preflight", "configure", "build", "provision", "migrate", "release", "smoke")
SECTION_OF = {  # the section of a step by its phase, or by what other people's plans call one, where nothing else says it
    "preflight": 1, "provision": 2, "build": 3, "configure": 4, "migrate": 5, "release": 6, "smoke": 8, "rollback": 8, "backup": 10,
    "restore": 10, "teardown": 10, "observe": 9, "operate": 10,
}  # fmt: skip
Kind = Literal["read", "create", "mutate", "destroy", "manual"]
Priority = Literal["must", "should", "optional"]
Blast = Literal["none", "pod", "service", "data", "account"]
REFERENCE_KINDS = (
    "file",
    "artifact",
    "tool",
    "env",
    "secret",
    "input",
    "image",
    "namespace",
    "network",
    "volume",
    "role",
    "dns",
    "db",
    "service",
    "port",
    "directory",
    "user",
    "host",
    "certificate",
    "schema",
    "backup",
    "release",
    "state",
)


class Expect(Frozen):
    """State the output a reader must see: exit status, a literal part of stdout, an RE2 pattern that stdout matches."""

    rc: int = 0
    stdout_contains: str | None = None
    stdout_matches: str | None = None


class FailureMode(Frozen):
    """Describe one way to fail: what one sees, a command that tells, what mends it."""

    symptom: str
    diagnose: str
    fix: str
    cause: str | None = None
    evidence: tuple[Evidence, ...] = ()


class Source(Frozen):
    """Ground a claim: in the repository (evidence), in the catalogue (a product id), or in an assumption (its id)."""

    evidence: Evidence | None = None
    catalogue: str | None = None
    assumption: str | None = None


class Step(Frozen):
    """Be one thing a reader does: one whole unattended shell script with its check and its way back.

    `run` is word for word what the Markdown shows. `needs` and `provides` are `kind:name` references (kinds: REFERENCE_KINDS).
    A `mutate` or `destroy` step carries `verify` and either `rollback` or `rollback_none`. `human` says why a person must do it.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    section: int = Field(ge=1, le=11)
    title: str
    phase: Phase
    kind: Kind
    priority: Priority = "must"
    run: str
    language: str = "sh"
    cwd: Literal["{repo}", "{plan}"] = "{repo}"
    where: Literal["workstation", "host", "container"] = "host"
    env: dict[str, str] = {}
    timeout_s: int = Field(default=600, gt=0)
    retry_for_s: int = Field(default=0, ge=0)
    expect: Expect = Expect()
    verify: str | None = None
    rollback: str | None = None
    rollback_none: str | None = None
    needs: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    actor: str = "operator"
    destructive: bool = False
    idempotent: bool = True
    blast_radius: Blast = "none"
    impact: str = ""  # one sentence: what a reader or user notices
    minutes: float = Field(default=1, ge=0)
    human: str | None = None
    why: str = ""  # one or two sentences before the command
    topics: tuple[str, ...] = ()
    evidence: tuple[Source, ...] = ()
    failure_modes: tuple[FailureMode, ...] = ()


class Artifact(Frozen):
    """Be one file of the plan; `path` lies under `artifacts/`, `install_to` is where the reader puts it in the repository."""

    path: str
    install_to: str | None = None
    language: str
    content: str = ""  # left out of plan.json: the file stands beside it and sha256 binds the two
    purpose: str
    mode: Literal["0644", "0755"] = "0644"
    step: str | None = None
    section: int = Field(ge=1, le=11)
    sha256: str = ""
    checked_by: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


class Input(Frozen):
    """Be one thing that only the operator knows: an environment variable, with a way to get its value."""

    name: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    kind: Literal["secret", "value"]
    description: str
    example: str | None = None
    required: bool = True
    generate: str | None = None  # a command that prints a usable value
    default: str | None = None
    obtain: str | None = None  # how a person gets it, where it has neither of the two
    pattern: str | None = None  # what a valid value matches (a shell-safe extended regular expression)
    used_by: tuple[str, ...] = ()
    evidence: tuple[Source, ...] = ()


class TopicAnswer(Frozen):
    """Address one topic of the request: by prose, steps and artifacts, or rule it out with the reason."""

    topic: str
    text: str = ""  # Markdown; may hold tables and non-executable fences
    steps: tuple[str, ...] = ()
    artifacts: tuple[str, ...] = ()
    not_applicable: str | None = None
    optional: bool = False  # nice to have, shown under that label
    sources: tuple[Source, ...] = ()


class Section(Frozen):
    """Be one of the eleven sections: prose by topic, steps and artifacts by reference."""

    number: int
    id: str
    title: str
    intro: str = ""
    topics: tuple[TopicAnswer, ...] = ()


class PlannerFailure(Frozen):
    """Record that a planner failed: what is shown in place of its section is the offline draft or a marked gap, never invented prose."""

    section: str
    error: str
    message: str
    attempt: int = 1


class SectionDraft(Frozen):
    """Hold what one planner returns."""

    section: Section
    steps: tuple[Step, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    inputs: tuple[Input, ...] = ()
    risks: tuple[Risk, ...] = ()
    failure_modes: tuple[FailureMode, ...] = ()
    unverified: tuple[Unverified, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    notes: tuple[str, ...] = ()  # typed remarks of the run itself (a model's refusal, a fallback), never plan prose
    revision: int = 0


class Risk(Frozen):
    """Name one risk with likelihood, impact, mitigation and the evidence it comes from."""

    id: str
    title: str
    likelihood: Literal["low", "medium", "high"]
    impact: Literal["low", "medium", "high"]
    mitigation: str
    trigger: str = ""
    evidence: tuple[Evidence, ...] = ()


class Unverified(Frozen):
    """Print beside a claim that it could not be verified, and how a reader can."""

    claim: str
    why: str
    confirm: str
    subject: str = ""  # image reference, step id, artifact path: where it must be printed


class TimelineEntry(Frozen):
    """Estimate one phase in minutes of working time; `steps` are the ones summed up."""

    phase: str
    minutes: float
    steps: tuple[str, ...] = ()
    note: str = ""


class ChecklistItem(Frozen):
    """Be one box of the checklist, checked by a step."""

    text: str
    steps: tuple[str, ...] = ()
    priority: Priority = "must"


class DecisionRecord(Frozen):
    """Print one decision of the blueprint: value, reason, rejected alternatives, evidence."""

    value: Any
    reason: str
    rejected: tuple[str, ...] = ()
    evidence: tuple[Source, ...] = ()


class BreakWith(Frozen):
    """Say how to break one dependency and mend it, so that the smoke test can be shown to fail."""

    run: str
    mend: str


class Plan(Frozen):
    """Be the whole plan (schema `deploybook.plan/1`); steps stand in the order in which a reader does them."""

    schema_: str = Field(default="deploybook.plan/1", alias="schema")
    app: str
    title: str
    repo_commit: str | None = None
    generated_at: str
    run_id: str
    tool_version: str
    catalogue_as_of: str
    target: str
    environment: str
    infrastructure_type: str
    provider: str | None = None
    region: str | None = None
    target_details: Target = Target()
    executive_summary: str = ""
    architecture: str = ""
    first_page: str = ""
    inputs: tuple[Input, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    blueprint: dict[str, DecisionRecord] = {}
    sections: tuple[Section, ...] = ()
    steps: tuple[Step, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    risks: tuple[Risk, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()
    out_of_scope: tuple[str, ...] = ()
    failure_modes: tuple[FailureMode, ...] = ()
    findings: tuple[Finding, ...] = ()
    votes: tuple[Vote, ...] = ()
    verdict: str | None = None
    unverified: tuple[Unverified, ...] = ()
    break_with: BreakWith | None = None
    host_repo: str | None = None
    host_plan: str | None = None
    failures: tuple[PlannerFailure, ...] = ()
    notes: tuple[str, ...] = ()

    model_config = Frozen.model_config | {"populate_by_name": True}

    def step(self, step_id: str) -> Step:
        """Return the step of that id; raise KeyError when there is none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)


SectionDraft.model_rebuild()
