"""Hold the keys that pods ask for against the ConfigMaps and Secrets that hold them.

What:
    A key that a container's environment or a mounted file takes from a ConfigMap or Secret of the plan is one that it has. An object
    that a pod names and that nothing makes, beside one of nearly that name that nothing uses, is a slip of the pen. What a pod or an
    Ingress names is made in its own namespace.

Why it matters in production:
    The pod waits in CreateContainerConfigError for ever, while `kubectl apply` said "created". The old pods go on serving, so that it is
    seen at the next restart of a node.

Example:
    env: [{name: DB_HOST, valueFrom: {configMapKeyRef: {name: settings, key: db-host}}}]      # settings has DB_HOST

Instead:
    env: [{name: DB_HOST, valueFrom: {configMapKeyRef: {name: settings, key: DB_HOST}}}]

When to ignore:
    When something in the cluster writes the key into the object later: name it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.findings import Finding
from ..yaml12 import Map, as_list, as_map
from ._link.kube import Cluster, cluster_of, folder_of, nearly, open_word
from ._rule import Rule
from ._view import KubeObject, PlanView

KEY = Rule("LNK067", "key-not-in-object", "error", "A pod asks a ConfigMap or Secret for a key that it does not have.")
NEARLY = Rule("LNK068", "nearly-the-name", "error", "A pod names an object that nothing makes, and nothing uses one of nearly that name.")
APART = Rule("LNK070", "made-in-another-namespace", "error", "Something names an object that is made in another namespace only.")
RULES = (KEY, NEARLY, APART)

_REFS = (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret"))
_WHOLE = (("configMapRef", "ConfigMap"), ("secretRef", "Secret"))
_MAKERS = frozenset(
    "ExternalSecret SealedSecret Certificate SopsSecret VaultStaticSecret BitwardenSecret InfisicalSecret OnePasswordItem".split()
)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield keys that are not there, and names that are nearly right."""
    cluster = cluster_of(view, pages=False)
    generated = _generated(view)
    for made in cluster.objects:
        if made.template is not None and not cluster.patched(made):
            for kind, name, key, line in (*_by_environment(made), *_by_mount(made)):
                holders = cluster.named(kind, name)
                if holders and name not in generated and not open_word(name, key) and not any(_has(h, key, cluster) for h in holders):
                    yield KEY.at(
                        made.spot,
                        f"{made.title} asks {kind} {name} for {key}, which it does not have.",
                        line=line + made.shift,
                        quote=key,
                        hint=f"It has {', '.join(sorted({k for h in holders for k in _keys(h)})) or 'no key'}.",
                    )
    yield from _nearly(cluster, generated)
    yield from _misspelt(cluster)
    yield from _spaces(cluster)
    if not any(
        a.root.get("namespace") for a in (*view.of_kind("kubernetes", "yaml"), *view.aside) if a.root.get("kind") == "Kustomization"
    ):
        yield from _boundaries(cluster)  # a kustomization puts what it builds into a namespace of its own


def _generated(view: PlanView) -> frozenset[str]:
    """Return the names of objects that kustomize or an operator writes: their keys are not all told by a manifest."""
    found = {o.name for o in view.objects if o.kind in _MAKERS}
    for made in view.objects:
        if made.kind in _MAKERS:
            found.add(str(as_map(as_map(made.raw.get("spec")).get("target")).get("name")))
    for artifact in view.of_kind("kubernetes", "yaml"):
        for key in ("configMapGenerator", "secretGenerator"):
            found |= {str(as_map(g).get("name")) for g in as_list(artifact.root.get(key))}
    held = {o.name for o in view.objects if o.kind in ("ConfigMap", "Secret")}
    for artifact in (*view.of_kind("workflow", "shell", "gitlab-ci"), *view.aside):  # a pipeline may write more into it
        found |= {name for name in held if name in artifact.text and artifact.kind != "kubernetes"}
    return frozenset(found)


def _keys(holder: KubeObject) -> list[str]:
    return [str(k) for part in ("data", "stringData", "binaryData") for k in as_map(holder.raw.get(part))]


def _has(holder: KubeObject, key: str, cluster: Cluster) -> bool:
    """Say whether an object has a key, or is filled by something else: one without any key is, and one that maps keys to a vault."""
    keys = _keys(holder)
    return not keys or key in keys or any(k.endswith("-map") for k in keys) or bool(cluster.patched(holder))


def _by_environment(made: KubeObject) -> Iterator[tuple[str, str, str, int]]:
    """Yield (kind, name, key, line) of each key that an environment takes."""
    for container in made.containers():
        for entry in as_list(container.get("env")):
            for word, kind in _REFS:
                ref = as_map(as_map(as_map(entry).get("valueFrom")).get(word))
                if isinstance(ref.get("name"), str) and isinstance(ref.get("key"), str) and ref.get("optional") is not True:
                    yield kind, str(ref["name"]), str(ref["key"]), ref.line_of("key")


def _by_mount(made: KubeObject) -> Iterator[tuple[str, str, str, int]]:
    """Yield (kind, name, key, line) of each key that a volume lists, or that a container mounts as one file."""
    for volume in (as_map(v) for v in as_list(made.pod.get("volumes"))):
        for word, named, kind in (("configMap", "name", "ConfigMap"), ("secret", "secretName", "Secret")):
            source = as_map(volume.get(word))
            name = source.get(named)
            if not isinstance(name, str) or source.get("optional") is True:
                continue
            items = [as_map(i) for i in as_list(source.get("items"))]
            yield from ((kind, name, str(item["key"]), item.line_of("key")) for item in items if isinstance(item.get("key"), str))
            for mount in () if items else _mounts(made, volume.get("name")):
                path = mount.get("subPath")
                if isinstance(path, str) and "/" not in path:
                    yield kind, name, path, mount.line_of("subPath")


def _mounts(made: KubeObject, volume: object) -> Iterator[Map]:
    for container in made.containers():
        yield from (as_map(m) for m in as_list(container.get("volumeMounts")) if as_map(m).get("name") == volume)


def _names(made: KubeObject) -> Iterator[tuple[str, str, int, bool]]:
    """Yield (kind, name, line, whether it must be there) of each object that a pod names."""
    for container in made.containers():
        sources = (*as_list(container.get("envFrom")), *(as_map(e).get("valueFrom") for e in as_list(container.get("env"))))
        for source in sources:
            for word, kind in (*_REFS, *_WHOLE):
                ref = as_map(as_map(source).get(word))
                if isinstance(ref.get("name"), str):
                    yield kind, str(ref["name"]), ref.line_of("name"), ref.get("optional") is not True
    for volume in (as_map(v) for v in as_list(made.pod.get("volumes"))):
        for word, named, kind in (
            ("configMap", "name", "ConfigMap"),
            ("secret", "secretName", "Secret"),
            ("persistentVolumeClaim", "claimName", "PersistentVolumeClaim"),
        ):
            source = as_map(volume.get(word))
            if isinstance(source.get(named), str):
                yield kind, str(source[named]), source.line_of(named), source.get("optional") is not True
    if isinstance(made.pod.get("serviceAccountName"), str):
        yield "ServiceAccount", str(made.pod["serviceAccountName"]), made.pod.line_of("serviceAccountName"), True


def _nearly(cluster: Cluster, generated: frozenset[str]) -> Iterator[Finding]:
    told: set[tuple[str, str, str]] = set()
    for made in cluster.objects:
        for kind, name, line, needed in () if cluster.patched(made) else _names(made):
            if not needed or open_word(name) or name in generated or cluster.named(kind, name) or (folder_of(made), kind, name) in told:
                continue
            near = [o for o in cluster.objects if o.kind == kind and folder_of(o) == folder_of(made) and nearly(name, o.name)]
            if len(near) == 1 and not _used(cluster, near[0]):
                told.add((folder_of(made), kind, name))
                other = near[0].name
                yield NEARLY.at(
                    made.spot,
                    f"{made.title} names the {kind} {name}, which nothing makes; {near[0].artifact} makes {other}, which nothing uses.",
                    line=line + made.shift,
                    quote=name,
                    hint=f"Use one name: {other}, or {name}.",
                )


def _boundaries(cluster: Cluster) -> Iterator[Finding]:
    """Yield what is named in one namespace and made in others only: nothing that a pod or an Ingress names crosses that line."""
    told: set[tuple[str, str, str]] = set()
    for made in cluster.objects:
        names = ((kind, name, line) for kind, name, line, needed in _names(made) if needed)
        for kind, name, line in (*names, *_backends(made)):
            spaces = {o.namespace for o in cluster.named(kind, name)}
            if not spaces or made.namespace is None or None in spaces or made.namespace in spaces or (made.namespace, kind, name) in told:
                continue
            if cluster.patched(made) or any("replic" in str(o.raw) or "reflect" in str(o.raw) for o in cluster.named(kind, name)):
                continue
            told.add((made.namespace, kind, name))
            where = ", ".join(sorted(map(str, spaces)))
            yield APART.at(
                made.spot,
                f"{made.title} of namespace {made.namespace} names the {kind} {name}, which is made in {where} only.",
                line=line + made.shift,
                quote=name,
                hint=f"Make {name} in {made.namespace} too.",
            )


def _backends(made: KubeObject) -> Iterator[tuple[str, str, int]]:
    """Yield (kind, name, line) of each Service that an Ingress sends to."""
    spec = as_map(made.raw.get("spec")) if made.kind == "Ingress" else Map(0)
    paths = [p for r in as_list(spec.get("rules")) for p in as_list(as_map(as_map(r).get("http")).get("paths"))]
    for backend in (*(as_map(as_map(p).get("backend")) for p in paths), as_map(spec.get("defaultBackend"))):
        service = as_map(backend.get("service"))
        if isinstance(service.get("name"), str):
            yield "Service", str(service["name"]), service.line_of("name")


def _misspelt(cluster: Cluster) -> Iterator[Finding]:
    """Yield back ends of an Ingress that are nearly a Service of its folder to which no path of it leads."""
    for made in cluster.objects:
        backends = {} if cluster.patched(made) else {name: line for _, name, line in _backends(made)}
        for name, line in backends.items():
            if open_word(name) or cluster.named("Service", name):
                continue
            near = [o.name for o in cluster.objects if o.kind == "Service" and folder_of(o) == folder_of(made) and nearly(name, o.name)]
            if len(near) == 1 and near[0] not in backends:
                yield NEARLY.at(
                    made.spot,
                    f"{made.title} sends to the Service {name}, which nothing makes; {near[0]} stands beside it.",
                    line=line + made.shift,
                    quote=name,
                    hint=f"Use one name: {near[0]}, or {name}.",
                )


def _spaces(cluster: Cluster) -> Iterator[Finding]:
    """Yield a namespace that objects of a folder are put into, beside one of nearly that name that nothing is put into."""
    made_here = [o for o in cluster.objects if o.kind == "Namespace"]
    stated = {str(as_map(o.raw.get("metadata")).get("namespace")) for o in cluster.objects} | {str(o.namespace) for o in cluster.objects}
    for space in made_here:
        users = [o for o in cluster.objects if folder_of(o) == folder_of(space) and o.namespace and nearly(o.namespace, space.name)]
        first = next((o for o in users if not cluster.named("Namespace", str(o.namespace)) and not open_word(o.namespace)), None)
        if first is not None and space.name not in stated:
            yield NEARLY.at(
                first.spot,
                f"{first.title} is put into the namespace {first.namespace}, which nothing makes; {space.artifact} makes {space.name}.",
                line=as_map(first.raw.get("metadata")).line_of("namespace") + first.shift,
                quote=first.namespace,
                hint=f"Use one name: {space.name}, or {first.namespace}.",
            )


def _used(cluster: Cluster, made: KubeObject) -> bool:
    """Say whether an object's name stands anywhere beside its own definition."""
    return sum(str(o.raw).count(f"'{made.name}'") for o in (*cluster.objects, *cluster.patches)) > 1
