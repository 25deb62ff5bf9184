"""Link Kubernetes objects: config maps, secrets, service accounts, claims and back ends that a manifest names are made by something.

What:
    Every ConfigMap, Secret, ServiceAccount and PersistentVolumeClaim that a pod names, and every Service that an Ingress or HTTPRoute
    sends to, is made in the same plan: by a manifest, a generator, an ExternalSecret, a certificate, a chart, or a command. A Service
    selects the labels of some pod.

Why it matters in production:
    A pod whose secret does not exist waits in CreateContainerConfigError for ever, and `kubectl apply` says "created". A Service whose
    selector matches nothing answers 503 from the first minute.

Example:
    envFrom: [{secretRef: {name: shop-secrets}}]          # nothing makes shop-secrets

Instead:
    kubectl -n shop create secret generic shop-secrets --from-env-file=/run/shop.env      # a step before the apply

When to ignore:
    When an operator in the cluster makes the object: name the operator and the object it makes it from.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ..yaml12 import Map, as_list, as_map
from ._link.kube import Cluster, cluster_of, folder_of, labels_of, nearly, open_word
from ._rule import Rule
from ._view import KubeObject, PlanView
from ._view.kubectl import read_kubectl

UNRESOLVED = Rule(
    "LNK063", "kubernetes-name-unresolved", "error", "A manifest names an object that nothing in the plan makes.", confidence="medium"
)
SELECTOR = Rule("LNK064", "selector-matches-nothing", "error", "A Service selects labels that no pod of the plan carries.")
RULES = (UNRESOLVED, SELECTOR)

_POD_REFS = (("configMapRef", "ConfigMap"), ("secretRef", "Secret"), ("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret"))
_VOLUMES = (
    ("configMap", "name", "ConfigMap"),
    ("secret", "secretName", "Secret"),
    ("persistentVolumeClaim", "claimName", "PersistentVolumeClaim"),
)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield names that lead nowhere."""
    made = _made(view)
    if not view.objects:
        return
    charts = any(call.name == "helm" for script in view.scripts for call in script.calls) or any(
        o.kind in _BY_OPERATORS for o in view.objects
    )
    reported: set[tuple[str, str]] = set()
    for owner in view.objects:
        for kind, name, line in _named(owner):
            if (kind, name) in made or "$" in name or "{{" in name or (kind, name) in reported or name == "default":
                continue
            reported.add((kind, name))
            certain = not view.foreign and not charts
            yield UNRESOLVED.at(
                owner.spot,
                f"{owner.title} names the {kind} {name}, which nothing in the plan makes.",
                line=line + owner.shift,
                quote=name,
                severity="error" if certain else "warning",
                hint=f"Add the manifest or the command that makes {name}.",
            )
    yield from _selectors(view)


_BY_OPERATORS = frozenset({"HelmRelease", "Application", "Kustomization", "HelmChart"})


def _made(view: PlanView) -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for made in view.objects:
        found.add((made.kind, made.name))
        spec = as_map(made.raw.get("spec"))
        if made.kind in ("ExternalSecret", "SealedSecret"):
            target = as_map(spec.get("target")).get("name") or as_map(as_map(spec.get("template")).get("metadata")).get("name") or made.name
            found.add(("Secret", str(target)))
        elif made.kind == "Certificate":
            found.add(("Secret", str(spec.get("secretName", ""))))
        elif made.kind == "StatefulSet":
            found |= {
                ("PersistentVolumeClaim", str(as_map(as_map(c).get("metadata")).get("name")))
                for c in as_list(spec.get("volumeClaimTemplates"))
            }
        elif made.kind == "Ingress" and any("cert-manager" in k for k in as_map(as_map(made.raw.get("metadata")).get("annotations"))):
            found |= {("Secret", str(as_map(t).get("secretName"))) for t in as_list(spec.get("tls"))}
    for artifact in view.of_kind("kubernetes"):
        for key, kind in (("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")):
            found |= {(kind, str(as_map(g).get("name"))) for g in as_list(artifact.root.get(key))}
    for script in view.scripts:
        for call in script.calls if "kubectl" in script.text else ():
            read = read_kubectl(call)
            if read is not None and read.verb == "create" and read.kind and read.names:
                found.add((read.kind, read.names[0]))
            elif read is not None and read.verb == "expose":
                found |= {("Service", name) for name in read.names}
    return frozenset(found)


def _named(owner: KubeObject) -> Iterator[tuple[str, str, int]]:
    """Yield (kind, name, line) of each object that one names and that is not optional."""
    pod = owner.pod
    for container in owner.containers():
        for source in (*as_list(container.get("envFrom")), *(as_map(e).get("valueFrom") for e in as_list(container.get("env")))):
            for key, kind in _POD_REFS:
                ref = as_map(as_map(source).get(key))
                if isinstance(ref.get("name"), str) and ref.get("optional") is not True:
                    yield kind, str(ref["name"]), ref.line_of("name")
    for volume in as_list(pod.get("volumes")):
        for key, name, kind in _VOLUMES:
            ref = as_map(as_map(volume).get(key))
            if isinstance(ref.get(name), str) and ref.get("optional") is not True:
                yield kind, str(ref[name]), ref.line_of(name)
    if isinstance(pod.get("serviceAccountName"), str):
        yield "ServiceAccount", str(pod["serviceAccountName"]), pod.line_of("serviceAccountName")
    if owner.kind == "Ingress":
        for rule in as_list(as_map(owner.raw.get("spec")).get("rules")):
            for path in as_list(as_map(as_map(rule).get("http")).get("paths")):
                service = as_map(as_map(as_map(path).get("backend")).get("service"))
                if isinstance(service.get("name"), str):
                    yield "Service", str(service["name"]), service.line_of("name")
    if owner.kind == "HTTPRoute":
        for rule in as_list(as_map(owner.raw.get("spec")).get("rules")):
            for ref in as_list(as_map(rule).get("backendRefs")):
                if isinstance(as_map(ref).get("name"), str) and as_map(ref).get("kind", "Service") == "Service":
                    yield "Service", str(as_map(ref)["name"]), as_map(ref).line_of("name")


def _selectors(view: PlanView) -> Iterator[Finding]:
    cluster = cluster_of(view, pages=False)
    if not any(o.template is not None for o in cluster.objects):
        return
    operated = any(o.kind in _BY_OPERATORS for o in view.objects)
    shared = any(a.root.get(key) for a in view.of_kind("kubernetes", "yaml") for key in ("commonLabels", "labels") if "resources" in a.root)
    for made in cluster.objects:
        selector = as_map(made.raw.get("spec")).get("selector") if made.kind == "Service" else None
        if not isinstance(selector, Map) or not selector or shared or open_word(*selector.values()) or cluster.selected(selector, made):
            continue
        meant = _meant(cluster, made, selector)
        if meant is None and (view.foreign or operated):
            continue
        shown = ", ".join(f"{k}={v}" for k, v in selector.items())
        carried = ", ".join(f"{k}={v}" for k, v in labels_of(meant).items()) if meant is not None else ""
        instead = f": those of {meant.title} carry {carried}" if meant is not None else ""
        yield SELECTOR.at(
            made.spot,
            f"{made.title} selects {shown}, and no pod of the plan carries that{instead}.",
            line=selector.line + made.shift,
            quote=shown,
            hint="Use the labels of the pod template.",
        )


def _meant(cluster: Cluster, made: KubeObject, selector: Map) -> KubeObject | None:
    """Return the workload of the same folder that a Service means, which no Service finds: of the same file, or of nearly those labels."""
    services = [o for o in cluster.objects if o.kind == "Service"]
    for pod in cluster.objects:
        labels = labels_of(pod) if pod.template is not None and pod.kind not in ("Job", "CronJob") else Map(0)
        if not labels or folder_of(pod) != folder_of(made) or cluster.patched(pod) or not set(selector) & set(labels):
            continue
        if any(_finds(s, labels) for s in services):
            continue
        if pod.name == made.name or all(k in labels and nearly(str(v), str(labels[k])) for k, v in selector.items()):
            return pod
    return None


def _finds(service: KubeObject, labels: Map) -> bool:
    selector = as_map(as_map(service.raw.get("spec")).get("selector"))
    return bool(selector) and all(str(labels.get(k)) == str(v) for k, v in selector.items())
