"""Read Helm: values, chart files and their dependencies, helmfiles, and templates with Go actions in them."""

from __future__ import annotations

from collections.abc import Iterator

import re2
import yaml

from ..chartvalues import tagged
from ..exact import judged, version_level
from ..imagerefs import image, looks_like_image
from ..model import Context, Reference
from ..yamltree import Tree, get, items, line_of, mappings, pairs, read, scalar, text_at

LANGUAGES = ("helm", "helmfile", "chart", "values", "gotmpl", "tpl")

_DEFAULT = re2.compile(r"default\s+(?:\(?\s*)[\"'`]([^\"'`]*)[\"'`]")
_PIPED = re2.compile(r"(?:default|coalesce)\s+[^|}]*[\"'`]([^\"'`]+)[\"'`]")
_ACTION = re2.compile(r"\{\{.*?\}\}")
_LINE_IMAGE = re2.compile(r"^\s*(?:-\s+)?(?:[\"']?(\w*[iI]mage)[\"']?)\s*:\s*(\S.*)$")
_TEMPLATE = re2.compile(r"\{\{")


def references(text: str, context: Context) -> Iterator[Reference]:
    """Yield the images of values and templates, and the charts of dependencies and releases."""
    if _TEMPLATE.search(text) and not _is_helmfile(text):
        yield from _template(text, context)
        return
    tree = read(text)
    for document in tree.documents:
        yield from _chart_file(document)
        for release in items(get(document, "releases")):
            yield from _release(release, tree)
        for node in mappings(document):
            yield from _values(node, tree, context)
    for key, value, line in tree.loose:
        if key == "image" and looks_like_image(value):
            yield from _image(value, line, context)


def _is_helmfile(text: str) -> bool:
    return "releases:" in text and "chart:" in text


def _image(text: str, line: int, context: Context, shown: str | None = None) -> Iterator[Reference]:
    found = image(text, line, context, shown=shown)
    if found is not None:
        yield found


def _values(node: yaml.MappingNode, tree: Tree, context: Context) -> Iterator[Reference]:
    """Judge a `repository` with its `tag` or `digest`, and `image` given as one text."""
    found = dict(pairs(node))
    for key, value in node.value:
        name, text = scalar(key) or "", scalar(value)
        if text and (name == "image" or name.endswith("Image")) and (looks_like_image(text) or name == "image") and "tag" not in found:
            yield from _image(tree.restore(text), line_of(value), context)
    yield from tagged(node, tree, context)


def _chart_file(document: yaml.Node) -> Iterator[Reference]:
    """Judge the dependencies of a Chart.yaml, requirements.yaml or Chart.lock."""
    for entry in items(get(document, "dependencies")):
        name, repository, version = text_at(entry, "name") or "", text_at(entry, "repository") or "", get(entry, "version")
        if repository.startswith("file:") or (not repository and text_at(document, "apiVersion") is None):
            continue
        text = scalar(version)
        shown = f"version: {text}" if text else name
        yield judged("chart", shown, text, line_of(version or entry), name=name)
    application = get(document, "appVersion")
    if application is not None and get(document, "apiVersion") is not None and version_level(scalar(application)) == "L0":
        yield judged("chart", f"appVersion: {scalar(application)}", scalar(application), line_of(application))


def _release(release: yaml.Node, tree: Tree) -> Iterator[Reference]:
    chart, version = get(release, "chart"), get(release, "version")
    name = tree.restore(scalar(chart) or "")
    first = name.partition("/")[0]
    if not name or name.startswith((".", "/")) or first in ("charts", "chart") or name.endswith(".tgz"):
        return
    text = tree.restore(scalar(version) or "") or None
    if text is None and chart is not None:
        pinned = name.rpartition("/")[2].partition(":")[2] if name.startswith("oci://") else ""
        yield judged("chart", name, pinned or None, line_of(chart), name=name.removeprefix("oci://"))
    elif version is not None:
        yield judged("chart", f"version: {text}", text, line_of(version), name=name)


def _template(text: str, context: Context) -> Iterator[Reference]:
    """Read a template line by line: what values decide is theirs to pin, a literal tag or default is judged here."""
    for number, line in enumerate(text.split("\n"), 1):
        found = _LINE_IMAGE.match(line) if len(line) < 4096 else None
        if found is None:
            continue
        value = found.group(2).strip()
        value = value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value
        if "{{" not in value:
            yield from _image(value.split(" #")[0].strip().strip("\"'"), number, context)
            continue
        yield from _templated(value, number, context)


def _templated(value: str, line: int, context: Context) -> Iterator[Reference]:
    """Judge an image made of actions: literal tags and literal defaults count, what only values decide does not."""
    built, shown, place = "", value, 0
    literal = ":" in _ACTION.sub("", value).rpartition("/")[2].rstrip(":")
    for action in _ACTION.finditer(value):
        built += value[place : action.start()]
        place = action.end()
        default = _DEFAULT.search(action.group(0)) or _PIPED.search(action.group(0))
        in_tag = ":" in built.rpartition("/")[2]
        if default is None:
            built += "0.0.0" if in_tag else "values"
            continue
        literal, shown = True, default.group(0)
        text = default.group(1)
        names_tag = not in_tag and not looks_like_image(text) and ("printf" in action.group(0) or "tag" in action.group(0).lower())
        built += f"values:{text}" if names_tag else text
    if literal:
        yield from _image(built + value[place:], line, context, shown=shown)
