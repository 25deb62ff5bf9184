"""Find numbers of replicas that two hands set, and budgets that allow no eviction.

What:
    What an autoscaler counts is not counted by the manifest or by Terraform as well: no `replicas` beside a HorizontalPodAutoscaler,
    `ignore_changes = [desired_count]` beside an aws_appautoscaling_target. A service that a pipeline gives new task definitions does not
    get the old one back from Terraform. A PodDisruptionBudget leaves one pod to evict at the scaler's minimum.

Why it matters in production:
    Every `kubectl apply` or `terraform apply` puts a service that has grown to ten back to two, in the middle of the peak. A budget that
    allows nothing makes every drain of a node wait for ever, and the cluster's upgrade with it.

Example:
    spec: {replicas: 4}          # and an HPA with minReplicas: 3

Instead:
    leave `replicas` out, and set minReplicas: 4

When to ignore:
    LIF027 for a pod that must not be moved at all: say who moves it by hand.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ..yaml12 import as_map
from ._rule import Rule
from ._view import Folder, KubeObject, PlanView
from ._view.terraform import Block

FIXED = Rule("LIF026", "replicas-against-scaler", "error", "Replicas are set by hand where an autoscaler or a pipeline sets them too.")
BLOCKED = Rule("LIF027", "budget-allows-nothing", "error", "A disruption budget allows no eviction at all.")
RULES = (FIXED, BLOCKED)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield replicas and budgets that stand in the way."""
    scalers = {_target(o): o for o in view.objects if o.kind == "HorizontalPodAutoscaler"}
    workloads = [o for o in view.objects if o.kind in ("Deployment", "StatefulSet")]
    for made in workloads:
        spec = as_map(made.raw.get("spec"))
        if (made.kind, made.name) in scalers and "replicas" in spec:
            yield FIXED.at(
                made.spot,
                f"{made.title} states replicas: {spec.get('replicas')}, and an autoscaler counts it: each apply puts it back.",
                line=spec.line_of("replicas") + made.shift,
                quote=f"replicas: {spec.get('replicas')}",
                hint="Leave replicas out.",
            )
    yield from _budgets(view, scalers, workloads)
    for folder in view.terraform:
        yield from _services(view, folder)


def _target(scaler: KubeObject) -> tuple[str, str]:
    ref = as_map(as_map(scaler.raw.get("spec")).get("scaleTargetRef"))
    return str(ref.get("kind", "")), str(ref.get("name", ""))


def _budgets(view: PlanView, scalers: dict[tuple[str, str], KubeObject], workloads: list[KubeObject]) -> Iterator[Finding]:
    for budget in (o for o in view.objects if o.kind == "PodDisruptionBudget"):
        spec = as_map(budget.raw.get("spec"))
        least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
        key = "minAvailable" if "minAvailable" in spec else "maxUnavailable"
        pods = _least_pods(budget, scalers, workloads)
        nothing = least == "100%" or most in (0, "0%") or (isinstance(least, int) and pods is not None and 1 < pods <= least)
        if nothing:
            yield BLOCKED.at(
                budget.spot,
                f"{budget.title} lets no pod be evicted ({key}: {spec.get(key)}"
                f"{f', and there are {pods} at the least' if pods is not None else ''}): a drain waits for ever.",
                line=spec.line_of(key) + budget.shift,
                quote=f"{key}: {spec.get(key)}",
                hint="Use maxUnavailable: 1.",
            )


def _least_pods(budget: KubeObject, scalers: dict[tuple[str, str], KubeObject], workloads: list[KubeObject]) -> int | None:
    """Return how many pods of the budget's workload there are when it is quiet, or null when that is not told."""
    wanted = as_map(as_map(as_map(budget.raw.get("spec")).get("selector")).get("matchLabels"))
    for made in workloads:
        template = made.template
        labels = as_map(as_map(template.get("metadata")).get("labels")) if template is not None else {}
        if (wanted and labels and all(labels.get(k) == v for k, v in wanted.items())) or (not wanted and made.name == budget.name):
            scaler = scalers.get((made.kind, made.name))
            spec = as_map(scaler.raw.get("spec")) if scaler is not None else as_map(made.raw.get("spec"))
            count = spec.get("minReplicas", 1) if scaler is not None else spec.get("replicas", 1)
            return count if isinstance(count, int) else None
    return None


def _services(view: PlanView, folder: Folder) -> Iterator[Finding]:
    scaled = "\n".join(b.everything for b in folder.resources("aws_appautoscaling_target"))
    piped = any("ecs-deploy-task-definition" in (s.uses or "") for w in view.workflows for s in w.steps)
    for service in folder.resources("aws_ecs_service"):
        ignored = " ".join(b.text("ignore_changes") or "" for b in service.blocks("lifecycle"))
        if f"{service.address}." in scaled and "desired_count" in service.names() and not _covers(ignored, "desired_count"):
            yield _told(service, "desired_count", "an autoscaler counts it")
        if piped and "task_definition" in service.names() and not _covers(ignored, "task_definition"):
            yield _told(service, "task_definition", "the pipeline gives it new ones")


def _covers(ignored: str, name: str) -> bool:
    return name in ignored or ignored.strip() == "all"


def _told(service: Block, name: str, why: str) -> Finding:
    return FIXED.at(
        service.artifact,
        f"{service.address} sets {name}, and {why}: each apply puts it back.",
        line=service.line_of(name),
        quote=f"{name} = {service.text(name)}",
        hint=f"lifecycle {{ ignore_changes = [{name}] }}",
    )
