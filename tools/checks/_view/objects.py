"""Collect Kubernetes objects: of manifests, of heredocs that kubectl is fed with, of `kubectl run` and `kubectl create`."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ...yaml12 import Map, YamlError, as_list, as_map, load_all
from .invocations import Invocation
from .items import ArtifactView, ScriptView
from .kubectl import read_kubectl

if TYPE_CHECKING:
    from . import PlanView

_TEMPLATE_AT = {
    "Pod": (),
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Rollout": ("spec", "template"),
}
CLUSTER_KINDS = frozenset(
    "Namespace ClusterRole ClusterRoleBinding CustomResourceDefinition PersistentVolume StorageClass PriorityClass IngressClass"
    " ValidatingWebhookConfiguration MutatingWebhookConfiguration APIService ClusterIssuer ClusterSecretStore GatewayClass"
    " RuntimeClass ClusterPolicy ClusterExternalSecret ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding Node CSIDriver".split()
)


@dataclass(frozen=True)
class KubeObject:
    """Be one object: where it stands, and the namespace it lands in (null: none is stated)."""

    kind: str
    api: str
    name: str
    namespace: str | None
    raw: Map
    spot: ArtifactView | ScriptView
    line: int
    made_by: Invocation | None = None  # `kubectl run`, `kubectl create`: the command itself

    @property
    def step(self) -> str | None:
        """Return the step it is made in."""
        return self.spot.step

    @property
    def artifact(self) -> str | None:
        """Return the artifact it stands in."""
        return self.spot.artifact

    @property
    def section(self) -> int | None:
        """Return the section it belongs to."""
        return self.spot.section

    @property
    def shift(self) -> int:
        """Return what must be added to a line of `raw` to get the line where it stands (a heredoc starts below line 1)."""
        return self.line - self.raw.line

    @property
    def title(self) -> str:
        """Return `Kind name`."""
        return f"{self.kind} {self.name}".strip()

    @cached_property
    def template(self) -> Map | None:
        """Return the pod template (or the pod itself), or null for an object that makes no pods."""
        path = _TEMPLATE_AT.get(self.kind)
        if path is None:
            return None
        value: Any = self.raw
        for key in path:
            value = as_map(value).get(key)
        return as_map(value)

    @property
    def pod(self) -> Map:
        """Return the pod's spec, an empty one when there is none."""
        return as_map(self.template.get("spec")) if self.template is not None else Map(self.line)

    def containers(self, *keys: str) -> Iterator[Map]:
        """Yield the pod's containers (`containers` and `initContainers` unless told otherwise)."""
        for key in keys or ("containers", "initContainers"):
            yield from (c for c in as_list(self.pod.get(key)) if isinstance(c, Map))


def objects(view: PlanView) -> Iterator[KubeObject]:
    """Yield every object of the plan, kustomizations' namespaces applied."""
    spaces = _kustomized(view)
    for artifact in view.of_kind("kubernetes"):
        for document in artifact.documents:
            for raw in _expanded(document):
                made = _object(raw, artifact, 0)
                if made is not None and made.kind != "Kustomization":
                    yield _in_namespace(made, spaces)
    for script in view.scripts:
        if "kubectl" in script.text:
            yield from _of_script(script)


def _expanded(document: Any) -> Iterator[Map]:
    if isinstance(document, Map):
        if document.get("kind") == "List":
            yield from (item for item in as_list(document.get("items")) if isinstance(item, Map))
        else:
            yield document


def _object(raw: Map, spot: ArtifactView | ScriptView, shift: int) -> KubeObject | None:
    kind = raw.get("kind")
    if not isinstance(kind, str):
        return None
    meta = as_map(raw.get("metadata"))
    space = meta.get("namespace")
    name = meta.get("name", meta.get("generateName", ""))
    return KubeObject(kind, str(raw.get("apiVersion", "")), str(name), str(space) if space else None, raw, spot, raw.line + shift)


def _kustomized(view: PlanView) -> dict[str, str]:
    """Return the namespace that a kustomization gives to its folder, and to a base that no other one gives a name, by folder."""
    given: dict[str, set[str]] = {}
    roots = {a.installed.rpartition("/")[0]: a.root for a in view.of_kind("kubernetes") if a.root.get("kind") == "Kustomization"}
    own = {folder: str(root["namespace"]) for folder, root in roots.items() if isinstance(root.get("namespace"), str)}
    for folder, space in own.items():
        waiting, seen = [folder], {folder}
        while waiting:
            current = waiting.pop()
            given.setdefault(current, set()).add(space)
            for item in (*as_list(roots.get(current, Map(1)).get("resources")), *as_list(roots.get(current, Map(1)).get("bases"))):
                base = posixpath.normpath(posixpath.join(current, str(item)))
                if base in roots and base not in seen and base not in own:
                    seen.add(base)
                    waiting.append(base)
    return {folder: next(iter(spaces)) for folder, spaces in given.items() if len(spaces) == 1}


def _in_namespace(made: KubeObject, spaces: dict[str, str]) -> KubeObject:
    if made.namespace is not None or made.kind in CLUSTER_KINDS or not isinstance(made.spot, ArtifactView):
        return made
    space = spaces.get(made.spot.installed.rpartition("/")[0])
    return made if space is None else KubeObject(made.kind, made.api, made.name, space, made.raw, made.spot, made.line)


def _of_script(script: ScriptView) -> Iterator[KubeObject]:
    for call in script.calls:
        read = read_kubectl(call)
        if read is None or read.reads_only:
            continue
        if read.verb in ("apply", "create", "replace"):
            for redirect in call.statement.redirects:
                if redirect.heredoc is not None:
                    yield from _heredoc(script, redirect.heredoc, redirect.line, read.namespace)
        if read.verb == "run" and read.names:
            raw = _run(call, read.arguments.values("--overrides"))
            yield KubeObject("Pod", "v1", read.names[0], read.namespace, raw, script, call.line, call)


def _heredoc(script: ScriptView, text: str, line: int, namespace: str | None) -> Iterator[KubeObject]:
    try:
        documents, _ = load_all(text)
    except YamlError:
        return
    for document in documents:
        for raw in _expanded(document):
            made = _object(raw, script, line - 1)
            if made is not None:
                space = made.namespace or (None if made.kind in CLUSTER_KINDS else namespace)
                yield KubeObject(made.kind, made.api, made.name, space, made.raw, script, made.line)


def _run(call: Invocation, overrides: tuple[Any, ...]) -> Map:
    """Return the pod that `kubectl run` makes: one container of the image, with the overrides laid over it."""
    given: Any = None
    text = overrides[-1].template if overrides else ""
    try:
        given = json.loads(text) if text else None
    except (ValueError, RecursionError):
        given = None
    pod = Map(call.line)
    if isinstance(given, dict):
        pod.update(_mapped(given, call.line))
    spec = pod.get("spec")
    if not isinstance(spec, Map):
        spec = Map(call.line)
        pod["spec"] = spec
    if not spec.get("containers"):
        spec["containers"] = [Map(call.line)]
    return pod


def _mapped(value: Any, line: int, depth: int = 0) -> Any:
    if isinstance(value, dict) and depth < 40:
        made = Map(line)
        for key, inner in value.items():
            made[str(key)] = _mapped(inner, line, depth + 1)
        return made
    if isinstance(value, list) and depth < 40:
        return [_mapped(inner, line, depth + 1) for inner in value]
    return value
