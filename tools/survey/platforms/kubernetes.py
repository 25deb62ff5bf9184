"""Read Kubernetes manifests: workloads with their containers, and what builds their images."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..aside import is_aside
from ..parsers.document import Document
from ..parsers.document import Path as Keys
from ..view import View, folder_of, join

KINDS = {  # kind -> keys of its pod template
    "Deployment": ("spec", "template", "spec"), "StatefulSet": ("spec", "template", "spec"), "DaemonSet": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"), "ReplicationController": ("spec", "template", "spec"), "Job": ("spec", "template", "spec"),
    "Rollout": ("spec", "template", "spec"), "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"), "Pod": ("spec",),
    "DeploymentConfig": ("spec", "template", "spec"),
}  # fmt: skip
_CLUSTER = (
    "apps/", "batch/", "v1", "networking.k8s.io/", "rbac.authorization.k8s.io/", "autoscaling/", "policy/", "argoproj.io/",
    "serving.knative.dev/",
    "gateway.networking.k8s.io/", "cert-manager.io/", "traefik.", "monitoring.coreos.com/", "external-secrets.io/", "keda.sh/",
    "extensions/",
    "kustomize.toolkit.fluxcd.io/", "helm.toolkit.fluxcd.io/", "source.toolkit.fluxcd.io/", "storage.k8s.io/", "apiextensions.k8s.io/",
    "route.openshift.io/", "networking.istio.io/", "postgresql.cnpg.io/", "secrets-store.csi.x-k8s.io/", "cloud.google.com/",
    "tekton.dev/", "triggers.tekton.dev/",
)  # fmt: skip
_NOT = ("Chart.yaml", "kustomization.yaml", "kustomization.yml", "skaffold.yaml", "skaffold.yml", "Kptfile")
_MAX = 400_000  # bytes; larger manifests are generated bundles of custom resource definitions


@dataclass(frozen=True, slots=True)
class Manifest:
    """Be one document of a manifest file."""

    path: str
    document: Document
    kind: str
    name: str
    api: str


@dataclass(frozen=True, slots=True)
class Container:
    """Be one container of a workload."""

    manifest: Manifest
    keys: Keys  # where it stands in the document
    name: str
    spec: dict[str, Any]

    @property
    def image(self) -> str | None:
        """Return its image."""
        value = self.spec.get("image")
        return value if isinstance(value, str) and value and "{{" not in value else None

    def line(self, *keys: str | int) -> int:
        """Return the line of a key of the container."""
        return self.manifest.document.line(*self.keys, *keys)


def manifests(view: View) -> tuple[Manifest, ...]:
    """Return every manifest of the tree, those of tests, documents and Helm templates left out; made once per tree."""
    return view.kept("kubernetes_manifests", lambda: tuple(_manifests(view)))


def _manifests(view: View) -> Iterator[Manifest]:
    charts = {folder_of(p) for p in view.named("Chart.yaml")}
    for path in view.suffixed(".yaml", ".yml"):
        if path.rpartition("/")[2] in _NOT or is_aside(path) or view.repository.size(path) > _MAX or _in_chart(path, charts):
            continue
        if not view.holds(path, "apiVersion:", '"apiVersion"') or not view.holds(path, "kind:", '"kind"'):
            continue
        for document in view.documents(path):
            api, kind = document.text("apiVersion"), document.text("kind")
            name = document.text("metadata", "name") or document.text("metadata", "generateName") or ""
            if api and kind and (api.startswith(_CLUSTER) or "k8s.io" in api or ("/" in api and isinstance(document.get("spec"), dict))):
                yield Manifest(path, document, kind, name, api)


def _in_chart(path: str, charts: set[str]) -> bool:
    here = folder_of(path)
    while here != ".":
        if here.rpartition("/")[2] in ("templates", "crds") and folder_of(here) in charts:
            return True
        here = folder_of(here)
    return False


def containers(view: View) -> Iterator[Container]:
    """Yield the containers of every workload, those that only prepare a pod left out."""
    for manifest in manifests(view):
        keys = KINDS.get(manifest.kind)
        if manifest.kind == "Service" and manifest.api.startswith("serving.knative.dev/"):
            keys = ("spec", "template", "spec")
        if keys is None:
            continue
        for index, spec in enumerate(manifest.document.items(*keys, "containers")):
            if isinstance(spec, dict):
                yield Container(manifest, (*keys, "containers", index), str(spec.get("name") or ""), spec)


def places(view: View) -> dict[str, list[str]]:
    """Return {folder: its manifest files}."""
    found: dict[str, list[str]] = {}
    for manifest in manifests(view):
        files = found.setdefault(folder_of(manifest.path), [])
        if manifest.path not in files:
            files.append(manifest.path)
    return found


def built_images(view: View) -> dict[str, tuple[str, str | None]]:
    """Return {image: (folder it is built from, Dockerfile)} as Skaffold's artifacts say."""
    found: dict[str, tuple[str, str | None]] = {}
    for path in view.named("skaffold.yaml", "skaffold.yml"):
        for document in view.documents(path):
            for artifact in document.items("build", "artifacts"):
                if not isinstance(artifact, dict) or not isinstance(artifact.get("image"), str):
                    continue
                jib = artifact.get("jib")
                inside = str(jib.get("project") or ".") if isinstance(jib, dict) else "."
                context = posixpath.join(str(artifact.get("context") or ".").rstrip("/"), inside.replace(":", "/").lstrip("/"))
                folder = posixpath.normpath(posixpath.join(folder_of(path), context))
                docker = artifact.get("docker")
                file = str(docker.get("dockerfile") or "Dockerfile") if isinstance(docker, dict) else "Dockerfile"
                dockerfile = join(folder, file.removeprefix("./"))
                found[artifact["image"]] = (folder, dockerfile if view.exists(dockerfile) else None)
    return found
