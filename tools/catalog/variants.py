"""Match the variant of an image tag (alpine, slim, bookworm, jre, management) against tags that were verified."""

from __future__ import annotations

from collections.abc import Iterable

import re2

from .images import SUITES, Tag, parse_image, parse_tag
from .model import Cycle

_FAMILY = re2.compile(r"^(alpine|ubi|oraclelinux|debian|ubuntu|azurelinux|otp|jdk|jre|pg)[0-9.]*$")
_NUMBER = re2.compile(r"^(?:CU|GDR)?\d[\d.]*$")
_OS_FAMILIES = frozenset(("debian", "ubuntu", "oraclelinux", "ubi", "minimal"))


def variant_of(image: str) -> Tag:
    """Return the tag parts of a full image reference; a reference without tag gives an empty one."""
    parsed = parse_image(image)
    return parse_tag(parsed.tag if parsed and parsed.tag else "")


def _family(word: str) -> str:
    found = _FAMILY.match(word)
    return found.group(1) if found else word


def _is_suite(word: str) -> bool:
    return word in SUITES or _family(word) in _OS_FAMILIES or _NUMBER.match(word) is not None


def _covers(wanted: str, offered: str) -> bool:
    return wanted == offered or (wanted == _family(offered) and offered != wanted)


def score(wanted: tuple[str, ...], offered: tuple[str, ...]) -> int | None:
    """Return how many extra words offered carries beyond wanted, or None when it is another variant.

    Each wanted word must be there, `alpine` also as `alpine3.24`; extra words may only name the distribution below.
    """
    left = list(offered)
    for word in wanted:
        match = next((w for w in left if w == word), None) or next((w for w in left if _covers(word, w)), None)
        if match is None:
            return None
        left.remove(match)
    return len(left) if all(_is_suite(w) for w in left) else None


def best_match(images: Iterable[str], wanted: tuple[str, ...]) -> str | None:
    """Return the image whose variant is the wanted one with the fewest extra words; ties keep the given order."""
    scored = [
        (points, place, image) for place, image in enumerate(images) if (points := score(wanted, variant_of(image).variant)) is not None
    ]
    return min(scored)[2] if scored else None


def spelled_like(cycle: Cycle | None, tag: str) -> str:
    """Return tag with the leading `v` that the line's own image tags carry, or without it."""
    image = cycle.image if cycle else None
    if image and variant_of(image).version.startswith("v") and not tag.startswith("v") and tag[:1].isdigit():
        return f"v{tag}"
    return tag
