"""Detect Helm charts and Kustomize folders, Skaffold, Tilt and GitOps files; stores and brokers that charts bring along."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Datastore, Fact, Located, Queue
from ..aside import is_aside
from ..detector import View, entry, folder_of
from ..knowledge.images import BROKERS, STORES
from ..platforms.kubernetes import manifests

_FILES = {
    "skaffold.yaml": "skaffold", "skaffold.yml": "skaffold", "Tiltfile": "tilt", "devspace.yaml": "devspace", "okteto.yml": "okteto",
    "okteto.yaml": "okteto", "helmfile.yaml": "helmfile", "helmfile.yml": "helmfile", "helmfile.yaml.gotmpl": "helmfile",
    "garden.yml": "garden",
    "kustomization.yaml": "kustomize", "kustomization.yml": "kustomize", "Kptfile": "kpt", "werf.yaml": "werf", "draft.toml": "draft",
}  # fmt: skip
_GITOPS = {
    ("argoproj.io/", "Application"): "argocd", ("argoproj.io/", "ApplicationSet"): "argocd", ("argoproj.io/", "AppProject"): "argocd",
    ("kustomize.toolkit.fluxcd.io/", "Kustomization"): "flux", ("helm.toolkit.fluxcd.io/", "HelmRelease"): "flux",
    ("source.toolkit.fluxcd.io/", "GitRepository"): "flux",
}  # fmt: skip
_CHARTS = {**STORES, **BROKERS, "redis-cluster": "redis", "postgresql-ha": "postgresql", "mongodb-sharded": "mongodb", "mysql-ha": "mysql"}


def detect(view: View) -> Iterator[Fact]:
    """Yield one entry per chart and file, and the data stores of a chart's dependencies."""
    for path in view.named(*_FILES):
        if not is_aside(path):
            name = path.rpartition("/")[2]
            where = folder_of(path) if _FILES[name] == "kustomize" and folder_of(path) != "." else path
            yield entry("iac", folder_of(path), Located(kind=_FILES[name], path=where))
    for path, kind in sorted({(m.path, _GITOPS.get((m.api.partition("/")[0] + "/", m.kind))) for m in manifests(view)}, key=str):
        if kind is not None:
            yield entry("iac", folder_of(path), Located(kind=kind, path=path))
    for path in view.named("Chart.yaml"):
        if not is_aside(path):
            folder = folder_of(path)
            yield entry("iac", folder, Located(kind="helm", path=folder if folder != "." else path))
            yield from _dependencies(view, path)


def _dependencies(view: View, path: str) -> Iterator[Fact]:
    document = view.document(path)
    for index, one in enumerate(document.items("dependencies")) if document else ():
        name = one.get("name") if isinstance(one, dict) else None
        kind = _CHARTS.get(name) if isinstance(name, str) else None
        if kind is None or document is None:
            continue
        evidence = (view.evidence(path, document.line("dependencies", index, "name")),)
        required = not one.get("condition")
        if name in BROKERS:
            yield entry("queue", folder_of(path), Queue(kind=kind, backend=kind, required=required, evidence=evidence))
        else:
            yield entry("datastore", folder_of(path), Datastore(kind=kind, required=required, evidence=evidence), "high")
