"""State environment variables that code reads: one fact per name and code base, with the lines that read it and that hold its default."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...core.facts import EnvVar, Evidence, Fact
from .detector import View, entry
from .evaluated import UNKNOWN, Value, port_in
from .legible import mentioned, spells, used
from .variables import HOST_SET, is_name, is_secret, type_of

Place = tuple[str, int]
_SYSTEM = HOST_SET | {"OUT_DIR", "CARGO_MANIFEST_DIR", "MIX_ENV", "BUNDLE_GEMFILE"}

_OTHERS = (  # what the names of ports begin with that are no door of the program that reads them
    "DB", "DATABASE", "PG", "POSTGRES", "MYSQL", "MARIADB", "MONGO", "REDIS", "VALKEY", "MEMCACHE", "ELASTIC", "SMTP", "MAIL", "EMAIL",
    "AMQP", "RABBIT", "KAFKA", "NATS", "MQTT", "LDAP", "STATSD",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """Be one read: `default` as text where the code names one, `needed` where it gives up without a value."""

    name: str
    at: Place
    default: str | None = None
    default_at: Place | None = None
    needed: bool = False
    kind: str | None = None  # int, bool, url, …


def given(folder: str, name: str, evidence: Evidence, secret: bool = False) -> Fact:
    """Return a variable that a file of a deployment hands to a program: whether its code reads it is for others to say."""
    value = EnvVar(name=name, secret=secret or is_secret(name), read_by_code=False, evidence=(evidence,))
    return entry("env", folder, value, "medium")


def twins(view: View, name: str, endings: Iterable[str]) -> Iterator[Read]:
    """Yield the name with each ending (`_FILE`) that documents or settings spell: one that stands nowhere would be an invention."""
    for whole in (name + ending for ending in endings):
        place = mentioned(view, whole)
        if place is not None:
            yield Read(whole, place)


def port_among(reads: Iterable[Read]) -> Value:
    """Return what `PORT` says, else the only port among the reads, for a server that is handed its settings; UNKNOWN without one.

    Ports of stores, brokers and mail servers are not the program's own.
    """
    found = {r.name: r for r in reads if r.name.endswith("PORT") and not r.name.startswith(_OTHERS)}
    read = found.get("PORT") or (next(iter(found.values())) if len(found) == 1 else None)
    if read is None:
        return UNKNOWN
    return Value(read.default, read.default_at, (read.name,)) if port_in(read.default) else Value(None, None, (read.name,))


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
