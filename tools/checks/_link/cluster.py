"""Follow what is sent to a cluster: which manifests a command applies, under which namespace, and which namespaces exist when."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from ...yaml12 import as_list
from .._view import KubeObject, PlanView, ScriptView
from .._view.invocations import Invocation, of_node
from .._view.items import ArtifactView
from .._view.kubectl import KubectlCall, read_kubectl
from .paths import join, resolve

EXISTING = frozenset({"default", "kube-system", "kube-public", "kube-node-lease", ""})
_PLACES = ("kustomization.yaml", "kustomization.yml", "Kustomization")


@dataclass(frozen=True)
class Applied:
    """Be one kubectl command that sends something: the objects it sends, each with the namespace it lands in."""

    script: ScriptView
    call: Invocation
    read: KubectlCall
    objects: tuple[tuple[KubeObject, str | None], ...]


def applied(view: PlanView, script: ScriptView) -> Iterator[Applied]:
    """Yield the commands of a script that create or change objects, in order."""
    piped = _piped(script)
    for call in script.calls:
        read = read_kubectl(call)
        if read is None or read.verb not in ("apply", "create", "replace", "run"):
            continue
        files = [a for word in read.files for a in _artifacts(view, word.template, resolve(word, script.base, _constants(script)))]
        for word in read.folders:
            files += _kustomized(view, resolve(word, script.base, _constants(script)))
        files += [a for path in piped.get(call.line, ()) for a in _artifacts(view, path, join(script.base, path))]
        own = [o for o in view.objects if isinstance(o.spot, ScriptView) and o.spot.text == script.text and o.spot.step == script.step]
        sent = [o for o in view.objects if isinstance(o.spot, ArtifactView) and o.spot in files]
        sent += [o for o in own if o.made_by is None and _within(o, call)]
        yield Applied(script, call, read, tuple((o, o.namespace or read.namespace) for o in sent))


def _constants(script: ScriptView) -> dict[str, str]:
    return script.script.constants


def _within(made: KubeObject, call: Invocation) -> bool:
    return any(r.heredoc is not None and r.line <= made.line <= r.line + r.heredoc.count("\n") for r in call.statement.redirects)


def _artifacts(view: PlanView, text: str, path: str | None) -> list[ArtifactView]:
    """Return the manifests that a path names: one file, or all below a folder."""
    if text == "-" or path is None:
        return []
    return [a for a in view.of_kind("kubernetes") if a.installed == path or a.installed.startswith(path.rstrip("/") + "/")]


def _kustomized(view: PlanView, folder: str | None, depth: int = 0) -> list[ArtifactView]:
    """Return the manifests that a kustomization brings together."""
    if folder is None or depth > 6:
        return []
    found: list[ArtifactView] = []
    for artifact in view.of_kind("kubernetes"):
        above, _, name = artifact.installed.rpartition("/")
        if above == folder.rstrip("/") and name in _PLACES:
            for key in ("resources", "bases", "components"):
                for item in as_list(artifact.root.get(key)):
                    path = posixpath.normpath(posixpath.join(folder, str(item)))
                    found += [a for a in view.of_kind("kubernetes") if a.installed == path] or _kustomized(view, path, depth + 1)
    return found


def _piped(script: ScriptView) -> dict[int, tuple[str, ...]]:
    """Return for each line with `… | kubectl apply -f -` the file words of the commands before the pipe."""
    found: dict[int, tuple[str, ...]] = {}
    for node in script.script.nodes:
        if node.kind != "pipeline":
            continue
        last = of_node(node.parts[-1])[:1]
        if last and last[0].name in ("kubectl", "oc"):
            words = [w.template for part in node.parts[:-1] for call in of_node(part) for w in call.args]
            words += [
                r.target.template
                for part in node.parts[:-1]
                for inner in part.walk()
                if inner.command is not None
                for r in inner.command.redirects
                if r.reads and r.target is not None
            ]
            found[last[0].line] = tuple(w for w in words if "/" in w or w.endswith((".yaml", ".yml")))
    return found


def made_namespaces(view: PlanView, script: ScriptView) -> Iterator[tuple[str, int]]:
    """Yield (namespace, line) of each namespace that a script makes."""
    for sending in applied(view, script):
        if sending.read.verb == "create" and sending.read.kind == "Namespace" and sending.read.names:
            yield sending.read.names[0], sending.call.line
        for made, _ in sending.objects:
            if made.kind == "Namespace":
                yield made.name, sending.call.line
    for call in script.calls:
        if call.name == "helm" and "--create-namespace" in call.texts:
            space = _option(call, "-n", "--namespace")
            if space:
                yield space, call.line
        elif call.name == "oc" and call.texts[1:2] == ("new-project",) and len(call.texts) > 2:
            yield call.texts[2], call.line
        elif call.name in ("terraform", "tofu", "pulumi") and "apply" in call.texts:
            for folder in view.terraform:
                for block in folder.resources("kubernetes_namespace", "kubernetes_namespace_v1"):
                    for meta in block.blocks("metadata"):
                        yield meta.value("name") or "", call.line
                for block in folder.resources("helm_release"):
                    if block.value("create_namespace") == "true":
                        yield block.value("namespace") or "", call.line


def used_namespaces(view: PlanView, script: ScriptView) -> Iterator[tuple[str, int, str]]:
    """Yield (namespace, line, command) of each namespace that must exist when a line of the script runs."""
    for call in script.calls:
        read = read_kubectl(call)
        if read is not None and read.namespace and "--ignore-not-found" not in call.texts and not _excused(call):
            if read.verb not in ("delete", "get", "config set-context"):
                yield read.namespace, call.line, " ".join(call.texts)
        elif call.name == "helm" and call.texts[1:2] in (("install",), ("upgrade",)) and "--create-namespace" not in call.texts:
            space = _option(call, "-n", "--namespace")
            if space:
                yield space, call.line, " ".join(call.texts)
    for sending in applied(view, script):
        brought = {o.name for o, _ in sending.objects if o.kind == "Namespace"}
        for made, target in sending.objects:
            if target and target not in brought:
                yield target, sending.call.line, f"{made.title} in {target}"


def _excused(call: Invocation) -> bool:
    return any(text.startswith("--dry-run") for text in call.texts) and "create" in call.texts and "namespace" in call.texts


def _option(call: Invocation, *names: str) -> str:
    found = call.split(*names).values(*names)
    return found[-1].template if found else ""
