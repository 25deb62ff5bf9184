"""Compare what a text pins with what the project itself declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import re2

from ..catalog import Requirement, load, numbers
from .model import Reference

_SOURCE = re2.compile(r"^(.*?)\s*(?:\(([^()]*)\))?\s*$")
_LEADING_NAME = re2.compile(r"^[A-Za-z_/@-]*[A-Za-z][-@:_ ]")
_COMMIT = re2.compile(r"^(?:sha256:)?[0-9a-f]{40,64}$")
_CHART_SOURCE = re2.compile(r"(?i)chart|helm")


def key_of(name: str) -> str:
    """Return the catalogue's id for a product name, else the name in lower case."""
    product = load().find(name)
    return product.id if product else name.strip().lower()


def parse_pin(declared: str) -> tuple[str, str]:
    """Split `20.18.1 (.nvmrc)` into version and source; the source is empty when none is given."""
    found = _SOURCE.match(declared.strip())
    version, source = (found.group(1), found.group(2) or "") if found else (declared, "")
    return version.strip(), source


def agrees(version: str, declared: str) -> bool:
    """Tell whether a pinned version fits a declared one: equal to an exact one, inside a range; unreadable declarations fit everything."""
    if version.strip() == declared.strip():
        return True
    wanted = declared.strip().lstrip("=")
    if "+" in wanted:
        wanted = wanted.replace("+", "_")
    requirement = Requirement.parse(declared)
    if requirement is not None and requirement.exact is None:
        return requirement.allows(version)
    bare = numbers(wanted) or numbers(_LEADING_NAME.sub("", wanted))
    given = numbers(version) or numbers(_LEADING_NAME.sub("", version))
    if not bare or not given:
        return (not bare and not given and version.lower() == wanted.lower()) or not bare
    size = min(len(bare), len(given))
    return bare[:size] == given[:size]


def inconsistent(found: Iterable[Reference], project_pins: Mapping[str, str]) -> list[Reference]:
    """Return the references whose version differs from the project's own pin of the same product."""
    if not project_pins:
        return []
    declared = [(name.strip().lower(), key_of(name), *parse_pin(value)) for name, value in sorted(project_pins.items())]
    return [r for r in found if r.version and any(_differs(r, *pin) for pin in declared)]


def _differs(reference: Reference, raw: str, key: str, version: str, source: str) -> bool:
    if not version or _COMMIT.match(reference.version or "") or not _same_thing(reference, raw, key, source):
        return False
    return not agrees(reference.version or "", version)


def _same_thing(reference: Reference, raw: str, key: str, source: str) -> bool:
    name = reference.name.lower()
    last = name.rpartition("/")[2]
    if reference.kind == "chart":
        return bool(_CHART_SOURCE.search(source)) and raw.rpartition("/")[2] == last
    if _CHART_SOURCE.search(source):
        return False
    if reference.kind in ("provider", "module"):
        return raw in (name, last) or raw.rpartition("/")[2] == last
    return name == raw or (bool(name) and key_of(reference.name) == key)
