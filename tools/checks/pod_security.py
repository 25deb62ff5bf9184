"""Hold each pod against the Pod Security level that its namespace enforces: what admission would refuse is an error here.

What:
    A namespace labelled `pod-security.kubernetes.io/enforce` admits only pods of that level. Every pod that lands in it is judged by the
    Pod Security Standards: those of Deployments, Jobs and CronJobs, and also those that a command makes (`kubectl run`, `--overrides`).

Why it matters in production:
    A schema knows nothing of admission. The Deployment carries its securityContext, and the one-off pod of the rollback does not: it is
    refused in the minute it is needed.

Example:
    kubectl -n shop run downgrade --image=registry.example.org/shop:1.4.2 -- alembic downgrade -1     # shop enforces restricted

Instead:
    kubectl -n shop create -f k8s/downgrade-job.yaml     # with runAsNonRoot, seccompProfile, dropped capabilities

When to ignore:
    When the namespace has an exemption for the user or the runtime class: name it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...core.findings import Finding
from ..yaml12 import Map, as_list, as_map
from ._link.cluster import applied
from ._link.kube import cluster_of
from ._rule import Rule
from ._view import KubeObject, PlanView
from ._view.kubectl import read_kubectl

REFUSED = Rule("PRM012", "pod-refused-by-namespace", "error", "A pod breaks the Pod Security level that its namespace enforces.")
RULES = (REFUSED,)

_LABEL = "pod-security.kubernetes.io/enforce"
_BASELINE_CAPABILITIES = frozenset(
    "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT".split()
)
_VOLUMES = frozenset("configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret name".split())


def check(view: PlanView) -> Iterator[Finding]:
    """Yield pods that admission refuses."""
    levels = _levels(view)
    if not levels:
        return
    sent = _sent_to(view)
    cluster = cluster_of(view)
    parts = {id(patch) for patch in cluster.patches if cluster.named(patch.kind, patch.name)}
    for made in view.objects if not view.foreign or "securityContext" not in cluster.patching else ():
        if id(made) in parts:
            continue  # a part of another object
        space = made.namespace or sent.get(id(made))
        level = levels.get(space or "")
        if (
            made.template is None
            or level is None
            or any("securityContext" in str(patch.raw) for patch in cluster.patched(made) if patch is not made)
        ):
            continue
        broken = list(violations(made, level))
        if broken:
            yield REFUSED.at(
                made.spot,
                f"{made.title} is refused by namespace {space} ({level}): {'; '.join(broken[:4])}.",
                line=made.line,
                quote=made.title,
                hint="Give pod and containers the securityContext that the level asks for.",
            )


def _levels(view: PlanView) -> dict[str, str]:
    """Return the enforced level by namespace: of Namespace objects, of `kubectl label`, of Terraform."""
    found: dict[str, str] = {}
    for made in view.objects:
        if made.kind == "Namespace":
            level = as_map(as_map(made.raw.get("metadata")).get("labels")).get(_LABEL)
            if level in ("baseline", "restricted"):
                found[made.name] = str(level)
    for script in view.scripts:
        for call in script.calls:
            read = read_kubectl(call)
            if read is not None and read.verb == "label" and read.kind == "Namespace" and read.names:
                for text in call.texts:
                    if text.startswith(_LABEL + "=") and text.rpartition("=")[2] in ("baseline", "restricted"):
                        found[read.names[0]] = text.rpartition("=")[2]
    for folder in view.terraform:
        for block in folder.resources("kubernetes_namespace", "kubernetes_namespace_v1"):
            for meta in block.blocks("metadata"):
                for key, node in meta.pairs("labels"):
                    if key == _LABEL and meta.value("name") and meta.file.value(node) in ("baseline", "restricted"):
                        found[str(meta.value("name"))] = str(meta.file.value(node))
    return found


def _sent_to(view: PlanView) -> dict[int, str]:
    """Return the namespace under which a command sends each manifest that states none."""
    found: dict[int, str] = {}
    for script in view.scripts:
        if "kubectl" in script.text:
            for sending in applied(view, script):
                found |= {id(made): space for made, space in sending.objects if space}
    return found


def violations(made: KubeObject, level: str) -> Iterator[str]:
    """Yield what a pod breaks of the Pod Security Standards at `baseline` or `restricted`."""
    pod = made.pod
    own = as_map(pod.get("securityContext"))
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(key) is True:
            yield key
    for volume in as_list(pod.get("volumes")):
        if "hostPath" in as_map(volume):
            yield "a hostPath volume"
        elif level == "restricted" and set(as_map(volume)) - _VOLUMES:
            yield "a volume of another type"
    containers = list(made.containers("initContainers", "containers", "ephemeralContainers")) or [Map(made.line)]
    for container in containers:
        yield from _container(container, own, level)


def _container(container: Map, pod: Map, level: str) -> Iterator[str]:
    own = as_map(container.get("securityContext"))
    if own.get("privileged") is True:
        yield "privileged"
    added = {str(c) for c in as_list(as_map(own.get("capabilities")).get("add"))}
    if added - (_BASELINE_CAPABILITIES if level == "baseline" else {"NET_BIND_SERVICE"}):
        yield f"adds {', '.join(sorted(added))}"
    if any(as_map(p).get("hostPort") for p in as_list(container.get("ports"))):
        yield "hostPort"
    if level != "restricted":
        return
    if own.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation is not false"
    if "ALL" not in as_list(as_map(own.get("capabilities")).get("drop")):
        yield "capabilities.drop lacks ALL"
    if _either(own, pod, "runAsNonRoot") is not True:
        yield "runAsNonRoot is not true"
    if _either(own, pod, "runAsUser") == 0:
        yield "runAsUser is 0"
    if as_map(_either(own, pod, "seccompProfile")).get("type") not in ("RuntimeDefault", "Localhost"):
        yield "no seccompProfile"


def _either(own: Map, pod: Map, key: str) -> Any:
    return own[key] if key in own else pod.get(key)
