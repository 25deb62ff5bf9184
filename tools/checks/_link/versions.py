"""Hold each version that the plan names against the catalogue: does it exist, what supersedes it, when does its support end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ...catalog import Catalog, Cycle, Product, load, numbers
from ...catalog.life import line_of, state_of
from ...pins import Reference, find
from .._rule import Spot
from .._view import PlanView

_LANGUAGE = {
    "ansible": "ansible",
    "shell": "bash",
    "console": "bash",
    "env": "dotenv",
    "kubernetes": "k8s",
    "workflow": "gha",
    "hcl": "terraform",
}


@dataclass(frozen=True, slots=True)
class Named:
    """Be one version that the plan names, with what the catalogue says of it."""

    spot: Spot
    reference: Reference
    product: Product

    @property
    def version(self) -> str:
        """Return the version without its variant words."""
        text = (self.reference.version or "").partition("@")[0]
        return text.partition("-")[0] if text[:1].isdigit() or text[:1] == "v" else text


def named(view: PlanView) -> Iterator[Named]:
    """Yield every exact version of a product that the catalogue knows, in the order of the plan."""
    catalogue = load()
    for spot, text, language, path in _texts(view):
        for reference in _references(text, language, path):
            if reference.version and reference.level in ("L1", "L2", "L3"):
                product = product_of(catalogue, reference)
                if product is not None:
                    yield Named(spot, reference, product)


def language_of(kind: str) -> str | None:
    """Return the language in which the versions of a kind of text are read; null where its path and its words tell."""
    return _LANGUAGE.get(kind, kind if kind in ("compose", "dockerfile") else None)


@lru_cache(maxsize=4096)
def _references(text: str, language: str | None, path: str | None) -> tuple[Reference, ...]:
    return tuple(find(text, language, path))


def _texts(view: PlanView) -> Iterator[tuple[Spot, str, str | None, str | None]]:
    for artifact in view.artifacts:
        if artifact.kind not in ("diff", "markdown", "text"):
            yield artifact, artifact.text, language_of(artifact.kind), artifact.model.install_to or artifact.model.path
    for script in view.scripts:
        if not script.in_file:
            yield script, script.text, "bash", None


def product_of(catalogue: Catalog, reference: Reference) -> Product | None:
    """Return the product that a reference is about, or null."""
    if reference.kind == "image":
        return catalogue.for_image(reference.text)
    if reference.kind == "action":
        return catalogue.for_action(reference.text)
    if reference.kind == "provider":
        return catalogue.find("tf-" + reference.name.rpartition("/")[2])
    if reference.kind == "chart":
        return _chart(catalogue, reference.name)
    return None


def _chart(catalogue: Catalog, name: str) -> Product | None:
    last = name.rstrip("/").rpartition("/")[2]
    found = catalogue.find(f"chart-{last}")
    return found if found is not None and found.kind == "chart" else None


def today() -> dt.date:
    """Return the day against which ends of support are read: that of the catalogue."""
    return dt.date.fromisoformat(load().as_of)


def newer(found: Named) -> str | None:
    """Return the newest version of the line that a version belongs to, where it is newer; of the product, where its line is gone."""
    if len(found.version) == 40 and set(found.version) <= set("0123456789abcdef"):
        return None  # a commit: its digits are no version
    own = numbers(found.version)
    line = line_of(found.product, found.version)
    if line is None:
        return _after(found.product, own)
    latest = line.latest
    if not latest or not own or len(own) < min(3, len(numbers(latest))):
        return None
    return latest if numbers(latest)[: len(own)] > own else None


def _after(product: Product, own: tuple[int, ...]) -> str | None:
    """Return what follows a version that is older than every line known: the newest of its own major, else of the recommended line."""
    known = [numbers(c.cycle) for c in product.cycles if numbers(c.cycle)]
    if not own or not known or own >= min(known) or product.default_cycle is None:
        return None
    alike = [c for c in product.cycles if c.latest and numbers(c.latest)[:1] == own[:1] and c.status == "supported"]
    following = max(alike, key=lambda c: numbers(c.latest or ""), default=product.cycle(product.default_cycle))
    return following.latest if following.latest and numbers(following.latest) > own else None


def ended(found: Named, on: dt.date) -> str | None:
    """Return since when a version's line gets no more fixes (a date or `some time`), or null.

    A line before the oldest one that the catalogue lists ended with it at the latest, where that one has ended.
    """
    line = line_of(found.product, found.version) or _oldest_before(found)
    state = state_of(line, on)
    if state.state != "ended":
        return None
    return state.date.isoformat() if state.date is not None else "some time"


def _oldest_before(found: Named) -> Cycle | None:
    """Return the oldest listed line of a product where an image's version is of an earlier one, as its tag counts the product itself."""
    name = found.reference.text.partition("@")[0].rpartition("/")[2].partition(":")[0]
    own = numbers(found.version)
    listed = sorted((counted, c.cycle) for c in found.product.cycles if (counted := numbers(c.cycle)))
    itself = found.reference.kind == "image" and name[:5] == found.product.id[:5]
    if not itself or not own or not listed or not own[0] or own >= listed[0][0]:
        return None
    return found.product.cycle(listed[0][1])


def misspelled(found: Named) -> str | None:
    """Return how an action's tag is spelled, when the reference writes it otherwise (`0.33.1` for `v0.33.1`)."""
    version = found.reference.version or ""
    if found.product.kind != "action" or len(version) == 40:
        return None
    tags = [c.latest for c in found.product.cycles if c.latest]
    prefixed = all(t.startswith("v") for t in tags)
    if tags and prefixed and version[:1].isdigit():
        return f"v{version}"
    if tags and not any(t.startswith("v") for t in tags) and version.startswith("v"):
        return version[1:]
    return None


def beyond(found: Named) -> str | None:
    """Return the newest version that the catalogue knows, when the one named is of a later major line."""
    if not found.version.lstrip("v")[:1].isdigit():
        return None  # a digest, or a tag that counts another product (`pg18`)
    own = numbers(found.version)
    known = max((numbers(c.latest or c.cycle) for c in found.product.cycles), default=())
    if found.product.kind in ("action", "provider", "chart") or not own or not known:
        return None
    return ".".join(map(str, known)) if own[0] > known[0] + 1 else None


def refused(found: Named) -> str | None:
    """Return why a product or this version of it must not be used, or null."""
    if found.version.lstrip("v") in found.product.avoid_versions:
        return f"the catalogue warns of {found.version}"
    return found.product.do_not_use
