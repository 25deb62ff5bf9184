"""Read Kubernetes manifests: images of every object, kustomizations, Argo CD and Flux sources, commands of containers."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from ..chartvalues import tagged
from ..exact import judged, version_level
from ..imagerefs import image
from ..links import git_ref, is_archive, ref_level, url_level
from ..model import Context, Reference
from ..shell.script import Script
from ..shell.words import Word
from ..yamltree import Tree, get, items, line_of, mappings, pairs, read, scalar, text_at

LANGUAGES = ("k8s", "kubernetes", "kustomize", "argocd", "flux", "manifest")

_IMAGE_KEYS = frozenset(
    ("image", "imageName", "containerImage", "baseImage", "sidecarImage", "initImage", "proxyImage", "defaultImage", "imageRef")
)
_SOURCES = frozenset(("Application", "ApplicationSet", "HelmRelease", "OCIRepository", "GitRepository", "HelmChart"))


def references(text: str, context: Context) -> Iterator[Reference]:
    """Yield every image, chart, git source and remote manifest of a stream of objects."""
    tree = read(text)
    for document in tree.documents:
        if (text_at(document, "apiVersion") or "").startswith("skaffold/"):
            continue
        yield from _kustomization(document, tree, context)
        for node in mappings(document):
            yield from _mapping(node, tree, context)
    for key, value, line in tree.loose:
        if key == "image":
            yield from _image(value, line, context)


def _image(text: str, line: int, context: Context, shown: str | None = None) -> Iterator[Reference]:
    found = image(text, line, context, shown=shown)
    if found is not None:
        yield found


def _mapping(node: yaml.MappingNode, tree: Tree, context: Context) -> Iterator[Reference]:
    for key, value in node.value:
        name = scalar(key) or ""
        text = scalar(value)
        if (name in _IMAGE_KEYS and text) or (name == "reference" and text and "pullPolicy" in dict(pairs(node))):
            yield from _image(tree.restore(text), line_of(value), context)
    kind = text_at(node, "kind") or ""
    if get(node, "spec") is not None and kind in _SOURCES:
        yield from _source_of(kind, node)
        yield from _values_of(node, tree, context)
    yield from _named_image(node, context)
    yield from _container_command(node, context)


def _named_image(node: yaml.MappingNode, context: Context) -> Iterator[Reference]:
    """Judge an environment variable that holds an image (`RELATED_IMAGE_X`)."""
    name, value = text_at(node, "name") or "", get(node, "value")
    text = scalar(value)
    if value is not None and text and (name.upper().endswith("IMAGE") or "_IMAGE_" in name.upper()) and ":" in text:
        yield from _image(text, line_of(value), context)


def _container_command(node: yaml.MappingNode, context: Context) -> Iterator[Reference]:
    found = dict(pairs(node))
    if "image" not in found:
        return
    words: list[Word] = []
    for name in ("command", "args"):
        if isinstance(found.get(name), yaml.SequenceNode):
            for entry in items(found[name]):
                text = scalar(entry) or ""
                start = line_of(entry) + (1 if getattr(entry, "style", None) in ("|", ">") else 0)
                words.append(Word(text, text, start))
    if words:
        script = Script(context)
        yield from script.command(words)
        yield from script.close()


def _source_of(kind: str, node: yaml.MappingNode) -> Iterator[Reference]:
    spec = get(node, "spec")
    match kind:
        case "Application" | "ApplicationSet":
            template = get(spec, "template", "spec") if kind == "ApplicationSet" else spec
            for source in [*items(get(template, "source")), *items(get(template, "sources"))]:
                yield from _argo_source(source)
            for generator in items(get(spec, "generators")):
                revision = get(generator, "git", "revision")
                if revision is not None and kind == "ApplicationSet":
                    text = scalar(revision)
                    yield judged("git", f"revision: {text}", text, line_of(revision), level=ref_level(text))
        case "HelmRelease":
            yield from _flux_chart(get(spec, "chart", "spec"))
        case "HelmChart":
            yield from _flux_chart(spec)
        case "OCIRepository":
            yield from _flux_ref(spec, "chart")
        case "GitRepository":
            yield from _flux_ref(spec, "git")


def _values_of(node: yaml.MappingNode, tree: Tree, context: Context) -> Iterator[Reference]:
    """Judge the images that the values of a release name by repository and tag."""
    spec = get(node, "spec")
    sources = [*items(get(spec, "source")), *items(get(spec, "sources"))]
    for values in (get(spec, "values"), *(get(source, "helm", "valuesObject") for source in sources)):
        for part in mappings(values) if values is not None else ():
            yield from tagged(part, tree, context)


def _argo_source(source: yaml.Node) -> Iterator[Reference]:
    address, chart = text_at(source, "repoURL"), text_at(source, "chart")
    revision = get(source, "targetRevision")
    if address is None or (text_at(source, "ref") is not None and revision is None):
        return
    name = chart or address
    if revision is None:
        yield judged("chart" if chart else "git", name, None, line_of(source), name=name)
        return
    text = scalar(revision) or ""
    level = version_level(text) if chart else ref_level(text)
    yield judged("chart" if chart else "git", f"targetRevision: {text}", text, line_of(revision), name=name, level=level)


def _flux_chart(spec: yaml.Node | None) -> Iterator[Reference]:
    chart, version = get(spec, "chart"), get(spec, "version")
    name = scalar(chart)
    if name is None or name.startswith((".", "/")) or text_at(spec, "sourceRef", "kind") == "GitRepository":
        return
    if version is None:
        yield judged("chart", f"chart: {name}", None, line_of(chart) if chart is not None else 1, name=name)
    else:
        text = scalar(version)
        yield judged("chart", f"version: {text}", text, line_of(version), name=name)


def _flux_ref(spec: yaml.Node | None, kind: str) -> Iterator[Reference]:
    ref = get(spec, "ref")
    address = text_at(spec, "url") or ""
    if ref is None:
        yield judged(kind, address, None, line_of(spec) if spec is not None else 1, name=address)
        return
    found = dict(pairs(ref))
    for key in ("digest", "commit", "tag", "semver", "branch", "name"):
        if key in found:
            text = scalar(found[key]) or ""
            yield judged(
                kind,
                f"{key}: {text}",
                text,
                line_of(found[key]),
                name=address,
                level=ref_level(text) if kind == "git" else version_level(text),
            )
            return


def _kustomization(document: yaml.Node, tree: Tree, context: Context) -> Iterator[Reference]:
    """Read a kustomization: remote resources, image transformers and inflated charts."""
    kind = text_at(document, "kind") or ""
    found = dict(pairs(document))
    if kind not in ("Kustomization", "Component") and not (not kind and {"resources", "images", "bases"} & set(found)):
        return
    if "spec" in found:
        return
    for name in ("resources", "bases", "components", "crds", "generators", "transformers"):
        for entry in items(found.get(name)):
            yield from _remote(scalar(entry), line_of(entry))
    for entry in items(found.get("images")):
        yield from _transformer(entry, context)
    for entry in items(found.get("helmCharts")):
        name, version = text_at(entry, "name") or "", get(entry, "version")
        if text_at(entry, "repo") is not None:
            text = scalar(version)
            shown = f"version: {text}" if text else name
            yield judged("chart", shown, text, line_of(version or entry), name=name)


def _remote(source: str | None, line: int) -> Iterator[Reference]:
    if not source or not (
        source.startswith(("http:", "https:", "git@", "git::", "ssh:", "github.com", "gitlab.com", "bitbucket.org")) or "//" in source
    ):
        return
    ref = git_ref(source)
    if ref is not None:
        yield judged("manifest", source, ref, line, level=ref_level(ref))
    elif "raw.githubusercontent" in source or source.endswith((".yaml", ".yml", ".json")) or "/releases/" in source or is_archive(source):
        yield judged("manifest", source, None, line, level=url_level(source))
    else:
        yield judged("manifest", source, None, line, level="L0")


def _transformer(entry: yaml.Node, context: Context) -> Iterator[Reference]:
    name = text_at(entry, "newName") or text_at(entry, "name") or ""
    digest, tag = get(entry, "digest"), get(entry, "newTag")
    if digest is not None:
        yield judged("image", f"digest: {scalar(digest)}", scalar(digest), line_of(digest), name=name)
    elif tag is not None:
        text = scalar(tag) or ""
        found = image(f"{name}:{text}", line_of(tag), context, shown=f"newTag: {text}")
        if found is not None:
            yield found
