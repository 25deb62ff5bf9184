"""Replay what is sent to a cluster: each namespace exists before something is put into it.

What:
    The kubectl and helm commands are followed in the order of the steps, with the manifests they send. A namespace that a command or a
    manifest names has been made by then (a Namespace object, `kubectl create namespace`, `helm --create-namespace`, Terraform).

Why it matters in production:
    `kubectl -n shop create configmap` against a cluster without the namespace stops the first deployment, and every deployment after the
    cluster is lost. On the author's cluster it works, because the namespace is there from yesterday.

Example:
    step 4.5: kubectl -n shop create configmap settings --from-file=settings.env
    step 5.1: kubectl apply -f k8s/namespace.yaml

Instead:
    step 4.5: kubectl apply -f k8s/namespace.yaml && kubectl -n shop create configmap settings --from-file=settings.env

When to ignore:
    When another team makes the namespace before this plan starts: name the team.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ._link.cluster import EXISTING, made_namespaces, used_namespaces
from ._rule import Rule
from ._view import PlanView, ScriptView, StepView

TOO_EARLY = Rule("LNK061", "namespace-too-early", "error", "Something is put into a namespace before the step that makes it.")
MISSING = Rule(
    "LNK062",
    "namespace-never-made",
    "error",
    "Something is put into a namespace that nothing in the plan makes.",
    confidence="medium",
    foreign="warning",
)
RULES = (TOO_EARLY, MISSING)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield namespaces that are not there when they are needed."""
    scripts = [
        (step, ScriptView(step, "run", step.model.run, step.base))
        for step in view.steps
        if step.shell and any(word in step.model.run for word in ("kubectl", "helm", "oc ", "terraform", "tofu"))
    ]
    makers: dict[str, tuple[StepView, int]] = {}
    for step, script in scripts:
        for space, line in made_namespaces(view, script):
            makers.setdefault(space, (step, line))
    stated = {r.partition(":")[2]: step for step in view.steps for r in step.model.provides if r.startswith("namespace:")}
    reported: set[str] = set()
    for step, script in scripts:
        for space, line, quote in used_namespaces(view, script):
            if space in EXISTING or "$" in space or space in reported:
                continue
            maker = makers.get(space)
            if maker is None:
                if space not in stated and not _elsewhere(view, space):
                    reported.add(space)
                    yield _missing(step, space, line, quote)
            elif (maker[0].index, maker[1]) > (step.index, line) and view.in_order(maker[0].step, step.step):
                reported.add(space)
                yield TOO_EARLY.at(
                    step,
                    f"Step {step.step} uses the namespace {space}, which only {maker[0].step} makes, later.",
                    line=line,
                    quote=quote,
                    hint=f"Make {space} first.",
                )


def _elsewhere(view: PlanView, space: str) -> bool:
    """Say whether a manifest of the plan describes the namespace: some tool outside of the commands may send it."""
    return any(o.kind == "Namespace" and o.name == space for o in view.objects)


def _missing(step: StepView, space: str, line: int, quote: str) -> Finding:
    return MISSING.at(
        step,
        f"Step {step.step} uses the namespace {space}, which nothing in the plan makes.",
        line=line,
        quote=quote,
        hint=f"Add `kubectl create namespace {space}` or a Namespace manifest before it.",
    )
