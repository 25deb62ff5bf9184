"""State environment variables that code reads: one fact per name and code base, with the lines that read it and that hold its default."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...core.facts import EnvVar, Evidence, Fact
from .detector import View, entry
from .legible import mentioned, spells, used
from .variables import is_name, is_secret, type_of

Place = tuple[str, int]
_SYSTEM = {
    "HOME", "PATH", "USER", "HOSTNAME", "PWD", "TMPDIR", "TMP", "TEMP", "SHELL", "TERM", "LANG", "LC_ALL", "CI", "EDITOR", "VISUAL",
    "PAGER", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "OUT_DIR", "CARGO_MANIFEST_DIR", "MIX_ENV", "BUNDLE_GEMFILE", "NO_COLOR",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """Be one read: `default` as text where the code names one, `needed` where it gives up without a value."""

    name: str
    at: Place
    default: str | None = None
    default_at: Place | None = None
    needed: bool = False
    kind: str | None = None  # int, bool, url, …


def variables(view: View, folder: str, reads: Iterable[Read]) -> Iterator[Fact]:
    """Yield one variable for every name; those of the operating system and of build tools are left out."""
    found: dict[str, list[Read]] = defaultdict(list)
    for read in reads:
        if is_name(read.name) and read.name not in _SYSTEM:
            found[read.name].append(read)
    for name in sorted(found):
        yield entry("env", folder, _variable(view, name, found[name]))


def _variable(view: View, name: str, found: list[Read]) -> EnvVar:
    secret = is_secret(name)
    stated = next((r for r in found if r.default not in (None, "")), None)
    places = [r.at for r in found]
    default = None
    if stated is not None and not secret and stated.default is not None:
        at = next((p for p in (stated.at, stated.default_at) if p and stated.default.lower() in _line(view, p).lower()), None)
        if at is not None and "[REDACTED" not in stated.default:
            default, places = stated.default, [stated.at, at, *places]
    return EnvVar(
        name=name,
        required=any(r.needed for r in found) and not any(r.default is not None for r in found),
        default=default,
        secret=secret,
        evidence=_evidence(view, name, list(dict.fromkeys(places))),
        type=next((r.kind for r in found if r.kind), None) or type_of(name, default),
    )


def _evidence(view: View, name: str, places: list[Place]) -> tuple[Evidence, ...]:
    """Return the lines of the reads; where none spells the name, one that does before them: of a document, else of the same code."""
    if not any(spells(name, _line(view, p)) for p in places):
        found = mentioned(view, name) or next((p for place in places if (p := used(view, name, place[0]))), None)
        places = [found, *places] if found is not None else places
    return tuple(view.evidence(*p) for p in dict.fromkeys(places))[:6]


def _line(view: View, place: Place) -> str:
    lines = view.lines(place[0])
    return lines[place[1] - 1] if 0 < place[1] <= len(lines) else ""
