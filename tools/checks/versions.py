"""Hold every version against the catalogue: it exists, it is spelled as its maker spells it, it is not superseded or out of support unsaid.

What:
    Images, actions, charts and providers that the catalogue knows are looked up: a tag that its maker spells otherwise, a version beyond
    everything that was released, a patch level that a newer one of the same line replaces, a line without support, a product or version
    that the catalogue warns of. What the plan says openly (an end of support named in its prose) is accepted.

Why it matters in production:
    A tag that does not exist stops the pipeline. A patch level that is two years old carries the published holes of two years. A line
    without support gets no fix on the day it needs one, and the plan's reader believes that somebody has looked.

Example:
    uses: aquasecurity/trivy-action@0.36.0        # the tag is called v0.36.0

Instead:
    uses: aquasecurity/trivy-action@ed142fd0673e97e23eac54620cfb913e5ce36c25 # v0.36.0

When to ignore:
    VER002 and VER003 when a dependency holds the version back: name the dependency and when it is looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding, Fix, Severity
from ..catalog.life import line_of
from ._fixes import on_line
from ._link.by_hand import by_hand
from ._link.images import of_versions
from ._link.versions import Named, beyond, ended, misspelled, named, newer, refused, today
from ._rule import Rule
from ._view import PlanView

UNKNOWN = Rule("VER001", "version-unknown", "error", "A version does not exist, or its maker spells it otherwise.")
SUPERSEDED = Rule("VER002", "version-superseded", "warning", "A newer patch level of the same line exists.", profile="review")
ENDED = Rule(
    "VER003", "end-of-life-unsaid", "error", "A version is out of support and the plan does not say so.", profile="review", foreign="error"
)
REFUSED = Rule("VER004", "version-not-to-be-used", "error", "The catalogue warns of a product or version.", profile="review")
RULES = (UNKNOWN, SUPERSEDED, ENDED, REFUSED)
MENDS = True  # its safe fixes are applied before a plan is reviewed

_FREE_LONG_TERM = frozenset({"debian"})  # products whose long-term fixes come by the ordinary way, for nothing
_SAYS_SO = (
    "end of life",
    "end-of-life",
    "eol",
    "out of support",
    "unsupported",
    "support ended",
    "no longer supported",
    "gets no fixes",
    "ended",
)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield versions that should not be there, each product and version once per file."""
    on = today()
    seen: set[tuple[object, ...]] = set()
    for found in named(view):
        key = (found.spot.step, found.spot.artifact, found.product.id, found.version)
        if key not in seen:
            seen.add(key)
            yield from _judged(view, found, ended(found, on))


# images that are numbered after their maker's platform, not after the product inside
_OWN_COUNT = ("confluentinc/cp-", "docker.io/confluentinc/cp-")


def _judged(view: PlanView, found: Named, end: str | None) -> Iterator[Finding]:
    if found.reference.text.startswith(_OWN_COUNT):
        return
    spelled, last, warned = misspelled(found), beyond(found), refused(found)
    name = found.product.name
    if spelled is not None:
        message = f"{name} has no tag {found.reference.version}: its maker writes {spelled}."
        known = any(spelled in (c.latest, c.cycle) for c in found.product.cycles)  # the same version, of which the catalogue knows the tag
        yield _at(UNKNOWN, found, message, f"Write {spelled}, or the commit.", _written(found, spelled, safe=known))
    elif last is not None and not _by_year(found.version, last):
        yield _at(UNKNOWN, found, f"{name} {found.version} is beyond everything that was released ({last}).", "Name a version that exists.")
    elif warned is not None:
        yield _at(REFUSED, found, f"{name} {found.version} is not to be used: {warned}.", "Take what the catalogue names in its place.")
    elif end is not None:
        if not _said(view, found):
            yield from _ended(view, found, end)
    else:
        later = newer(found)
        if later is not None and not _said(view, found, later):
            fix = _written(found, later, safe=False)
            yield _at(SUPERSEDED, found, f"{name} {found.version} is superseded by {later}.", f"Use {later}, or say why not.", fix)


def _ended(view: PlanView, found: Named, end: str) -> Iterator[Finding]:
    """Yield the end of support: a warning in somebody else's folder while the maker's free long-term support goes on."""
    name, line = found.product.name, line_of(found.product, found.version)
    longer = line.extended_eol if line is not None and found.product.id in _FREE_LONG_TERM else None
    if longer is not None and longer < today():
        end = longer.isoformat()  # the day after which nobody mends it
        longer = None
    if view.foreign and longer is not None:
        message = f"{name} {found.version} left regular support on {end}; long-term support ends on {longer.isoformat()}."
        yield _at(ENDED, found, message, "Move to a supported line.", severity="warning")
    else:
        # what a pipeline uses is not what runs, and a folder named by a version is one of many to choose from
        chosen = getattr(found.spot, "kind", "") == "workflow" or of_versions(found.spot.artifact or "", found.reference.text)
        message = f"{name} {found.version} gets no fixes since {end}, and nothing says so."
        if line is None:
            message = f"{name} {found.version} is older than every line listed, of which the oldest gets no fixes since {end}."
        later = newer(found) if line is None else None
        fix = _written(found, later, safe=False) if later is not None else None
        once = by_hand(view.around.get(found.spot.step or ""), found.reference, getattr(found.spot, "text", ""), True)
        mild = view.foreign and (chosen or once or _of_a_release(view, found.spot.artifact or ""))
        yield _at(ENDED, found, message, "Move to a supported line.", fix, severity="warning" if mild else None)


_RELEASE = re2.compile(r"[a-z-]*v?\d+(?:\.\d+)+")


def _of_a_release(view: PlanView, path: str) -> bool:
    """Say whether a file lies in one of three or more folders that keep the releases of a product: an old one is built no more."""
    parent, _, folder = path.rpartition("/")[0].rpartition("/")
    if not _RELEASE.fullmatch(folder):
        return False
    beside = {a.artifact.removeprefix(f"{parent}/").partition("/")[0] for a in view.artifacts if a.artifact.startswith(f"{parent}/")}
    return sum(1 for name in beside if _RELEASE.fullmatch(name)) >= 3


def _at(rule: Rule, found: Named, message: str, hint: str, fix: Fix | None = None, severity: Severity | None = None) -> Finding:
    return rule.at(found.spot, message, line=found.reference.line, quote=found.reference.text, hint=hint, fix=fix, severity=severity)


def _written(found: Named, version: str, *, safe: bool) -> Fix | None:
    """Return the mend that writes another version where this one stands; null where a digest or commit binds the old one."""
    text = found.reference.text
    if "sha256:" in text or text.count(found.version) != 1:
        return None
    return on_line(found.spot, found.reference.line, text, text.replace(found.version, version), f"Write {version}.", safe=safe)


def _said(view: PlanView, found: Named, later: str | None = None) -> bool:
    """Say whether the plan's own text names the product's end of support (or the newer version) openly."""
    words = {found.product.id, found.product.name.lower(), found.reference.name.lower()} - {""}
    texts = [f"{u.claim} {u.why} {u.subject}" for u in view.plan.unverified] + [
        line for _, text, _, _ in view.prose for line in text.split("\n")
    ]
    for text in texts:
        lowered = text.lower()
        about = found.version in lowered or any(word in lowered for word in words)
        if about and ((later is not None and later in text) or (later is None and any(sign in lowered for sign in _SAYS_SO))):
            return True
    return False


def _by_year(version: str, last: str) -> bool:
    """Say whether a tag names a product by its year (`2025-latest` of SQL Server 17) where the catalogue counts otherwise."""
    first, newest = version.partition(".")[0].partition("-")[0], last.partition(".")[0]
    return first.isdigit() and newest.isdigit() and 2000 <= int(first) < 2100 and int(newest) < 1000
