"""Detect what PHP applications talk to: connections that their settings choose, drivers in code, packages that reach services."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Datastore, Evidence, Fact, Named
from ..detector import View, entry, module, trap
from ..knowledge.phplibs import CONNECTIONS, PHP
from ..libfacts import brought
from ..parsers.grammar import line_of
from ..parsers.php import text_of
from ..php.composer import Project, matching, projects
from ..php.dotenv import setting
from ..php.frameworks import loaded
from ..php.laravel import Chosen, chosen, driver
from ..php.symfony import caches, database

_LARAVEL = ("laravel", "lumen")
_OBJECTS = {"s3": "s3", "gcs": "gcs"}
_CODE = {
    "mysqli_connect": "mysql", "mysqli": "mysql", "mysql_connect": "mysql", "pg_connect": "postgresql", "pg_pconnect": "postgresql",
    "sqlsrv_connect": "mssql", "oci_connect": "oracle", "SQLite3": "sqlite", "Redis": "redis", "Memcached": "memcached",
    "Memcache": "memcached", "Predis\\Client": "redis", "MongoDB\\Client": "mongodb", "MongoClient": "mongodb", "RedisCluster": "redis",
}  # fmt: skip
_NO_MAIL = ("log", "array", "null", "failover", "roundrobin", "sendmail", "mail")
_CLIENTS = ("mysqli", "mysql_connect", "PDO", "pg_connect", "pg_pconnect", "Redis", "Memcache", "Mongo", "SQLite3", "sqlsrv", "oci_")
_DRIVERS = {  # what the settings of CakePHP and CodeIgniter call their drivers
    "Mysql": "mysql", "Postgres": "postgresql", "Sqlite": "sqlite", "Sqlserver": "mssql", "MySQLi": "mysql", "Postgre": "postgresql",
    "SQLSRV": "mssql", "OCI8": "oracle",
}  # fmt: skip
_CAKE = "Cake\\Database\\Driver\\"
_DSN = ("mysql:", "pgsql:", "sqlite:", "sqlsrv:", "oci:")


def detect(view: View) -> Iterator[Fact]:
    """Yield data stores, caches, mappers and what the required packages reach."""
    for folder, project in projects(view).items():
        framework = loaded(view, project)
        name = framework.framework.name if framework else None
        for package in project.packages:
            if not package.development:
                at = view.evidence(*package.at)
                yield from brought(folder, "php", package.name, PHP, at)
                kind = PHP.drivers.get(package.name)
                if kind and name not in _LARAVEL:
                    value = Datastore(kind=kind, required=kind not in ("s3", "gcs"), drivers=(package.name,), evidence=(at,))
                    yield entry("datastore", folder, value, "high" if not package.name.startswith("ext-") else "low")
        if name in _LARAVEL:
            yield from _laravel(view, project)
        elif name in ("symfony", "api-platform"):
            yield from _symfony(view, project)
        yield from _coded(view, project)
        yield from _configured(view, project)


def _laravel(view: View, project: Project) -> Iterator[Fact]:
    folder = project.folder
    main = chosen(view, folder, "database", "DB_CONNECTION")
    kind = CONNECTIONS.get(driver(view, folder, main.name)) if main else None
    if main is not None and kind:
        yield entry("datastore", folder, Datastore(kind=kind, evidence=_lines(view, main)), "high")
        yield module(folder, "orm", "eloquent", _lines(view, main)[0], language="php")
        if kind == "sqlite":
            text = "the database is a SQLite file unless the environment says otherwise: lost with the container, one writer at a time"
            yield trap(folder, "sqlite-production", text, _lines(view, main)[0])
    cache = chosen(view, folder, "cache", "CACHE_STORE", "CACHE_DRIVER")
    session = chosen(view, folder, "session", "SESSION_DRIVER")
    queue = chosen(view, folder, "queue", "QUEUE_CONNECTION", "QUEUE_DRIVER")
    for used in (cache, session, queue):
        store = CONNECTIONS.get(used.name) if used else None
        if used is not None and store in ("redis", "memcached", "dynamodb"):
            yield entry("datastore", folder, Datastore(kind=store, evidence=_lines(view, used)), "high")
    if cache is not None and cache.name not in ("null", "array"):
        yield entry("caching", folder, Named(kind=cache.name, evidence=_lines(view, cache)))
    disk = chosen(view, folder, "filesystems", "FILESYSTEM_DISK", "FILESYSTEM_DRIVER")
    if disk is not None and disk.name in _OBJECTS:
        yield entry("datastore", folder, Datastore(kind=_OBJECTS[disk.name], evidence=_lines(view, disk)), "high")
    mail = chosen(view, folder, "mail", "MAIL_MAILER", "MAIL_DRIVER")
    if mail is not None and mail.name not in _NO_MAIL:
        yield entry("integration", folder, Named(kind=mail.name, evidence=_lines(view, mail)))
    debug = setting(view, folder, "laravel", "APP_DEBUG")
    if debug is not None and debug[0] == "true" and debug[1][0].rpartition("/")[2] in (".env", ".env.production"):
        yield trap(
            folder, "debug-default", "APP_DEBUG is on: errors show source, settings and queries to visitors", view.evidence(*debug[1])
        )


def _lines(view: View, used: Chosen) -> tuple[Evidence, ...]:
    return tuple(view.evidence(*p) for p in used.places)


def _symfony(view: View, project: Project) -> Iterator[Fact]:
    found = database(view, project.folder)
    if found is not None:
        kind, version, places = found
        evidence = tuple(view.evidence(*p) for p in places)
        yield entry("datastore", project.folder, Datastore(kind=kind, version=version, evidence=evidence), "high")
    for kind, place in caches(view, project.folder):
        yield entry("caching", project.folder, Named(kind=kind, evidence=(view.evidence(*place),)))
        if kind in ("redis", "memcached"):
            yield entry("datastore", project.folder, Datastore(kind=kind, evidence=(view.evidence(*place),)), "high")


def _coded(view: View, project: Project) -> Iterator[Fact]:
    """Yield the stores that the code connects to by PHP's own extensions."""
    for path, parsed in matching(view, project.folder, *_CLIENTS, "ldap_connect"):
        for call in parsed.calls:
            if call.name == "ldap_connect" and not call.scope:
                yield entry("auth", project.folder, Named(kind="ldap", evidence=(view.evidence(path, call.line),)))
            kind = _CODE.get(parsed.full(call.scope) if call.name == "new" else "" if call.scope else call.name)
            if call.name == "new" and parsed.full(call.scope) == "PDO" and call.arguments:
                dsn = text_of(call.arguments[0]) or (call.arguments[0].text or b"").decode("utf-8", "replace").strip("\"'")
                kind = CONNECTIONS.get(dsn.partition(":")[0]) if dsn.startswith(_DSN) else None
            if kind:
                yield entry("datastore", project.folder, Datastore(kind=kind, evidence=(view.evidence(path, call.line),)), "high")


def _configured(view: View, project: Project) -> Iterator[Fact]:
    """Yield the databases that settings name by the drivers of CakePHP, CodeIgniter and Yii."""
    for path, parsed in matching(view, project.folder, _CAKE, "DBDriver", "yii\\db\\Connection"):
        found: dict[str, int] = {}
        bare = view.holds(path, "DBDriver")
        for full, line in parsed.uses.values():
            if full.startswith(_CAKE):
                found.setdefault(_DRIVERS.get(full.removeprefix(_CAKE), ""), line)
        for node in parsed.strings:
            text = (text_of(node) or "").replace("\\\\", "\\")
            kind = _DRIVERS.get(text.removeprefix(_CAKE)) if text.startswith(_CAKE) or bare else None
            kind = kind or (CONNECTIONS.get(text.partition(":")[0]) if text.startswith(_DSN) and "=" in text else None)
            found.setdefault(kind or "", line_of(node))
        for kind, line in found.items():
            if kind:
                yield entry("datastore", project.folder, Datastore(kind=kind, evidence=(view.evidence(path, line),)), "high")
