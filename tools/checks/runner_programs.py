"""Check that a job on a hosted runner has the programs that it starts.

What:
    A program that the images of GitHub's hosted runners do not bring is installed by an earlier step: by a setup action, a package, a
    download. Scripts of the plan that the job starts count too.

Why it matters in production:
    "trivy: command not found" ends the release after the image was pushed; "terraform: command not found" ends it since Ubuntu 24.04 became
    the latest image, which no longer brings it.

Example:
    runs-on: ubuntu-24.04
    steps:
      - run: trivy image --exit-code 1 shop:1.4.2

Instead:
      - uses: aquasecurity/setup-trivy@…          # pinned by commit
      - run: trivy image --exit-code 1 shop:1.4.2

When to ignore:
    When the runner is one of your own with a label that looks like a hosted one: name it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._rule import Rule
from ._view import PlanView, Workflow
from ._view.invocations import Invocation, invocations
from ._view.shell import parse
from ._view.workflows import WorkflowStep, masked

ABSENT = Rule("LNK121", "program-not-on-runner", "error", "A job starts a program that its hosted runner does not bring.")
RULES = (ABSENT,)

# program -> words of which one in an earlier step says that it is brought
_MISSING: dict[str, tuple[str, ...]] = {
    "trivy": ("setup-trivy", "install trivy", "trivy/releases", "aquasecurity/trivy/"),
    "grype": ("anchore/", "grype/releases"),
    "syft": ("anchore/", "syft/releases"),
    "cosign": ("cosign-installer", "cosign/releases"),
    "terraform": ("setup-terraform", "install terraform", "hashicorp/tap", "releases.hashicorp"),
    "tofu": ("setup-opentofu", "install tofu", "opentofu"),
    "terragrunt": ("terragrunt",),
    "nomad": ("setup-nomad", "install nomad", "releases.hashicorp"),
    "vault": ("vault-action", "install vault", "releases.hashicorp"),
    "flyctl": ("setup-flyctl", "fly.io/install"),
    "doctl": ("action-doctl", "doctl/releases"),
    "argocd": ("argocd",),
    "sops": ("sops/releases", "setup-sops", "install sops"),
    "age": ("age/releases", "install age", "setup-age"),
    "hadolint": ("hadolint-action", "hadolint/releases"),
    "kubeconform": ("kubeconform/releases", "setup-kubeconform", "install kubeconform"),
    "rclone": ("setup-rclone", "install rclone", "rclone.org"),
    "restic": ("install restic", "restic/releases"),
}


def check(view: PlanView) -> Iterator[Finding]:
    """Yield programs that are not there."""
    for workflow in view.workflows:
        for job in workflow.jobs:
            if workflow.hosted(job) and "container" not in workflow.jobs[job]:
                yield from _job(view, workflow, job)


def _job(view: PlanView, workflow: Workflow, job: str) -> Iterator[Finding]:
    before = ""
    told: set[str] = set()
    for step in (s for s in workflow.steps if s.job == job):
        own = f"{step.uses or ''} {step.run or ''}"
        for call, why in _calls(view, step):
            words = _MISSING.get(call.name)
            if words is None or call.where != "here" or call.name in told or any(w in before + own for w in words):
                continue
            told.add(call.name)
            yield ABSENT.at(
                workflow.artifact,
                f"The job {job} starts {call.name}{why}, which the hosted runner does not bring and no earlier step installs.",
                line=step.line + (call.line - 1 if not why else 0),
                quote=" ".join(call.texts),
                hint="Install it in an earlier step, by a pinned version.",
            )
        before += own + "\n"


def _calls(view: PlanView, step: WorkflowStep) -> Iterator[tuple[Invocation, str]]:
    """Yield what a step starts, and what the scripts of the plan start that it names."""
    for call in invocations(parse(masked(step.run))) if step.run is not None else ():
        yield call, ""
        name = call.words[0].template.rpartition("/")[2]
        if name.endswith((".sh", ".bash")):
            for artifact in view.of_kind("shell"):
                if artifact.installed.rpartition("/")[2] == name:
                    yield from ((inner, f" by {name}") for inner in artifact.calls)
