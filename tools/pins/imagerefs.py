"""Turn the text of an image reference into a judged reference."""

from __future__ import annotations

import re2

from ..catalog import Level, load, parse_image, parse_tag, tag_level
from .exact import has_variable
from .expand import expand
from .model import Context, Reference

_REST = re2.compile(r"^[^\s\"']+$")
_LOOKS = re2.compile(r"^(?:[\w.-]+(?::\d+)?/)*[a-z0-9][\w.-]*(?::[\w][\w.-]*)?(?:@sha256:[0-9a-f]{64})?$")
_COMMIT_EXPRESSION = re2.compile(r"\$\{\{\s*github\.(?:event\.pull_request\.head\.)?sha\s*\}\}")
_RUN_NUMBER = re2.compile(r"\$\{\{\s*github\.run_(?:number|id)\s*\}\}")

_WHY = {
    "L0": "no tag, or latest: whatever is newest on the day it is pulled",
    "L1": "the tag floats: it names another build later",
    "L2": "exact tag",
    "L3": "fixed by digest",
}


def looks_like_image(text: str) -> bool:
    """Tell whether text could be an image reference with a tag, a digest or a path (`python` alone could be anything)."""
    return bool(_LOOKS.match(text)) and (":" in text or "/" in text)


def product_of(repository: str) -> str:
    """Return the catalogue's product id for an image repository, or the repository itself."""
    product = load().for_image(repository)
    return product.id if product else repository


def image(text: str, line: int, context: Context, *, shown: str | None = None, kind: str = "image") -> Reference | None:
    """Return the judged image reference, or None when text is no image (`scratch`, empty).

    Variables are resolved from the context; what stays unresolved is unpinned.
    """
    written = shown if shown is not None else text
    resolved = expand(text.strip(), context.variables).removeprefix("docker://").strip()
    resolved = _RUN_NUMBER.sub("100001", _COMMIT_EXPRESSION.sub("0123456789abcdef0123456789abcdef01234567", resolved))
    if (not resolved or resolved == "scratch" or not _REST.match(resolved)) and not has_variable(resolved):
        return None
    if has_variable(resolved):
        return _with_variable(kind, written, resolved, line)
    parsed = parse_image(resolved)
    if parsed is None:
        return Reference(kind, written, None, "L0", line, True, "no valid image reference")
    level, why = _level(parsed.repository, parsed.tag, parsed.digest)
    return Reference(kind, written, parsed.tag or parsed.digest, level, line, level in ("L0", "L1"), why, product_of(parsed.name))


def _with_variable(kind: str, written: str, resolved: str, line: int) -> Reference | None:
    """Judge a reference whose registry or path may be variable: only an exact literal tag or digest passes."""
    _, at, digest = resolved.rpartition("@")
    if at and digest.startswith("sha256:") and not has_variable(digest):
        return Reference(kind, written, digest, "L3", line, False, _WHY["L3"])
    tail = resolved[max(resolved.rfind("/"), resolved.rfind("}")) + 1 :]
    name, colon, tag = tail.rpartition(":")
    if colon and tag and not has_variable(tag) and not any(c in tag for c in "{}$"):
        level = tag_level(name or "image", tag)
        return Reference(kind, written, tag, level, line, level in ("L0", "L1"), _WHY[level])
    return Reference(kind, written, None, "L0", line, True, "the tag is a variable that nothing here sets")


def _level(repository: str, tag: str | None, digest: str | None) -> tuple[Level, str]:
    if digest and tag:
        parsed = parse_tag(tag)
        if parsed.channel and not parsed.numbers:
            return "L0", f"the digest is exact, but {tag!r} is no readable version"
    if digest:
        return "L3", _WHY["L3"]
    level = tag_level(repository, tag)
    return level, _WHY[level]
