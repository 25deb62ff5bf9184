"""Read what the values of a chart say of an image: its repository and its tag, each under a key of its own."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from .imagerefs import image
from .model import Context, Reference
from .yamltree import Tree, line_of, pairs, scalar, text_at


def tagged(node: yaml.MappingNode, tree: Tree, context: Context) -> Iterator[Reference]:
    """Yield the image that a mapping names by `repository` and `tag`, where no digest makes it exact."""
    found = dict(pairs(node))
    tag = found.get("tag", found.get("imageTag"))
    if tag is None or scalar(found.get("digest")) or scalar(found.get("sha")):
        return
    text = tree.restore(scalar(tag) or "")
    repository = text_at(node, "repository") or text_at(node, "name") or text_at(node, "image") or "image"
    if text and "{{" not in text:
        reference = image(f"{repository}:{text}", line_of(tag), context, shown=f"tag: {text}")
        if reference is not None:
            yield reference
