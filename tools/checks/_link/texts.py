"""Say where a Kubernetes object holds a number or a switch where the API takes text only, or a value that is no base64."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from ...yaml12 import Map, as_map
from .._view import KubeObject
from .kube import open_word
from .refusals import Refusal


def no_texts(made: KubeObject) -> Iterator[Refusal]:
    """Yield labels, annotations, node selectors, settings and secrets that the API server cannot take."""
    metas = [as_map(made.raw.get("metadata"))]
    if made.template is not None and made.template is not made.raw:
        metas.append(as_map(made.template.get("metadata")))
    for meta in metas:
        for key in ("labels", "annotations"):
            yield from _plain(as_map(meta.get(key)), key.removesuffix("s"))
    yield from _plain(as_map(made.pod.get("nodeSelector")), "node selector")
    if made.api == "v1" and made.kind == "ConfigMap":
        yield from _plain(as_map(made.raw.get("data")), "setting")
    elif made.api == "v1" and made.kind == "Secret" and "sops" not in made.raw:
        yield from _plain(as_map(made.raw.get("stringData")), "secret")
        yield from _encoded(as_map(made.raw.get("data")))


def _plain(texts: Map, what: str) -> Iterator[Refusal]:
    for key, value in texts.items():
        if isinstance(value, bool | int | float):
            yield texts.line_of(key), f"the {what} {key} is no text: put quotes around {str(value).lower()}", key
        elif isinstance(value, dict | list):
            yield texts.line_of(key), f"the {what} {key} is no text", key


def _encoded(texts: Map) -> Iterator[Refusal]:
    for key, value in texts.items():
        if isinstance(value, bool | int | float):
            yield texts.line_of(key), f"the secret {key} is no text in base64", key
        elif isinstance(value, str) and not open_word(value, key) and not _told(value) and not _base64(value):
            yield texts.line_of(key), f"the secret {key} is no base64: write it under stringData, or encode it", key


_TOLD = ("base64", "enc[", "replace", "change", "your", "redacted", "***", "...", "xxx", "todo", "insert", "placeholder")


def _told(value: str) -> bool:
    """Say whether a value tells what is to be put in its place."""
    lowered = value.lower()
    return all(c.isupper() or c in "_-" for c in value) or any(word in lowered for word in _TOLD)


def _base64(value: str) -> bool:
    try:
        base64.b64decode("".join(value.split()).encode(), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
