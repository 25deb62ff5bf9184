"""Read the images that builds make without a Dockerfile: Jib and the Docker plugins name their base image themselves."""

from __future__ import annotations

from collections.abc import Iterator

from ..knowledge.images import runtime_of, version_of
from ..parsers.gradle import read_gradle, walk
from ..view import View
from .model import Place, Stated, Unit

_MAVEN = ("jib-maven-plugin", "docker-maven-plugin", "kubernetes-maven-plugin")


def base_images(view: View, unit: Unit) -> Iterator[Stated]:
    """Yield the Java version of every base image that a module's build names, with the line of the image."""
    for reference, place, key in (*_maven(unit), *_gradle(view, unit)):
        version = version_of(reference) if runtime_of(reference) == "java" else None
        if version:
            yield Stated(version, place, key)


def _maven(unit: Unit) -> Iterator[tuple[str, Place, str]]:
    for plugin in unit.plugins:
        name = plugin.id.rpartition(":")[2]
        if name not in _MAVEN:
            continue
        for file, element in plugin.elements:
            for one in element.walk():
                if one.name == "from":
                    inner = one.first("image")
                    stated = inner if inner is not None else one
                    if stated.text and "${" not in stated.text:
                        yield stated.text, (file, stated.text_line), f"{name}.from"


def _gradle(view: View, unit: Unit) -> Iterator[tuple[str, Place, str]]:
    if unit.tool != "gradle" or unit.plugin("com.google.cloud.tools.jib") is None:
        return
    for within, one in walk(view.once("gradle", unit.file, read_gradle) or []):
        head = one.head.rpartition(".")[2]
        if "jib" in (*within, one.head.partition(".")[0]) and head == "image" and ("from" in within or "from" in one.head) and one.texts:
            yield one.texts[0].text, (unit.file, one.texts[0].line), "jib.from"
