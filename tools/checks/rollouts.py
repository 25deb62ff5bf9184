"""Find pipelines whose deployments overtake or cut off each other.

What:
    A workflow that deploys on a push has a `concurrency` group, so that two pushes deploy one after the other, and does not cancel a
    deployment that runs.

Why it matters in production:
    Two merges in a minute run two migrations at once, and the older image may be the one that stays. `cancel-in-progress: true` kills the
    first one between its migration and its rollout, or holds the lock of the migration table for ever.

Example:
    concurrency: {group: deploy, cancel-in-progress: true}

Instead:
    concurrency: {group: deploy-production, cancel-in-progress: false}

When to ignore:
    LIF024 when the deploying tool queues by itself (Argo CD, a lock of the tool): name it.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ..yaml12 import Map, as_map
from ._rule import Rule
from ._view import PlanView, Workflow

CUT = Rule("LIF024", "deployment-cut-off", "error", "A deployment that runs is cancelled by the next one.")
RACE = Rule("LIF025", "deployments-race", "warning", "Two pushes deploy at the same time.", profile="review")
RULES = (CUT, RACE)

_DEPLOYS = re2.compile(
    r"(?i)\b(?:kubectl (?:\S+ )*?(?:apply|set image)|helm (?:\S+ )*?upgrade|docker stack deploy|docker compose (?:\S+ )*?up"
    r"|terraform (?:\S+ )*?apply|aws ecs update-service|ansible-playbook|nomad (?:job )?run|gcloud run deploy|fly deploy|eb deploy"
    r"|deploy\.sh|release\.sh)"
)
_ACTIONS = ("amazon-ecs-deploy-task-definition", "azure/webapps-deploy", "google-github-actions/deploy-cloudrun", "azure/k8s-deploy")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield workflows whose runs meet."""
    for workflow in view.workflows:
        for job, line in _deploying(workflow).items():
            yield from _job(workflow, job, line)


def _deploying(workflow: Workflow) -> dict[str, int]:
    """Return the jobs that deploy, with the line of the first step that does."""
    found: dict[str, int] = {}
    for step in workflow.steps:
        ssh = as_map(step.raw.get("with")).get("script") if "ssh" in (step.uses or "") else None
        text = f"{step.run or ''}\n{ssh or ''}"
        if _DEPLOYS.search(text) or any(a in (step.uses or "") for a in _ACTIONS):
            found.setdefault(step.job, step.line)
    return found


def _job(workflow: Workflow, job: str, line: int) -> Iterator[Finding]:
    for level in (workflow.jobs[job], workflow.raw):
        stated = level.get("concurrency")
        if stated is None:
            continue
        if isinstance(stated, Map) and stated.get("cancel-in-progress") is True:
            yield CUT.at(
                workflow.artifact,
                f"The job {job} deploys, and the next push cancels it half-way.",
                line=stated.line_of("cancel-in-progress"),
                quote="cancel-in-progress: true",
                hint="Set cancel-in-progress: false for the job that deploys.",
            )
        return
    if "push" in workflow.triggers:
        yield RACE.at(
            workflow.artifact,
            f"The job {job} deploys on each push, and no concurrency group keeps two runs apart.",
            line=line,
            quote=job,
            hint="Add concurrency: {group: deploy-production, cancel-in-progress: false}.",
        )
