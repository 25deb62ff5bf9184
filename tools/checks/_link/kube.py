"""Relate Kubernetes objects: which are whole and which are patches, which pods a selector finds, which objects share a name."""

from __future__ import annotations

import difflib
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...yaml12 import Map, as_list, as_map
from .._view import KubeObject, PlanView
from .._view.placeholders import placeholders

WORKLOADS = frozenset("Deployment StatefulSet DaemonSet ReplicaSet ReplicationController Job CronJob Rollout Pod".split())


_ALIKE = 0.88


@dataclass(frozen=True)
class Cluster:
    """Be the objects of a plan that are whole, the names of files that patch others, and the text of what patches them."""

    objects: tuple[KubeObject, ...]
    patches: tuple[KubeObject, ...]
    patching: str

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


def cluster_of(view: PlanView) -> Cluster:
    """Return the objects of a plan, told apart from kustomize's patches."""
    named, texts = _patch_files(view)
    objects, patches = [], []
    for made in view.objects:
        path = made.artifact or ""
        patch = (getattr(made.spot, "installed", path)) in named or "patch" in posixpath.basename(path).lower()
        partial = made.template is not None and not whole(made)
        (patches if patch or partial else objects).append(made)
    return Cluster(tuple(objects), tuple(patches), "\n".join(texts))


def whole(made: KubeObject) -> bool:
    """Say whether a workload is written down as a whole: each of its containers names itself and its image."""
    containers = list(made.containers("containers"))
    return bool(containers) and all(isinstance(c.get("image"), str) and c.get("name") for c in containers)


def _patch_files(view: PlanView) -> tuple[frozenset[str], list[str]]:
    found: set[str] = set()
    texts: list[str] = []
    for artifact in (*view.of_kind("kubernetes", "yaml"), *view.aside):
        root = artifact.root if "kustomization" in artifact.installed.lower() or artifact.kind == "kubernetes" else Map(0)
        if root.get("kind") not in ("Kustomization", "Component", None) or not root:
            continue
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
    return as_map(as_map((made.template or {}).get("metadata")).get("labels"))


def open_word(*words: object) -> bool:
    """Say whether a word is left to whoever fills it in: a variable, a template, a placeholder, a secret that was taken out."""
    return any(w is None or any(c in str(w) for c in "${<%") or any(True for _ in placeholders(str(w))) for w in words)


def ports_of(made: KubeObject) -> Iterator[tuple[str, int]]:
    """Yield (name or "", number) of the ports that a pod's containers declare."""
    for container in made.containers():
        for port in as_list(container.get("ports")):
            number = as_map(port).get("containerPort")
            if isinstance(number, int):
                yield str(as_map(port).get("name") or ""), number


def nearly(one: str, other: str) -> bool:
    """Say whether two names are the same but for a slip of the pen, or for a word that only says what kind of thing it is."""
    first, second = ([w for w in _parts(name) if w not in _OF_KINDS] for name in (one, other))
    if first == second and first:
        return True
    return difflib.SequenceMatcher(None, "-".join(_parts(one)), "-".join(_parts(other))).ratio() >= _ALIKE


_OF_KINDS = frozenset(
    "config configs cm configmap map settings env secret secrets pv pvc claim volume data storage sa account serviceaccount svc service"
    " deployment deploy app".split()
)


def _parts(name: str) -> list[str]:
    return [w for w in "".join(c.lower() if c.isalnum() else "-" for c in name).split("-") if w]
