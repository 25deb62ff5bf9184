"""Choose the images that a recipe builds from and runs on, out of the catalogue's verified tags where it has one."""

from __future__ import annotations

from ...catalog import load
from ...catalog.model import Cycle

DEBIAN = "trixie"
"""The Debian release whose slim image carries compiled programs: a program linked on an older release runs on a newer one."""


def debian_slim() -> str:
    """Return the exact reference of Debian's slim image."""
    return image("debian", "13", (DEBIAN, "slim"))


def image(product: str, line: str | None, words: tuple[str, ...], avoid: tuple[str, ...] = ("alpine",)) -> str:
    """Return a reference of a product's line whose tag holds every word: a verified one first, else the one that such tags are named by.

    `line` may be an exact version, which is then kept. A line that the catalogue does not know becomes the tag as it is.
    """
    found = load().product(product)
    cycle = _cycle(found.cycles, line)
    exact = line if line and line.count(".") >= 2 else None
    if cycle is not None and (exact is None or exact == cycle.latest):
        for reference in cycle.verified_images():
            tag = reference.rpartition(":")[2]
            if all(w in tag for w in words) and not any(a in tag for a in avoid):
                return reference
    version = exact or (cycle.latest if cycle else None) or str(line)
    repository = _repository(found.cycles) or product
    return f"{repository}:{'-'.join((version, *words))}"


def line_at_least(product: str, least: str | None) -> str | None:
    """Return the oldest line with a verified image that is not below the least version asked for; the version itself where none is.

    For languages whose newer releases build what older ones did (Go, Java, PHP). Null in, null out: the caller takes the default line.
    """
    if not least:
        return None
    lines = [
        c.cycle
        for c in load().product(product).cycles
        if c.verified_images() and numbers(c.cycle) >= numbers(least)[: len(numbers(c.cycle))]
    ]
    return min(lines, key=numbers, default=least)


def default_line(product: str) -> str:
    """Return the catalogue's default line of a product."""
    return load().pin(product).cycle or str(load().pin(product).version)


def numbers(version: str) -> tuple[int, ...]:
    """Return the leading numbers of a version: `1.25.0` as (1, 25, 0)."""
    parts = version.removeprefix("v").split("-")[0].split("+")[0].split(".")
    kept: list[int] = []
    for part in parts:
        if not part.isdigit():
            break
        kept.append(int(part))
    return tuple(kept)


def _cycle(cycles: tuple[Cycle, ...], line: str | None) -> Cycle | None:
    """Return the line that a version belongs to; the first one with a verified image where no version is given."""
    if line is None:
        return next((c for c in cycles if c.verified_images()), None)
    wanted = numbers(line)
    return next((c for c in cycles if numbers(c.cycle) == wanted[: len(numbers(c.cycle))]), None)


def _repository(cycles: tuple[Cycle, ...]) -> str | None:
    return next((i.rpartition(":")[0] for c in cycles for i in (c.image, *c.verified_images()) if i), None)
