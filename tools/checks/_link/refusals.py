"""Say what the API server refuses in one Kubernetes object, whatever else the cluster holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import re2

from ...yaml12 import Map, as_list, as_map
from .._view import KubeObject
from .kube import WORKLOADS, labels_of, open_word, whole
from .quantities import quantity

Refusal = tuple[int, str, str]  # line within the object's document, what is wrong, what it says there

_LABEL = re2.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_SUBDOMAIN = re2.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_SERVICE = re2.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_PORT_NAME = re2.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAMED = WORKLOADS | frozenset(
    "ConfigMap Secret PersistentVolumeClaim PersistentVolume ServiceAccount Ingress HorizontalPodAutoscaler StorageClass NetworkPolicy"
    " PodDisruptionBudget".split()
)
_HIGHEST = 65535
_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_SELECTING = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"})


def refused_pod(made: KubeObject, elsewhere: str, added: frozenset[str] = frozenset()) -> Iterator[Refusal]:
    """Yield what is refused in a workload that is whole; `elsewhere` is the text of what patches it, `added` the labels that it gets."""
    if made.template is None or not whole(made):
        return
    yield from _selector(made, added)
    yield from _restart(made)
    yield from _volumes(made, elsewhere)
    for key in ("containers", "initContainers"):
        found = [c for c in as_list(made.pod.get(key)) if isinstance(c, Map)]
        for name, times in Counter(str(c.get("name")) for c in found).items():
            if times > 1:
                yield made.pod.line_of(key), f"{key} holds {name} more than once", name
        for container in found:
            yield from _container(container, key)


def _selector(made: KubeObject, added: frozenset[str]) -> Iterator[Refusal]:
    if made.kind not in _SELECTING or made.api != "apps/v1":
        return
    spec = as_map(made.raw.get("spec"))
    selector = spec.get("selector")
    if not as_map(selector):
        if not added:  # labels that kustomize gives make a selector too
            yield spec.line, "it has no selector", made.name
        return
    labels = labels_of(made)
    wanted = as_map(as_map(selector).get("matchLabels"))
    missing = [
        f"{k}={v}" for k, v in wanted.items() if k not in added and not open_word(k, v, labels.get(k, "")) and str(labels.get(k)) != str(v)
    ]
    if missing:
        wrong = f"its selector asks for {', '.join(missing)}, which its own pods do not carry"
        yield as_map(selector).line_of("matchLabels"), wrong, missing[0]


def _restart(made: KubeObject) -> Iterator[Refusal]:
    policy = made.pod.get("restartPolicy")
    line = made.pod.line_of("restartPolicy")
    if made.kind in ("Job", "CronJob") and policy in (None, "Always"):
        stated = "none is stated" if policy is None else "this is Always"
        yield line, f"a Job's restartPolicy must be OnFailure or Never, and {stated}", "restartPolicy"
    elif made.kind in (*_SELECTING, "ReplicationController") and policy not in (None, "Always"):
        yield line, f"restartPolicy {policy} is for Jobs and bare pods only", f"restartPolicy: {policy}"


def _volumes(made: KubeObject, elsewhere: str) -> Iterator[Refusal]:
    volumes = [as_map(v) for v in as_list(made.pod.get("volumes"))]
    names = [str(v.get("name")) for v in volumes if v.get("name")]
    for name, times in Counter(names).items():
        if times > 1:
            yield made.pod.line_of("volumes"), f"the volume {name} is defined more than once", name
    claims = {str(as_map(as_map(c).get("metadata")).get("name")) for c in as_list(as_map(made.raw.get("spec")).get("volumeClaimTemplates"))}
    for container in made.containers():
        paths: set[str] = set()
        who = f"container {container.get('name')}"
        for mount in (as_map(m) for m in as_list(container.get("volumeMounts"))):
            volume, path = mount.get("name"), mount.get("mountPath")
            if isinstance(volume, str) and not open_word(volume) and volume not in claims | set(names) and volume not in elsewhere:
                yield mount.line_of("name"), f"{who} mounts the volume {volume}, which the pod does not define", volume
            if isinstance(path, str) and path in paths:
                yield mount.line_of("mountPath"), f"{who} mounts two volumes at {path}", path
            paths.add(str(path))


def _container(container: Map, key: str) -> Iterator[Refusal]:
    name = str(container.get("name"))
    if not open_word(name) and not _LABEL.fullmatch(name):
        yield container.line_of("name"), f"{name} is no name for a container: lower case letters, digits and dashes only", name
    for port in (as_map(p) for p in as_list(container.get("ports"))):
        yield from _port_name(port)
    for entry in (as_map(e) for e in as_list(container.get("env"))):
        variable, value = str(entry.get("name")), entry.get("value")
        if value not in (None, "") and as_map(entry.get("valueFrom")):
            yield entry.line, f"{variable} has both value and valueFrom", variable
        elif isinstance(value, bool | int | float):
            yield entry.line_of("value"), f"the value of {variable} is no text: put quotes around {str(value).lower()}", variable
    yield from _resources(as_map(container.get("resources")))
    for kind in _PROBES:
        probe = as_map(container.get(kind))
        if sum(1 for h in _HANDLERS if as_map(probe.get(h))) > 1:
            yield container.line_of(kind), f"{kind} asks in more than one way", kind
        if kind != "readinessProbe" and isinstance(probe.get("successThreshold"), int) and probe["successThreshold"] != 1:
            yield probe.line_of("successThreshold"), f"successThreshold of {kind} must be 1", "successThreshold"


def _port_name(port: Map) -> Iterator[Refusal]:
    name = port.get("name")
    if not isinstance(name, str) or open_word(name):
        return
    if len(name) > 15 or not _PORT_NAME.fullmatch(name) or not any(c.isalpha() for c in name):
        yield port.line_of("name"), f"{name} is no name for a port: at most 15 lower case letters, digits and dashes", name


def _resources(resources: Map) -> Iterator[Refusal]:
    requests, limits = as_map(resources.get("requests")), as_map(resources.get("limits"))
    for name, value in requests.items():
        asked, most = quantity(value), quantity(limits.get(name)) if name in limits else None
        if asked is not None and most is not None and asked > most:
            yield requests.line_of(name), f"it requests {name} {value}, more than its limit {limits[name]}", f"{name}: {value}"


def refused_object(made: KubeObject) -> Iterator[Refusal]:
    """Yield what is refused in an object of any kind."""
    spec = as_map(made.raw.get("spec"))
    yield from _name(made)
    if made.kind == "Service" and made.api == "v1":
        yield from _service(spec)
    elif made.kind == "Ingress" and made.api == "networking.k8s.io/v1":
        yield from _ingress(spec)
    elif made.kind == "HorizontalPodAutoscaler":
        least, most = spec.get("minReplicas"), spec.get("maxReplicas")
        if isinstance(least, int) and isinstance(most, int) and least > most:
            yield spec.line_of("minReplicas"), f"minReplicas {least} is more than maxReplicas {most}", f"minReplicas: {least}"
        if made.api.startswith("autoscaling/v2") and "targetCPUUtilizationPercentage" in spec:
            yield spec.line_of("targetCPUUtilizationPercentage"), f"{made.api} has no targetCPUUtilizationPercentage: use metrics", "target"
    elif made.kind == "PodDisruptionBudget" and "minAvailable" in spec and "maxUnavailable" in spec:
        yield spec.line, "it states both minAvailable and maxUnavailable", made.name
    elif made.kind == "CronJob":
        yield from _schedule(spec)
    elif made.kind == "Deployment":
        strategy = as_map(spec.get("strategy"))
        if strategy.get("type") == "Recreate" and as_map(strategy.get("rollingUpdate")):
            yield strategy.line, "strategy Recreate takes no rollingUpdate", "Recreate"


def _schedule(spec: Map) -> Iterator[Refusal]:
    schedule = spec.get("schedule")
    if not isinstance(schedule, str) or open_word(schedule) or schedule.startswith(("@", "TZ=", "CRON_TZ=")):
        return
    if len(schedule.split()) != 5:
        yield spec.line_of("schedule"), f"`{schedule}` is no schedule of five fields", schedule


def _name(made: KubeObject) -> Iterator[Refusal]:
    meta = as_map(made.raw.get("metadata"))
    name = meta.get("name")
    if made.made_by is not None or not isinstance(name, str) or open_word(name) or name.isupper() or not any(c.isalnum() for c in name):
        return
    form: Any = {"Service": _SERVICE, "Namespace": _LABEL}.get(made.kind) or (_SUBDOMAIN if made.kind in _NAMED else None)
    if form is not None and not form.fullmatch(name):
        yield meta.line_of("name"), f"`{name}` is no name for a {made.kind}: lower case letters, digits and dashes only", name


def _service(spec: Map) -> Iterator[Refusal]:
    ports = [as_map(p) for p in as_list(spec.get("ports"))]
    if len(ports) > 1 and any(not p.get("name") for p in ports):
        yield spec.line_of("ports"), "one of its several ports has no name", "ports"
    for port in ports:
        number = port.get("nodePort")
        if isinstance(number, int) and number > _HIGHEST:
            yield port.line_of("nodePort"), f"nodePort {number} is no port", f"nodePort: {number}"
        elif isinstance(number, int) and number and spec.get("type", "ClusterIP") == "ClusterIP":
            yield port.line_of("nodePort"), "a Service of type ClusterIP takes no nodePort", f"nodePort: {number}"
    if spec.get("clusterIP") == "None" and spec.get("type") in ("NodePort", "LoadBalancer"):
        yield spec.line_of("clusterIP"), f"clusterIP None and type {spec['type']} exclude each other", "clusterIP: None"


def _ingress(spec: Map) -> Iterator[Refusal]:
    for rule in as_list(spec.get("rules")):
        for path in (as_map(p) for p in as_list(as_map(as_map(rule).get("http")).get("paths"))):
            backend = as_map(path.get("backend"))
            if "serviceName" in backend or "servicePort" in backend:
                yield backend.line, "networking.k8s.io/v1 has no serviceName: it is service.name and service.port", "serviceName"
            elif path and "pathType" not in path:
                yield path.line, "a path has no pathType", str(path.get("path", "pathType"))
