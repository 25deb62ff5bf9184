"""Choose the exact version of a product: the repository's own exact version as it is, else the newest verified one of the line."""

from __future__ import annotations

import datetime as dt

from .images import parse_image, parse_tag, required_depth
from .life import line_of
from .model import Cycle, Pin, Product, UnknownCycle
from .names import CYCLE_WORDS
from .variants import best_match, spelled_like, variant_of
from .versions import Requirement, is_prerelease, numbers, starts_with

_ANY_LTS = frozenset(("lts/*", "lts/-1", "--lts", "lts"))


def pin(product: Product, hint: str | None) -> Pin:
    """Return the pin for a product and an optional hint: a line ("15"), a version ("15.4"), a tag ("16-alpine") or a range (">=3.11").

    Raises UnknownCycle when the product has no default line and no hint is given, or when no line fits the hint.
    """
    if hint is None or not hint.strip():
        return _of_line(product, default_line(product), "", "")
    hint = _without_equals(hint.strip())
    if is_exact(product, hint):
        return _declared(product, hint)
    cycle, note = _line_for(product, hint)
    return _of_line(product, cycle, hint, note)


def _without_equals(hint: str) -> str:
    """Return `1.2.3` for `==1.2.3`, `= 1.2.3` and `1.2.3` alike; anything else unchanged."""
    requirement = Requirement.parse(hint)
    return requirement.exact if requirement and requirement.exact else hint


def default_line(product: Product) -> Cycle:
    """Return the recommended line; raise UnknownCycle with the reason when the product must not be used."""
    if product.default_cycle is None:
        raise UnknownCycle(
            f"{product.id} has no recommended line", product.do_not_use or "", f"alternatives: {'; '.join(product.alternatives)}"
        )
    return product.cycle(product.default_cycle)


def depth_of(product: Product, cycle: Cycle | None) -> int:
    """Return how many numbers a complete version of the product has, as its newest versions show."""
    image = next((c.image for c in product.cycles if c.image), None)
    parsed = parse_image(image) if image else None
    if parsed and required_depth(parsed.repository) == 2:
        return 2
    versions = [c.latest for c in ([cycle] if cycle else product.cycles) if c.latest]
    depth = max((len(numbers(v)) for v in versions), default=3)
    return min(depth, 3) or 1


def is_range(hint: str) -> bool:
    """Tell whether hint is a requirement with operators, wildcards or alternatives."""
    return any(c in hint for c in "*<>^~|, =") or any(part in {"x", "X"} for part in hint.split("."))


def is_exact(product: Product, hint: str) -> bool:
    """Tell whether hint names one version and not a line or a range."""
    tag = parse_tag(hint)
    if not tag.numbers or is_range(hint):
        return False
    if hint in {c.cycle for c in product.cycles} and not any(hint == c.latest for c in product.cycles):
        return False
    if is_prerelease(tag.version):
        return True
    return len(tag.numbers) >= depth_of(product, line_of(product, hint))


def _declared(product: Product, hint: str) -> Pin:
    """Keep the version the repository declares; say when its line is unknown or has something newer."""
    cycle = line_of(product, hint)
    tag = parse_tag(hint)
    version = tag.version
    repository = image_repository(product)
    image, verified, notes = None, False, ["declared by the repository, kept exactly"]
    if repository:
        seen = cycle.verified_images() if cycle else ()
        same = [i for i in seen if starts_with(variant_of(i).numbers, tag.numbers) and len(variant_of(i).numbers) == len(tag.numbers)]
        image = best_match(same, tag.variant) or composed(product, cycle, repository, hint)
        verified = image in seen
        if image is None:
            notes.append("its image tags spell versions in another way, so none is given")
    else:
        verified = any(numbers(c.latest or "") == tag.numbers for c in product.cycles)
    if not verified:
        notes.append("not read in a source of the catalogue")
    if version.lstrip("v") in product.avoid_versions:
        notes.append(f"never use {version}: the catalogue warns of it")
    if cycle and cycle.latest and numbers(cycle.latest) > tag.numbers:
        notes.append(f"{cycle.latest} is newer in the same line")
    action = cycle if cycle and cycle.latest == version else None
    return _build(product, cycle, version, image, verified, notes, action)


def _line_for(product: Product, hint: str) -> tuple[Cycle, str]:
    hint = hint.removeprefix("lts/") if hint not in _ANY_LTS else "lts"
    requirement = Requirement.parse(hint) if is_range(hint) else None
    cycle = None if requirement else line_of(product, hint)
    if cycle:
        known = (
            cycle.latest is None or starts_with(numbers(cycle.latest), parse_tag(hint).numbers) or hint in CYCLE_WORDS.get(product.id, {})
        )
        return cycle, "" if known else f"{hint} is inside line {cycle.cycle}, of which the catalogue knows only the newest version"
    channel = parse_tag(hint).channel
    if channel:
        return default_line(product), f"{channel!r} moves; the recommended line is {product.default_cycle}"
    fitting = [c for c in product.cycles if c.latest and requirement and requirement.allows(c.latest)]
    if not fitting:
        raise UnknownCycle(f"{product.id} has no line for {hint!r}", f"known lines: {', '.join(c.cycle for c in product.cycles)}")
    chosen = next((c for c in fitting if c.cycle == product.default_cycle), None)
    alive = [c for c in fitting if c.status in {"supported", "security_only"}]
    chosen = chosen or max(alive or fitting, key=lambda c: numbers(c.latest or ""))
    return chosen, f"{hint} is a range; line {chosen.cycle} satisfies it"


def _of_line(product: Product, cycle: Cycle, hint: str, note: str) -> Pin:
    """Pin the newest version of a line, with a verified image where there is one."""
    notes = [note] if note else []
    plain = bool(hint) and hint != cycle.cycle and not is_range(hint) and not hint.startswith("lts/")
    wanted = tuple(w for w in parse_tag(hint).variant if w not in CYCLE_WORDS.get(product.id, {})) if plain else ()
    seen = cycle.verified_images()
    image = best_match(seen, wanted) if wanted else (seen[0] if seen else None)
    version = cycle.latest or cycle.cycle
    if not product.has_images():
        return _build(product, cycle, version, None, _version_verified(product, cycle), notes, cycle)
    if image:
        older = cycle.image_verified_older
        if (older and image == older.image) or cycle.image_version:
            version = cycle.image_version or variant_of(image).version
            notes.append(f"{cycle.latest} exists, but no image tag of it was read in a source")
        return _build(product, cycle, version, image, True, notes, cycle)
    if wanted and seen:
        notes.append(f"no verified tag with variant {'-'.join(wanted)}; verified: {', '.join(seen)}")
        return _build(product, cycle, version, None, False, notes, cycle)
    notes.append(cycle.image_source or "no image tag of this line was read in a source")
    return _build(product, cycle, version, cycle.image, False, notes, cycle)


def _version_verified(product: Product, cycle: Cycle) -> bool:
    return cycle.sha_verified if product.kind == "action" else cycle.latest is not None


def composed(product: Product, cycle: Cycle | None, repository: str, hint: str) -> str | None:
    """Return repository and hint as a reference, or None where the product's tags are not its version numbers (builds, service packs)."""
    known = cycle if cycle and cycle.image else next((c for c in product.cycles if c.image), None)
    if known and known.image and known.latest:
        shown = variant_of(known.image)
        built = "+" in known.latest and not any(mark in hint for mark in "_-")
        if built or numbers(known.image_version or known.latest) != shown.numbers or ("_" in shown.version) != ("_" in hint):
            return None
    return f"{repository}:{spelled_like(known, hint)}"


def image_repository(product: Product) -> str | None:
    """Return the repository of the product's images, as the catalogue writes it."""
    for cycle in product.cycles:
        for image in (cycle.image, *cycle.verified_images()):
            parsed = parse_image(image) if image else None
            if parsed:
                return parsed.name
    return None


def _build(
    product: Product, cycle: Cycle | None, version: str, image: str | None, verified: bool, notes: list[str], facts: Cycle | None
) -> Pin:
    if product.do_not_use:
        notes.append(f"do not use: {product.do_not_use}")
    newer = cycle.newer_seen if cycle else None
    return Pin(
        product=product.id,
        version=version,
        cycle=cycle.cycle if cycle else None,
        image=image,
        verified=verified,
        source=(cycle.image_source if cycle and image and image == cycle.image else None) or product.source,
        as_of=product.as_of,
        eol=cycle.eol if cycle and isinstance(cycle.eol, dt.date) else None,
        newer_seen=newer.version if newer and numbers(newer.version) > numbers(version) else None,
        note="; ".join(notes),
        uses=facts.uses if facts else None,
        sha=facts.sha if facts else None,
        install=facts.install if facts else None,
        chart=product.oci or product.helm_repo,
        app_version=facts.app_version if facts else None,
    )
