"""Define the values of the catalogue: products, their release lines, and the answers given about them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from ...core.base import Frozen
from ...core.errors import DeploybookError

Support = Literal["supported", "security", "ended", "unknown"]
EndDate = dt.date | bool | None
"""A date, False (none announced), True (ended on an unknown day) or None (no source says)."""


class UnknownProduct(DeploybookError, KeyError):
    """Report a name that is no product of the catalogue."""

    def __str__(self) -> str:
        return self.what


class UnknownCycle(DeploybookError, KeyError):
    """Report a release line that the product does not have in the catalogue."""

    def __str__(self) -> str:
        return self.what


class NewerSeen(Frozen):
    """Hold a later version that a second source has seen; no image tag is implied."""

    version: str
    where: str
    date: dt.date


class OlderImage(Frozen):
    """Hold the newest verified image of a line whose newest image could not be verified."""

    image: str
    source: str


class Cycle(Frozen):
    """Hold one release line of a product; `latest` is its newest version in the sources."""

    cycle: str
    latest: str | None = None
    released: dt.date | None = None
    first_seen: dt.date | None = None
    cycle_released: dt.date | None = None
    eol: EndDate = None
    eoas: EndDate = None
    extended_eol: dt.date | None = None
    lts: bool | dt.date = False
    status: str
    image: str | None = None
    image_tag_verified: bool = False
    image_source: str | None = None
    image_variants: tuple[str, ...] = ()
    image_verified_older: OlderImage | None = None
    image_version: str | None = None
    image_digest: str | None = None
    runtime_version: str | None = None
    latest_in_snapshot: str | None = None
    newer_seen: NewerSeen | None = None
    seen_in: tuple[str, ...] = ()
    version_note: str | None = None
    package: str | None = None
    install: str | None = None
    uses: str | None = None
    sha: str | None = None
    sha_source: str | None = None
    sha_verified: bool = False
    also_pinned_in: int | None = None
    app_version: str | None = None
    kube_version: str | None = None
    supported_kubernetes: str | None = None
    deprecated: bool = False

    def verified_images(self) -> tuple[str, ...]:
        """Return every image reference of this line whose tag was read in a source, the preferred one first."""
        found = [self.image] if self.image and self.image_tag_verified else []
        found += self.image_variants
        if self.image_verified_older:
            found.append(self.image_verified_older.image)
        return tuple(dict.fromkeys(found))

    def is_lts(self, on: dt.date) -> bool:
        """Tell whether the line is a long-term one on that day."""
        return self.lts if isinstance(self.lts, bool) else self.lts <= on


class Product(Frozen):
    """Hold one product with its release lines, newest first as the sources give them."""

    id: str
    name: str
    kind: str
    cycles: tuple[Cycle, ...]
    default_cycle: str | None
    default_reason: str | None = None
    accept_ended_default: bool = False
    do_not_use: str | None = None
    alternatives: tuple[str, ...] = ()
    avoid_versions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    ecosystem: str | None = None
    package: str | None = None
    licence: str | None = None
    oci: str | None = None
    helm_repo: str | None = None
    source_address: str | None = None
    source: str
    as_of: str
    stale: str | None = None

    def cycle(self, name: str) -> Cycle:
        """Return the line of that name; raise UnknownCycle otherwise."""
        for cycle in self.cycles:
            if cycle.cycle == name:
                return cycle
        raise UnknownCycle(f"{self.id} has no line {name!r}", f"known lines: {', '.join(c.cycle for c in self.cycles)}")

    def has_images(self) -> bool:
        """Tell whether any line of the product names an image."""
        return any(c.image or c.image_variants or c.image_verified_older for c in self.cycles)


class Shift(Frozen):
    """Hold one change of the ecosystem: what happened, since when, and the rule a playbook follows."""

    id: str
    since: dt.date | None
    applies_to: tuple[str, ...]
    what: str
    rule: str
    evidence: tuple[str, ...]


class EolState(Frozen):
    """Say whether a version is supported on a day, and the day its support ends or ended (None: not known or none announced)."""

    state: Support
    date: dt.date | None = None
    extended_until: dt.date | None = None
    cycle: str | None = None


class Pin(Frozen):
    """Hold the exact version to write for a product.

    `verified` means: the image tag was read in a source (products with images), the commit belongs to the tag (actions),
    or the version itself was read in a source (everything else). `note` says what a reader must know.
    """

    product: str
    version: str
    cycle: str | None
    image: str | None
    verified: bool
    source: str
    as_of: str
    eol: dt.date | None
    newer_seen: str | None
    note: str
    uses: str | None = None
    sha: str | None = None
    install: str | None = None
    chart: str | None = None
    app_version: str | None = None


class AptPin(Frozen):
    """Hold an exact Debian package for one suite; `install` is `name=version`."""

    package: str
    version: str
    install: str
    suite: str
    as_of: str
    note: str


class Resolution(Frozen):
    """Say how an image reference is to be written.

    `image` is the exact reference (as declared, or a verified tag); None when none can be given. `candidate` is an exact tag composed of
    the line's newest version and the declared variant: nobody has seen it, so it is never chosen silently. `nearest` is a verified tag of
    another variant or packaging.
    """

    requested: str
    image: str | None
    verified: bool
    reason: str
    product: str | None = None
    version: str | None = None
    superseded_by: str | None = None
    eol_state: EolState = EolState(state="unknown")
    candidate: str | None = None
    nearest: str | None = None
