"""Detect what Ruby applications talk to: databases of `database.yml`, gems that reach stores, caches, sign-in, foreign services."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Confidence, Datastore, Evidence, Fact, Named
from ..detector import View, entry, module
from ..knowledge.rubylibs import ADAPTERS, RUBY, TASKS
from ..knowledge.stores import RELATIONAL
from ..libfacts import brought
from ..ruby.bundle import Bundle, Gem, bundles, ruby_file
from ..ruby.rails import application, databases, has_records, setting
from ..ruby.sources import matching
from ..ruby.storage import files_store
from ..ruby.values import worth

_CACHES = {
    "redis_cache_store": "redis", "redis_store": "redis", "mem_cache_store": "memcached", "dalli_store": "memcached",
    "solid_cache_store": "solid_cache", "memory_store": "in-process", "file_store": "files",
}  # fmt: skip
_CONNECTING = (
    "Sequel.connect", "PG.connect", "PG::Connection", "Mysql2::Client", "establish_connection", "SQLite3::Database", "set :database",
    "sinatra/activerecord", "ActiveRecord::Base", "DATABASE_URL", "ROM.container", "gateway :default", "Hanami::App",
    "StandaloneMigrations", "ActiveRecord::Migration",
)  # fmt: skip
_OBJECTS = ("s3", "gcs", "azure-blob-storage")
_TASKS_OF = {"sidekiq", "resque"}


def detect(view: View) -> Iterator[Fact]:
    """Yield what every bundle's production gems and settings reach."""
    for folder, bundle in bundles(view).items():
        rails = application(view, folder) is not None
        yield from _relational(view, bundle, rails)
        for gem in bundle.gems:
            if not gem.development:
                yield from _gem(view, bundle, gem, rails)
        if rails:
            yield from _rails(view, bundle)


def _relational(view: View, bundle: Bundle, rails: bool) -> Iterator[Fact]:
    """Yield the database: what `database.yml` names for production, else the only driver that the code can load."""
    folder = bundle.folder
    named = databases(view, folder)
    kinds: dict[str, list[Evidence]] = {}
    for _, adapter, place in named:
        kind = ADAPTERS.get(adapter)
        if kind:
            kinds.setdefault(kind, []).append(view.evidence(*place))
    drivers = {g.name: g for g in bundle.gems if not g.development and RUBY.drivers.get(g.name) in (RELATIONAL | {"sqlite"})}
    if kinds:
        for kind, lines in kinds.items():
            used = tuple(sorted(n for n in drivers if RUBY.drivers[n] == kind))
            yield entry("datastore", folder, Datastore(kind=kind, drivers=used, evidence=tuple(lines)), "high")
        return
    reached = {RUBY.drivers[n] for n in drivers}
    if rails and has_records(view, bundle) is None and not _connects(view, folder):
        return
    for kind in sorted(reached if len(reached) == 1 else reached - {"sqlite"}):
        found = [g for n, g in drivers.items() if RUBY.drivers[n] == kind]
        value = Datastore(
            kind=kind,
            required=len(reached - {"sqlite"}) < 2,
            drivers=tuple(sorted(g.name for g in found)),
            evidence=tuple(view.evidence(*g.at) for g in found),
        )
        sure: Confidence = "high" if _connects(view, folder) else "low"
        yield entry("datastore", folder, value, sure)


def _connects(view: View, folder: str) -> bool:
    return next(iter(matching(view, folder, *_CONNECTING)), None) is not None


def _gem(view: View, bundle: Bundle, gem: Gem, rails: bool) -> Iterator[Fact]:
    folder, at = bundle.folder, view.evidence(*gem.at)
    queue = RUBY.brokers.get(gem.name)
    if queue is None or queue[0] not in _TASKS_OF:
        judged = queue is not None and rails and gem.name in TASKS  # where the jobs are told
        if not judged:
            yield from brought(folder, "ruby", gem.name, RUBY, at)
    kind = RUBY.drivers.get(gem.name)
    if kind and kind not in RELATIONAL and kind != "sqlite":
        required = kind not in _OBJECTS
        if kind in _OBJECTS and rails:
            return  # storage.yml says whether it is used
        yield entry("datastore", folder, Datastore(kind=kind, required=required, drivers=(gem.name,), evidence=(at,)), "high")
    if gem.name in ("rails", "activerecord") and rails:
        records = has_records(view, bundle)
        if records is not None and not bundle.gem("mongoid"):
            yield module(folder, "orm", "activerecord", at, language="ruby")


def _rails(view: View, bundle: Bundle) -> Iterator[Fact]:
    folder = bundle.folder
    cache = setting(view, folder, "cache_store")
    if cache is not None and cache.text in _CACHES:
        at = view.evidence(*cache.at)
        kind = _CACHES[cache.text]
        yield entry("caching", folder, Named(kind=kind, evidence=(at,)))
        if kind in ("redis", "memcached"):
            yield entry("datastore", folder, Datastore(kind=kind, evidence=(at,)), "high")
    mail = setting(view, folder, "action_mailer.smtp_settings", "action_mailer.delivery_method")
    parsed = ruby_file(view, mail.at[0]) if mail is not None else None
    method = worth(mail.at[0], parsed, mail.value).text if mail is not None and parsed is not None else None
    if mail is not None and (mail.name.endswith("smtp_settings") or method == "smtp"):
        yield entry("integration", folder, Named(kind="smtp", evidence=(view.evidence(*mail.at),)))
    yield from files_store(view, folder)
