"""Propose the exact version that the catalogue knows where a text leaves one open."""

from __future__ import annotations

from ....core.findings import Fix
from ...catalog import UnknownCycle, load
from ...pins import Reference
from .._fixes import on_line
from .._rule import Spot
from .versions import product_of


def hint(reference: Reference) -> str:
    """Return what to write in place of a floating reference, by name where the catalogue has read it in a source."""
    image = _image(reference)
    if image is not None:
        return f"Name an exact version, such as {image}."
    newest = _newest(reference)
    return f"Name an exact version; the newest that the catalogue knows is {newest}." if newest else "Name an exact version."


def fix(spot: Spot, reference: Reference) -> Fix | None:
    """Return the unsafe mend that writes the exact image: what runs today may be another line than the recommended one."""
    image = _image(reference)
    if image is None:
        return None
    return on_line(spot, reference.line, reference.text, image, f"Write {image}.", safe=False)


def _image(reference: Reference) -> str | None:
    if reference.kind != "image":
        return None
    found = load().resolve_image(reference.text)
    return found.image if found.verified and found.image != reference.text else None


def _newest(reference: Reference) -> str | None:
    product = product_of(load(), reference)
    if product is None or reference.kind not in ("chart", "provider"):
        return None
    try:
        found = load().pin(product.id)
    except UnknownCycle:
        return None
    return found.version if found.verified else None
