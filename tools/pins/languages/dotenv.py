"""Read environment files: values that are image references, and versions of known products."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...catalog import load
from ..exact import TWO_NUMBERS, has_variable, judged, version_level
from ..expand import expand
from ..imagerefs import image, looks_like_image
from ..model import Context, Reference

LANGUAGES = ("dotenv", "env", "properties")

_LINE = re2.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$")
_VERSION_NAME = re2.compile(r"(?i)^(.*?)_?(?:IMAGE_)?(?:TAG|VERSION)$")


def references(text: str, context: Context) -> Iterator[Reference]:
    """Yield image values (`API_IMAGE=…`) and versions (`POSTGRES_VERSION=…`) of an environment file."""
    for number, line in enumerate(text.split("\n"), 1):
        found = _LINE.match(line) if len(line) < 4096 else None
        if found is None:
            continue
        name, value = found.group(1), _unquoted(found.group(2))
        value = expand(value, context.variables)
        context.variables[name] = value
        yield from setting(name, value, number, context)


def _unquoted(value: str) -> str:
    if value[:1] in "\"'" and value[:1]:
        return value[1:].partition(value[0])[0]
    return value.partition(" #")[0].strip()


def setting(name: str, value: str, line: int, context: Context) -> Iterator[Reference]:
    """Judge one NAME=value pair: images by their tag, versions of known products by their depth, `latest` always."""
    upper = name.upper()
    if not value or has_variable(value):
        return
    if upper.endswith(("_IMAGE", "_IMAGE_REF")) or upper in ("IMAGE", "BASE_IMAGE"):
        found = image(value, line, context) if looks_like_image(value) or "IMAGE" in upper else None
        if found is not None:
            yield found
        return
    version = _VERSION_NAME.match(name)
    if version is None:
        return
    product = load().find(version.group(1).lower().replace("_", "-"))
    if value.lower() == "latest":
        yield judged("variable", f"{name}={value}", value, line, name=product.id if product else "")
    elif product is not None and value[:1].lower() in "v0123456789":
        numbers = 2 if product.id in TWO_NUMBERS else 3
        level = version_level(value.split("-")[0], numbers)
        yield judged("variable", f"{name}={value}", value, line, name=product.id, level=level)
