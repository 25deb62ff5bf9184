"""Read what a Symfony application is set to use: Messenger transports, Doctrine's database, schedules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from ..knowledge.phplibs import CONNECTIONS, TRANSPORTS
from ..knowledge.stores import store_of_url
from ..parsers.grammar import line_of, words
from ..parsers.php import descend, literal
from ..view import View, join
from .composer import matching
from .dotenv import committed

Place = tuple[str, int]
_DOCTRINE = ("config/packages/doctrine.yaml", "config/packages/doctrine.yml", "app/config/config.yml", "app/config/config_prod.yml")
_REFERENCE = re2.compile(r"^%env\((?:\w+:)*(\w+)\)%")


@dataclass(frozen=True, slots=True)
class Transport:
    """Be one transport of Messenger: its name, what carries it (None where unknown), and its line."""

    name: str
    carrier: str | None
    at: Place


def transports(view: View, folder: str) -> list[Transport]:
    """Return the transports that messages are routed to and that outlive the request, those of failures left out."""
    path = join(folder, "config/packages/messenger.yaml")
    document = view.document(path) if view.repository.size(path) else None
    if document is None:
        return []
    base = ("framework", "messenger")
    routed = {t for v in document.table(*base, "routing").values() for t in (v if isinstance(v, list) else [v]) if isinstance(t, str)}
    failures = document.text(*base, "failure_transport")
    found = []
    for name, value in document.table(*base, "transports").items():
        dsn = value.get("dsn") if isinstance(value, dict) else value
        if not isinstance(dsn, str) or name == failures or dsn.startswith(("sync", "in-memory")):
            continue
        scheme = _scheme(view, folder, dsn)
        if name in routed and scheme not in ("sync", "in-memory"):
            found.append(Transport(name, TRANSPORTS.get(scheme), (path, document.line(*base, "transports", name))))
    return found


def _scheme(view: View, folder: str, dsn: str) -> str:
    match = _REFERENCE.match(dsn)
    if match is not None:
        known = committed(view, folder).get(match.group(1))
        dsn = known[0] if known else ""
    return dsn.partition(":")[0].lower()


def database(view: View, folder: str) -> tuple[str, str | None, tuple[Place, ...]] | None:
    """Return (store, version, lines) of Doctrine: its driver and server version, else what the committed `DATABASE_URL` names."""
    path = next((p for p in (join(folder, n) for n in _DOCTRINE) if view.repository.size(p) and view.holds(p, "dbal:")), None)
    document = view.document(path) if path is not None else None
    if document is None or path is None:
        return None
    base = ("doctrine", "dbal")
    kind, places = CONNECTIONS.get(document.text(*base, "driver") or ""), [(path, document.line(*base))]
    url = document.text(*base, "url") or document.text(*base, "connections", "default", "url") or ""
    match = _REFERENCE.match(url)
    known = committed(view, folder).get(match.group(1)) if match else None
    if kind is None and known is not None:
        kind = store_of_url(known[0])
        places = [known[1], (path, document.line(*base, "url"))]
    if kind is None:
        kind = store_of_url(url)
    return (kind, None, tuple(places)) if kind else None


def caches(view: View, folder: str) -> Iterator[tuple[str, Place]]:
    """Yield (what holds it, line) of the framework's cache and its pools, those in the process or in files left out."""
    for name in ("cache.yaml", "framework.yaml"):
        path = join(folder, f"config/packages/{name}")
        document = view.document(path) if view.repository.size(path) else None
        base = ("framework", "cache")
        for keys in [("app",), *((("pools", pool, "adapter")) for pool in document.table(*base, "pools"))] if document else ():
            adapter = (document.text(*base, *keys) or "") if document else ""
            kind = next((k for k in ("redis", "memcached") if adapter.startswith(f"cache.adapter.{k}")), None)
            if kind and document:
                yield kind, (path, document.line(*base, *keys))


def schedules(view: View, folder: str) -> Iterator[tuple[str, str, Place]]:
    """Yield (name, schedule, line) of `#[AsCronTask]`, `#[AsPeriodicTask]` and `RecurringMessage`."""
    for path, parsed in matching(view, folder, "AsCronTask", "AsPeriodicTask", "RecurringMessage"):
        for one in parsed.attributes:
            if one.name in ("AsCronTask", "AsPeriodicTask"):
                given = one.arguments[0] if one.arguments else one.get("expression") or one.get("frequency")
                when = literal(given)
                around = next((c for c in parsed.classes if c.start_byte <= one.node.start_byte < c.end_byte), None)
                name = around.child_by_field_name("name") if around is not None else None
                if when:
                    yield words(name) if name is not None else path.rpartition("/")[2].removesuffix(".php"), when, (path, one.line)
        for call in parsed.named("every", "cron"):
            if call.scope.endswith("RecurringMessage") and call.arguments:
                made = next(iter(descend(call.arguments[-1], "object_creation_expression")), None)
                name_text = words(made).removeprefix("new ").partition("(")[0] if made is not None else "message"
                yield name_text, literal(call.arguments[0]) or words(call.arguments[0]), (path, line_of(call.node))


def handlers(view: View, folder: str) -> Iterator[tuple[str, Place]]:
    """Yield (class, line) of the message handlers."""
    for path, parsed in matching(view, folder, "AsMessageHandler", "MessageHandlerInterface"):
        for node in parsed.classes:
            name = node.child_by_field_name("name")
            head = words(node).partition("{")[0]
            if name is not None and ("AsMessageHandler" in head or "MessageHandlerInterface" in head):
                yield words(name), (path, line_of(name))
