"""Relate Kubernetes objects: which are whole and which are patches, which pods a selector finds, which objects share a name."""

from __future__ import annotations

import difflib
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...yaml12 import Map, as_list, as_map
from .._view import KubeObject, PlanView
from .._view.items import ArtifactView
from .._view.placeholders import placeholders

WORKLOADS = frozenset("Deployment StatefulSet DaemonSet ReplicaSet ReplicationController Job CronJob Rollout Pod".split())


_ALIKE, _LEAST = 0.75, 4


@dataclass(frozen=True)
class Cluster:
    """Be the objects of a plan that are whole, the names of files that patch others, the text of what patches
    them, and the labels that kustomize adds."""

    objects: tuple[KubeObject, ...]
    patches: tuple[KubeObject, ...]
    patching: str
    labels: frozenset[str]

    def named(self, kind: str, name: str) -> list[KubeObject]:
        """Return the objects of a kind and name."""
        return [o for o in self.objects if o.kind == kind and o.name == name]

    def patched(self, made: KubeObject) -> list[KubeObject]:
        """Return the patches of an object."""
        return [o for o in self.patches if o.kind == made.kind and o.name == made.name]

    def selected(self, selector: Any, near: KubeObject) -> list[KubeObject]:
        """Return the pods that carry the labels of a selector: those of the same folder where there are any."""
        wanted = as_map(selector)
        if not wanted:
            return []
        found = [o for o in self.objects if o.template is not None and not _apart(o, near) and carries(o, wanted)]
        beside = [o for o in found if folder_of(o) == folder_of(near)]
        return beside or found


def cluster_of(view: PlanView, pages: bool = True) -> Cluster:
    """Return the objects of a plan, told apart from kustomize's patches; without `pages` those of files only: pages show parts."""
    named, texts = _patch_files(view)
    objects: list[KubeObject] = []
    patches: list[KubeObject] = []
    for made in view.objects:
        path = made.artifact or ""
        if pages is False and path in view.origins:
            continue
        patch = (getattr(made.spot, "installed", path)) in named or "patch" in posixpath.basename(path).lower()
        partial = made.template is not None and not whole(made)
        (patches if patch or partial else objects).append(made)
    return Cluster(tuple(objects), tuple(patches), "\n".join(texts), frozenset(_added(view)))


def whole(made: KubeObject) -> bool:
    """Say whether a workload is written down as a whole: each of its containers names itself and its image."""
    containers = list(made.containers("containers"))
    return bool(containers) and all(isinstance(c.get("image"), str) and c.get("name") for c in containers)


def _kustomizations(view: PlanView) -> Iterator[ArtifactView]:
    for artifact in (*view.of_kind("kubernetes", "yaml"), *view.aside):
        named = "kustomization" in artifact.installed.lower()
        if (named or artifact.kind == "kubernetes") and artifact.root.get("kind", "" if named else "-") in (
            "Kustomization",
            "Component",
            "",
        ):
            yield artifact


def _added(view: PlanView) -> Iterator[str]:
    """Yield the names of the labels that kustomize gives to what it builds."""
    for artifact in _kustomizations(view):
        yield from as_map(artifact.root.get("commonLabels"))
        for entry in as_list(artifact.root.get("labels")):
            yield from as_map(as_map(entry).get("pairs"))


def _patch_files(view: PlanView) -> tuple[frozenset[str], list[str]]:
    found: set[str] = set()
    texts: list[str] = []
    for artifact in _kustomizations(view):
        root = artifact.root
        folder = posixpath.dirname(artifact.installed)
        for key in ("patches", "patchesStrategicMerge", "patchesJson6902"):
            for item in as_list(root.get(key)):
                path = as_map(item).get("path") if isinstance(item, Map) else item
                texts.append(str(item))
                if isinstance(path, str) and "\n" not in path:
                    found.add(posixpath.normpath(posixpath.join(folder, path)))
    texts += [a.text for a in view.artifacts if a.installed in found]
    return frozenset(found), texts


def folder_of(made: KubeObject) -> str:
    """Return the folder of the file that an object stands in."""
    return posixpath.dirname(made.artifact or "")


def _apart(one: KubeObject, other: KubeObject) -> bool:
    return one.namespace is not None and other.namespace is not None and one.namespace != other.namespace


def carries(made: KubeObject, wanted: Map) -> bool:
    """Say whether a pod carries labels."""
    labels = labels_of(made)
    return all(str(labels.get(key)) == str(value) for key, value in wanted.items())


def labels_of(made: KubeObject) -> Map:
    """Return the labels of a workload's pods."""
    return as_map(as_map(as_map(made.template).get("metadata")).get("labels"))


def open_word(*words: object) -> bool:
    """Say whether a word is left to whoever fills it in: a variable, a template, a placeholder, a secret that was taken out."""
    return any(w is None or any(c in str(w) for c in "${<%") or any(True for _ in placeholders(str(w))) for w in words)


def ports_of(made: KubeObject) -> Iterator[tuple[str, int]]:
    """Yield (name or "", number, 0 for one that is yet to be filled in) of the ports that a pod's containers declare."""
    for container in made.containers():
        for port in as_list(container.get("ports")):
            number = as_map(port).get("containerPort")
            yield str(as_map(port).get("name") or ""), number if isinstance(number, int) else 0


def nearly(one: str, other: str) -> bool:
    """Say whether two names are the same but for a slip of the pen, or for a word that only says what kind of thing it is."""
    first, second = _parts(one), _parts(other)
    rests = [[w for w in a if w not in b] for a, b in ((first, second), (second, first))]
    if all(w in _OF_KINDS for rest in rests for w in rest):
        return any(w not in _OF_KINDS for w in (*first, *second))
    left, right = ("".join(rest) for rest in rests)
    return min(len(left), len(right)) >= _LEAST and difflib.SequenceMatcher(None, left, right).ratio() >= _ALIKE


_OF_KINDS = frozenset(
    "config configs cm configmap map settings env secret secrets pv pvc claim volume data storage sa account serviceaccount svc service"
    " deployment deploy app".split()
)


def _parts(name: str) -> list[str]:
    return [w for w in "".join(c.lower() if c.isalnum() else "-" for c in name).split("-") if w]
