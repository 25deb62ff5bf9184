"""Name what a run carries from node to node: small values and references; everything large lies in the blob store under its sha256."""

from __future__ import annotations

from typing import Annotated, Any, Required

from pydantic import Field
from typing_extensions import TypedDict  # pydantic reads the forms below only from this one before Python 3.12

from ..core.plan import PlannerFailure
from ..core.target import Answer, Assumption, Environment, Target


def merged(left: dict[str, Any] | None, right: dict[str, Any] | None) -> dict[str, Any]:
    """Return both mappings in one, the right one's entries winning: the reducer of what parallel planners write, keyed by section id."""
    return {**(left or {}), **(right or {})}


class RunInput(TypedDict, total=False):
    """Ask for a deployment playbook of a backend repository."""

    repository: Required[
        Annotated[
            str, Field(title="Repository", description="Path or git URL of the backend repository, as the machine that runs this sees it.")
        ]
    ]
    revision: Annotated[str | None, Field(title="Revision", description="Branch, tag or commit; empty: what is checked out.")]
    subpath: Annotated[str, Field(title="Folder", description="Folder inside the repository to plan for; `.` is all of it.")]
    environment: Annotated[Environment, Field(title="Environment", description="Where the plan is for: production or staging.")]
    answers: Annotated[
        dict[str, str],
        Field(
            title="Answers",
            description="Answers by question id, given in advance. With answers (an empty mapping counts) a run never pauses: what they "
            "leave open takes its default and is listed in the plan as an assumption.",
        ),
    ]


class RunOutput(TypedDict, total=False):
    """Hold what a run made."""

    run_id: Annotated[str, Field(title="Run", description="Id of the run, under which it can be continued.")]
    verdict: Annotated[str, Field(title="Verdict", description="`passed`, `needs-revision` or `failed`, by the critic.")]
    plan: Annotated[str, Field(title="Plan", description="The playbook, as Markdown.")]
    files: Annotated[dict[str, str], Field(title="Files", description="Every file of the plan folder: relative path to content.")]


class State(RunInput, RunOutput, total=False):
    """Hold the run between nodes; `*_ref` and the values of `drafts` and `file_refs` are sha256 references into the blob store."""

    generated_at: str
    commit: str | None
    survey_ref: str
    target: Target
    settled: list[Answer]
    assumptions: list[Assumption]
    blueprint_ref: str
    drafts: Annotated[dict[str, str], merged]
    failures: Annotated[dict[str, PlannerFailure | None], merged]  # null: failed before, drafted since
    round: int  # how many times sections were sent back
    resent: int  # how many times sections were sent back because they were missing, which is no revision
    blocking: list[str]  # fingerprints of the findings that sent sections back, to see whether a round moved anything
    review_ref: str
    plan_ref: str
    file_refs: dict[str, str]
