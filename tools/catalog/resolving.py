"""Make a floating image reference exact, keeping its variant, without ever inventing a tag silently."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from .images import (
    CHANNELS,
    ImageReference,
    Tag,
    parse_image,
    parse_tag,
    required_depth,
    tag_level,
)
from .life import line_of, state_of
from .model import Cycle, EolState, Product, Resolution
from .names import CYCLE_WORDS, canonical, packaged_otherwise
from .variants import best_match, spelled_like, variant_of
from .versions import numbers, starts_with


@dataclass(frozen=True)
class _Asked:
    text: str
    image: ImageReference
    tag: Tag
    product: Product
    own_tags: bool
    today: dt.date

    def answer(
        self,
        image: str | None,
        reason: str,
        *,
        cycle: Cycle | None,
        verified: bool = False,
        newer: str | None = None,
        candidate: str | None = None,
        nearest: str | None = None,
    ) -> Resolution:
        """Return the resolution with product, version and support state filled in."""
        version = (variant_of(image).version.removeprefix("v") if image else "") or (cycle.latest if cycle else None)
        return Resolution(
            requested=self.text,
            image=image,
            verified=verified,
            reason=reason,
            product=self.product.id,
            version=version or None,
            superseded_by=newer,
            eol_state=state_of(cycle, self.today),
            candidate=candidate,
            nearest=nearest,
        )


def resolve(product: Product | None, text: str, today: dt.date) -> Resolution:
    """Return how to write the image reference `text` on a day; unknown images stay unresolved with the reason."""
    parsed = parse_image(text)
    if parsed is None:
        return Resolution(requested=text, image=None, verified=False, reason="no image reference (empty, malformed, or a variable in it)")
    exact = tag_level(parsed.repository, parsed.tag) == "L2"
    if product is None:
        return _unknown(text, parsed, exact)
    own_tags = packaged_otherwise(canonical(parsed)) is None
    asked = _Asked(text, parsed, parse_tag(parsed.tag or ""), product, own_tags, today)
    if parsed.digest and not (parsed.tag and exact):
        return asked.answer(text, "the digest fixes the content; the tag does not name a version", cycle=line_of(product, parsed.tag or ""))
    return _exact(asked) if exact else _floating(asked)


def _unknown(text: str, parsed: ImageReference, exact: bool) -> Resolution:
    state = EolState(state="unknown")
    if exact or parsed.digest:
        return Resolution(
            requested=text, image=text, verified=False, reason="exact as declared; the image is not in the catalogue", eol_state=state
        )
    return Resolution(requested=text, image=None, verified=False, reason=f"{parsed.name} is not in the catalogue", eol_state=state)


def _exact(asked: _Asked) -> Resolution:
    """Keep an exact reference; say whether its tag was seen and what supersedes it."""
    cycle = line_of(asked.product, asked.image.tag or "")
    seen = {(p.repository, p.tag) for p in map(parse_image, cycle.verified_images() if cycle else ()) if p}
    verified = asked.own_tags and (_home(asked), asked.image.tag) in seen
    newest = cycle.latest if cycle else None
    depth = required_depth(asked.image.repository) if required_depth(asked.image.repository) == 2 else 9
    newer = newest if newest and numbers(newest)[:depth] > asked.tag.numbers and asked.tag.numbers else None
    reason = "exact as declared"
    if asked.tag.version.lstrip("v") in asked.product.avoid_versions:
        reason += f"; never use {asked.tag.version}: the catalogue warns of it"
    if not verified:
        reason += "; this tag was not read in a source of the catalogue"
    return asked.answer(asked.text, reason, cycle=cycle, verified=verified, newer=newer)


def _home(asked: _Asked) -> str:
    known = parse_image(_any_image(asked.product) or "")
    return known.repository if known else asked.image.repository


def _any_image(product: Product) -> str | None:
    for cycle in product.cycles:
        found = next(iter(cycle.verified_images()), cycle.image)
        if found:
            return found
    return None


def _floating(asked: _Asked) -> Resolution:
    cycle, why = _line(asked)
    if cycle is None:
        return asked.answer(None, why, cycle=None)
    if not asked.own_tags:
        nearest = best_match(cycle.verified_images(), asked.tag.variant) or next(iter(cycle.verified_images()), None)
        reason = f"{asked.image.name} packages {asked.product.name} in its own way; no tag of it was verified"
        return asked.answer(
            None, f"{reason}; {asked.product.do_not_use}" if asked.product.do_not_use else reason, cycle=cycle, nearest=nearest
        )
    if asked.product.do_not_use:
        return asked.answer(None, f"do not use: {asked.product.do_not_use}", cycle=cycle, nearest=next(iter(cycle.verified_images()), None))
    wanted = _variant(asked)
    match = best_match(cycle.verified_images(), wanted)
    if match is not None:
        return _matched(asked, cycle, match, why)
    nearest = next(iter(cycle.verified_images()), None)
    missing = f"no verified tag of line {cycle.cycle}" + (
        f" with variant {'-'.join(wanted)}" if wanted else " without a variant" if nearest else ""
    )
    return asked.answer(None, f"{why}; {missing}", cycle=cycle, candidate=_candidate(asked, cycle, wanted), nearest=nearest)


def _matched(asked: _Asked, cycle: Cycle, match: str, why: str) -> Resolution:
    image, verified, reason = match, True, why
    if asked.image.name.lower().startswith("public.ecr.aws/docker/library/"):
        image, verified = f"public.ecr.aws/docker/library/{match}", False
        reason += "; the tag was verified on Docker Hub, not at this mirror"
    newest = cycle.latest
    newer = newest if newest and numbers(newest) > variant_of(match).numbers and cycle.image_verified_older else None
    if newer and match == (cycle.image_verified_older and cycle.image_verified_older.image):
        reason += f"; {newest} exists, but no tag of it was read in a source"
    else:
        newer = None
    return asked.answer(image, reason, cycle=cycle, verified=verified, newer=newer)


def _variant(asked: _Asked) -> tuple[str, ...]:
    """Return the variant words that do not themselves choose the line (bookworm chooses it for debian, not for python)."""
    chosen = line_of(asked.product, asked.image.tag or "")
    words = (w for w in asked.tag.variant if w not in CHANNELS)
    return tuple(w for w in words if asked.tag.version or chosen is None or line_of(asked.product, w) is None)


def _line(asked: _Asked) -> tuple[Cycle | None, str]:
    product, tag = asked.product, asked.tag
    cycle = line_of(product, asked.image.tag or "")
    if cycle:
        inside = not cycle.latest or starts_with(numbers(cycle.latest), tag.numbers) or tag.version in CYCLE_WORDS.get(product.id, {})
        note = "" if inside else f" ({tag.version} itself is older than what the catalogue knows of it)"
        return cycle, f"{asked.image.tag} floats within line {cycle.cycle}{note}"
    if tag.numbers:
        return None, f"the catalogue has no line {tag.version} of {product.name}"
    if product.default_cycle is None:
        return None, f"do not use: {product.do_not_use}"
    default = product.cycle(product.default_cycle)
    word = tag.channel or ("no version" if asked.image.tag else "no tag")
    if tag.channel == "lts" and not default.is_lts(asked.today):
        lasting = [c for c in product.cycles if c.is_lts(asked.today)]
        default = max(lasting, key=lambda c: numbers(c.cycle)) if lasting else default
    return default, f"{word}: taken as the recommended line {default.cycle}"


def _candidate(asked: _Asked, cycle: Cycle, wanted: tuple[str, ...]) -> str | None:
    """Compose the exact tag the declared one would name today; nobody has seen it."""
    version = cycle.image_version or cycle.latest
    if not version or (not asked.tag.numbers and not asked.tag.channel and asked.tag.variant and not wanted):
        return None
    tag = "-".join((spelled_like(cycle, version.replace("+", "_")), *wanted))
    return asked.image.with_tag(tag) if tag_level(asked.image.repository, tag) == "L2" else None
