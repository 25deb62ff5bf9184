"""Choose exact images: the repository's own version first, then the catalogue's, never a floating tag."""

from __future__ import annotations

import datetime as dt

from ...core.blueprint import ImageRef
from ...core.facts import Evidence
from ...tools.catalog import Pin, UnknownCycle, UnknownProduct, parse_image
from ._draft import Draft

RUNTIME_PRODUCTS = {
    "python": "python",
    "node": "nodejs",
    "bun": "bun",
    "deno": "deno",
    "go": "go",
    "java": "temurin",
    "ruby": "ruby",
    "php": "php",
    "dotnet": "aspnet",
    "elixir": "elixir",
    "rust": "rust",
}
SUPPORT_LEFT = dt.timedelta(days=365)
"""A line with less support left than a year would be replaced before its first anniversary in production."""


def pinned(draft: Draft, product: str, declared: str | None, evidence: tuple[Evidence, ...] = ()) -> ImageRef:
    """Return the image of a product: the declared version made exact, else the catalogue's default line.

    Note in the draft what could not be verified and what a second source has seen newer.
    """
    try:
        pin = draft.catalog.pin(product, declared)
    except UnknownCycle:
        if is_exact(declared or ""):
            return exact(draft, f"{_repository(draft, product)}:{declared}", evidence)
        pin = draft.catalog.pin(product)
        runtime = next((r for r, p in RUNTIME_PRODUCTS.items() if p == product), product)
        newer(draft, runtime, str(declared), "the catalogue knows no release of that line, so none can be named exactly")
        return _reference(draft, pin, None, ())
    except UnknownProduct:
        return ImageRef(
            ref=product,
            product=None,
            verified=False,
            source="repository",
            reason="not in the catalogue",
            declared=declared,
            evidence=evidence,
        )
    return _reference(draft, pin, declared, evidence)


def is_exact(version: str) -> bool:
    """Tell whether a version names one release: three numbers at least."""
    return len([p for p in version.removeprefix("v").split("-")[0].split(".") if p.isdigit()]) >= 3


def newer(draft: Draft, product: str, declared: str, why: str, by: str = "a line that still gets security fixes") -> None:
    """List the assumption that a line which the repository names may be replaced by a supported one; the pinning gate reads its id."""
    draft.assume(
        f"newer-{product}",
        f"{product} {declared} may be replaced by {by}",
        f"the repository names {declared}; {why}",
        "run the test suite against the version that the plan names before release",
    )


def _reference(draft: Draft, pin: Pin, declared: str | None, evidence: tuple[Evidence, ...]) -> ImageRef:
    ref = pin.image or f"{_repository(draft, pin.product)}:{pin.version}"
    if not pin.verified:
        draft.doubt(
            ref, f"`{ref}` exists", pin.note or "no source of the catalogue shows this tag", f"`docker manifest inspect {ref}` must succeed"
        )
    elif pin.newer_seen:
        draft.doubt(
            ref,
            f"`{ref}` is the newest patch of its line",
            f"{pin.newer_seen} was seen in another source; no image tag is known for it",
            f"look the tag up before release, today's catalogue is of {pin.as_of}",
        )
    if pin.eol is not None and pin.eol < _today(draft):
        _doubt_support(draft, ref, pin.eol.isoformat())
    return ImageRef(
        ref=ref,
        product=pin.product,
        verified=pin.verified,
        source="repository" if declared else "catalogue",
        reason=(f"the repository declares {declared}" if declared else f"the catalogue's default line {pin.cycle} ({pin.as_of})"),
        declared=declared,
        eol=pin.eol.isoformat() if pin.eol else None,
        evidence=evidence[:1],
    )


def _repository(draft: Draft, product: str) -> str:
    """Return the image repository of a product whose asked-for line has no image in the catalogue."""
    return next(
        (i.rpartition(":")[0] for c in draft.catalog.product(product).cycles for i in (c.image, *c.verified_images()) if i), product
    )


def exact(draft: Draft, reference: str, evidence: tuple[Evidence, ...] = ()) -> ImageRef:
    """Return an image reference of the repository made exact, keeping its variant where a verified tag of it exists."""
    parsed = parse_image(reference)
    product = draft.catalog.for_image(parsed.repository) if parsed else None
    asked = _with_line(draft, reference, product.id if product else None)
    answer = draft.catalog.resolve_image(asked, _today(draft))
    runtime = next((r for r, p in RUNTIME_PRODUCTS.items() if product is not None and p == product.id), None)
    if parsed and runtime and not (answer.image or answer.candidate or is_exact(parsed.tag or "")):
        return _supported(draft, runtime, reference, evidence)
    ref = answer.image or answer.candidate or reference
    if not answer.verified:
        draft.doubt(
            ref,
            f"`{ref}` exists",
            answer.reason or "no source of the catalogue shows this tag",
            f"`docker manifest inspect {ref}` must succeed",
        )
    if answer.eol_state.state == "ended":
        _doubt_support(draft, ref, str(answer.eol_state.date or "an unknown day"))
    return ImageRef(
        ref=ref,
        product=product.id if product else None,
        verified=answer.verified,
        source="repository",
        reason=answer.reason or "as written in the repository",
        declared=reference,
        evidence=evidence[:1],
    )


def _doubt_support(draft: Draft, ref: str, since: str) -> None:
    draft.doubt(
        f"{ref} support",
        f"`{ref}` gets security fixes",
        f"its line is out of support since {since} (end of life); the repository asks for it",
        "plan the upgrade of the repository's own version",
    )


def _supported(draft: Draft, runtime: str, reference: str, evidence: tuple[Evidence, ...]) -> ImageRef:
    """Return a supported line of a runtime in the variant of a reference whose own line the catalogue does not know."""
    name, _, tag = reference.partition("@")[0].rpartition(":")
    newer(draft, runtime, tag, "the catalogue knows no release of that line, so none can be named exactly")
    variant = next((v for v in ("alpine", "slim") if v in tag), "")
    line = runtime_line(draft, RUNTIME_PRODUCTS[runtime])
    return exact(draft, f"{name}:{line}-{variant}".rstrip("-"), evidence) if line else pinned(draft, RUNTIME_PRODUCTS[runtime], None)


def _with_line(draft: Draft, reference: str, product: str | None) -> str:
    """Give a runtime's reference without any version (`python:slim`) the line that `runtime_line` chooses.

    The newest line may lack published builds of what the dependencies pin.
    """
    name, _, tag = reference.partition("@")[0].rpartition(":")
    if product is None or product not in RUNTIME_PRODUCTS.values() or any(c.isdigit() for c in tag) or "lts" in tag:
        return reference
    name, tag = (name, tag) if name and "/" not in tag else (reference, "")
    line = runtime_line(draft, product)
    variant = "-".join(part for part in tag.split("-") if part not in ("latest", ""))
    return f"{name}:{line}-{variant}".rstrip("-") if line else reference


def runtime_line(draft: Draft, product: str) -> str | None:
    """Return the line to build on when the repository declares none: the oldest one with a year of support left.

    Dependencies pinned some time ago have published builds for that line most surely; the newest line is where they lack them.
    """
    today = _today(draft)
    lines = [
        c
        for c in draft.catalog.product(product).cycles
        if isinstance(c.eol, dt.date) and c.eol - today >= SUPPORT_LEFT and c.verified_images()
    ]
    stable = [c for c in lines if not c.cycle_released or today - c.cycle_released >= SUPPORT_LEFT] or lines
    return min(stable, key=lambda c: c.eol if isinstance(c.eol, dt.date) else dt.date.max).cycle if stable else None


def _today(draft: Draft) -> dt.date:
    return dt.date.fromisoformat(draft.catalog.as_of)
