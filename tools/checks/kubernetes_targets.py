"""Find scalers, bindings and budgets that act on nothing.

What:
    A HorizontalPodAutoscaler scales a workload that is there, and one whose containers request what it measures. A RoleBinding binds a
    Role that is there, for a service account that is there. A PodDisruptionBudget covers pods that are there, a ServiceMonitor asks a
    Service that is there, a StatefulSet is governed by one.

Why it matters in production:
    A scaler without requests to measure by shows `<unknown>/70%` and never adds a pod: the first busy day is the test. A binding of a
    Role that does not exist grants nothing, and the program gets 403 at the first call.

Example:
    HorizontalPodAutoscaler: metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
    Deployment: containers: [{name: api, image: api:1.4.2}]                 # requests no cpu

Instead:
    Deployment: containers: [{name: api, image: api:1.4.2, resources: {requests: {cpu: 250m}}}]

When to ignore:
    NET033 when a LimitRange of the namespace gives the requests: name it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding, Severity
from ..yaml12 import Map, as_list, as_map
from ._link.kube import Cluster, cluster_of, folder_of, labels_of, nearly, open_word
from ._rule import Rule
from ._view import KubeObject, PlanView

MISSING = Rule("LNK069", "target-never-made", "error", "A scaler, binding or budget names something that nothing in the plan makes.")
UNMEASURED = Rule("NET033", "scaler-cannot-measure", "error", "A scaler measures a resource that its pods do not request.", foreign="error")
RULES = (MISSING, UNMEASURED)

_SCALED = frozenset({"Deployment", "StatefulSet", "ReplicaSet"})


def check(view: PlanView) -> Iterator[Finding]:
    """Yield scalers, bindings and budgets that act on nothing."""
    cluster = cluster_of(view, pages=False)
    limited = any(o.kind == "LimitRange" for o in view.objects)
    for made in cluster.objects:
        if cluster.patched(made):
            continue
        if made.kind == "HorizontalPodAutoscaler":
            yield from _scaler(cluster, made, limited)
        elif made.kind in ("RoleBinding", "ClusterRoleBinding"):
            yield from _binding(cluster, made)
            yield from _subjects(cluster, made)
        elif made.kind == "StatefulSet":
            yield from _governed(cluster, made)
        elif made.kind == "ServiceMonitor":
            yield from _monitored(cluster, made)
        elif made.kind == "PodDisruptionBudget":
            yield from _budget(cluster, made)


def _scaler(cluster: Cluster, made: KubeObject, limited: bool) -> Iterator[Finding]:
    spec = as_map(made.raw.get("spec"))
    ref = as_map(spec.get("scaleTargetRef"))
    kind, name = str(ref.get("kind")), ref.get("name")
    if kind not in _SCALED or not isinstance(name, str) or open_word(name):
        return
    targets = cluster.named(kind, name)
    beside = [o for o in targets if folder_of(o) == folder_of(made)] or targets
    if not beside and any(o.kind in _SCALED and folder_of(o) == folder_of(made) for o in cluster.objects):
        yield _missing(made, f"{kind} {name}", ref.line_of("name"), name)
    elif beside and not limited and not any(cluster.patched(o) for o in beside):
        yield from _measured(made, spec, beside)


def _measured(made: KubeObject, spec: Map, targets: list[KubeObject]) -> Iterator[Finding]:
    for resource in sorted(set(_resources(spec))):
        bare = [str(c.get("name")) for t in targets for c in t.containers("containers") if not _requests(c, resource)]
        if bare and all(any(not _requests(c, resource) for c in t.containers("containers")) for t in targets):
            yield UNMEASURED.at(
                made.spot,
                f"{made.title} measures {resource} against what the pods request, and {', '.join(sorted(set(bare))[:3])} requests none:"
                f" it never scales.",
                line=made.line,
                quote=made.name,
                hint=f"Give {targets[0].title} resources.requests.{resource}.",
            )


def _resources(spec: Map) -> Iterator[str]:
    """Yield the resources that a scaler measures as a share of what is requested."""
    if "targetCPUUtilizationPercentage" in spec:
        yield "cpu"
    metrics = [as_map(as_map(m).get("resource")) for m in as_list(spec.get("metrics")) if as_map(m).get("type") == "Resource"]
    for resource in metrics:
        if "averageUtilization" in as_map(resource.get("target")) or "targetAverageUtilization" in resource:
            yield str(resource.get("name"))


def _requests(container: Map, resource: str) -> bool:
    resources = as_map(container.get("resources"))
    return resource in as_map(resources.get("requests")) or resource in as_map(resources.get("limits"))


def _binding(cluster: Cluster, made: KubeObject) -> Iterator[Finding]:
    ref = as_map(made.raw.get("roleRef"))
    name = ref.get("name")
    if ref.get("kind") != "Role" or not isinstance(name, str) or open_word(name) or name.startswith(("system:", "extension-")):
        return
    if not cluster.named("Role", name) and made.namespace != "kube-system":
        yield _missing(made, f"Role {name}", ref.line_of("name"), name)


def _subjects(cluster: Cluster, made: KubeObject) -> Iterator[Finding]:
    """Yield service accounts that are bound and not made, beside one of nearly the name."""
    accounts = [o for o in cluster.objects if o.kind == "ServiceAccount" and folder_of(o) == folder_of(made)]
    for subject in (as_map(s) for s in as_list(made.raw.get("subjects"))):
        name = subject.get("name")
        if subject.get("kind") != "ServiceAccount" or not isinstance(name, str) or open_word(name) or cluster.named("ServiceAccount", name):
            continue
        if any(nearly(name, account.name) for account in accounts):
            yield _missing(made, f"ServiceAccount {name}", subject.line_of("name"), name)


def _governed(cluster: Cluster, made: KubeObject) -> Iterator[Finding]:
    """Yield a StatefulSet whose governing Service is not there, while another one finds its pods: their names do not resolve."""
    spec = as_map(made.raw.get("spec"))
    name = spec.get("serviceName")
    if not isinstance(name, str) or open_word(name) or cluster.named("Service", name):
        return
    labels = labels_of(made)
    others = [o for o in cluster.objects if o.kind == "Service" and folder_of(o) == folder_of(made) and _finds(o, labels)]
    if others:
        yield _missing(made, f"Service {name}", spec.line_of("serviceName"), name, "warning")


def _finds(service: KubeObject, labels: Map) -> bool:
    selector = as_map(as_map(service.raw.get("spec")).get("selector"))
    return bool(selector) and all(str(labels.get(key)) == str(value) for key, value in selector.items())


def _monitored(cluster: Cluster, made: KubeObject) -> Iterator[Finding]:
    """Yield a monitor whose labels no Service carries, and one of the folder nearly does."""
    selector = as_map(as_map(made.raw.get("spec")).get("selector"))
    wanted = as_map(selector.get("matchLabels"))
    services = [(o, as_map(as_map(o.raw.get("metadata")).get("labels"))) for o in cluster.objects if o.kind == "Service"]
    if not wanted or any(all(str(labels.get(k)) == str(v) for k, v in wanted.items()) for _, labels in services):
        return
    if any(folder_of(o) == folder_of(made) and _nearly(wanted, labels) for o, labels in services):
        shown = ", ".join(f"{k}={v}" for k, v in wanted.items())
        yield _missing(made, f"a Service with {shown}", selector.line_of("matchLabels"), shown)


def _budget(cluster: Cluster, made: KubeObject) -> Iterator[Finding]:
    selector = as_map(as_map(made.raw.get("spec")).get("selector"))
    wanted = as_map(selector.get("matchLabels"))
    meant = [o for o in cluster.objects if o.template is not None and folder_of(o) == folder_of(made) and _nearly(wanted, labels_of(o))]
    if wanted and meant and not as_list(selector.get("matchExpressions")) and not cluster.selected(wanted, made):
        shown = ", ".join(f"{k}={v}" for k, v in wanted.items())
        yield _missing(made, f"pods with {shown}", selector.line_of("matchLabels"), shown)


def _nearly(wanted: Map, labels: Map) -> bool:
    return all(key in labels and nearly(str(value), str(labels[key])) for key, value in wanted.items())


def _missing(made: KubeObject, what: str, line: int, quote: str, severity: Severity = "error") -> Finding:
    return MISSING.at(
        made.spot,
        f"{made.title} names {what}, which nothing in the plan makes.",
        line=line + made.shift,
        quote=quote,
        hint="Use the name of what is there.",
        severity=severity,
    )
