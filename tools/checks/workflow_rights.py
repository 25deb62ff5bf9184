"""Check that a workflow has the rights of its own steps: to push packages, to ask for an identity, to read secrets.

What:
    The token of a workflow may write packages where it pushes to GitHub's registry (`packages: write`), and may ask for an identity token
    where a step takes a cloud's role by OIDC (`id-token: write`). A `permissions` block takes away everything that it does not name.

Why it matters in production:
    `permissions: {contents: read}` is good advice and stops the first release: "denied: installation not allowed to Write organization
    package", or "Credentials could not be loaded".

Example:
    permissions: {contents: read}
    steps:
      - uses: aws-actions/configure-aws-credentials@v4
        with: {role-to-assume: "${{ vars.DEPLOY_ROLE }}"}

Instead:
    permissions: {contents: read, id-token: write}

When to ignore:
    When the push or the login uses a token of its own: name the secret.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ..yaml12 import Map, as_map
from ._rule import Rule
from ._view import PlanView, Workflow
from ._view.workflows import WorkflowStep

LACKING = Rule("PRM021", "workflow-right-missing", "error", "A workflow's token lacks a right that one of its steps needs.")
RULES = (LACKING,)

# action -> (key of `with` that asks for an identity, the key that stands for a secret of its own)
_IDENTITY = {
    "aws-actions/configure-aws-credentials": ("role-to-assume", "aws-access-key-id"),
    "google-github-actions/auth": ("workload_identity_provider", "credentials_json"),
    "azure/login": ("client-id", "creds"),
}
_OWN_TOKEN = ("secrets.GITHUB_TOKEN", "github.token")


def check(view: PlanView) -> Iterator[Finding]:
    """Yield steps that will be denied."""
    for workflow in view.workflows:
        if "workflow_call" in workflow.triggers:
            continue  # the caller's rights count
        for step in workflow.steps:
            yield from _identity(workflow, step)
        yield from _packages(workflow)


def _granted(workflow: Workflow, job: str) -> Map | str | None:
    """Return the permissions that hold for a job, or null when none are stated."""
    for level in (workflow.jobs.get(job, Map(1)), workflow.raw):
        if "permissions" in level:
            stated = level.get("permissions")
            return stated if isinstance(stated, Map | str) else Map(1)
    return None


def _has(stated: Map | str | None, right: str, *, by_default: bool) -> bool:
    if stated is None:
        return by_default
    return stated == "write-all" if isinstance(stated, str) else stated.get(right) == "write"


def _identity(workflow: Workflow, step: WorkflowStep) -> Iterator[Finding]:
    asks, own = _IDENTITY.get((step.uses or "").partition("@")[0], ("", ""))
    given = as_map(step.raw.get("with"))
    if asks and asks in given and own not in given and not _has(_granted(workflow, step.job), "id-token", by_default=False):
        yield _told(workflow, step.line, step.uses or "", step.job, "id-token", "takes a role by OIDC")


def _packages(workflow: Workflow) -> Iterator[Finding]:
    """A job that logs in to GitHub's registry with the workflow's token and pushes there."""
    for job in workflow.jobs:
        steps = [s for s in workflow.steps if s.job == job]
        login = next((s for s in steps if _logs_in(s)), None)
        pushes = any(
            as_map(s.raw.get("with")).get("push") is True or "docker push" in (s.run or "") or "--push" in (s.run or "") for s in steps
        )
        stated = _granted(workflow, job)
        if login is not None and pushes and stated is not None and not _has(stated, "packages", by_default=True):
            yield _told(workflow, login.line, login.uses or "docker login", job, "packages", "pushes to ghcr.io with the workflow's token")


def _logs_in(step: WorkflowStep) -> bool:
    given = as_map(step.raw.get("with"))
    by_action = "docker/login-action" in (step.uses or "") and given.get("registry") == "ghcr.io"
    own = any(token in str(given.get("password", "")) for token in _OWN_TOKEN)
    by_hand = "docker login ghcr.io" in (step.run or "") and any(token in (step.run or "") for token in _OWN_TOKEN)
    return (by_action and own) or by_hand


def _told(workflow: Workflow, line: int, quote: str, job: str, right: str, why: str) -> Finding:
    return LACKING.at(
        workflow.artifact,
        f"The job {job} {why}, and its permissions do not hold {right}: write.",
        line=line,
        quote=quote,
        hint=f"Add {right}: write to the permissions of the job.",
    )
