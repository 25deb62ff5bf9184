"""Detect what .NET applications talk to: stores, brokers, mappers, sign-in, caches, foreign services, by package and call."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Confidence, Datastore, Evidence, Fact, Named, Queue
from ..detector import EntryKind, View, entry, module
from ..dotnet.applications import Application, applications
from ..dotnet.projects import Package
from ..dotnet.settings import settings
from ..dotnet.sources import first, packages
from ..knowledge.dotnetlibs import AUTH, BROKERS, CACHES, CARRIED, DRIVERS, EMBEDDED, HANGFIRE, INTEGRATIONS, ORMS, Driver, looked_up
from ..knowledge.stores import RELATIONAL, broker_of_url, store_of_url

_TABLES: tuple[tuple[EntryKind, dict[str, str]], ...] = (("auth", AUTH), ("caching", CACHES), ("integration", INTEGRATIONS))
_OPTIONAL = ("s3", "gcs", "azure-blob-storage", "azure-table-storage")
_CALLS: tuple[tuple[EntryKind, str, str], ...] = (
    ("auth", "AddJwtBearer", "jwt"), ("auth", "AddOpenIdConnect", "oidc"), ("auth", "AddCookie(", "cookie"),
    ("auth", "AddIdentity<", "aspnet-identity"), ("auth", "AddIdentityServer", "oidc"),
    ("auth", "AddIdentityApiEndpoints", "aspnet-identity"), ("auth", "AddGoogle(", "oauth2"), ("caching", "AddMemoryCache", "in-memory"),
    ("caching", "AddOutputCache", "output-cache"), ("caching", "AddResponseCaching", "response-caching"),
    ("caching", "AddHybridCache", "hybrid-cache"), ("integration", "SmtpClient", "smtp"),
)  # fmt: skip


def detect(view: View) -> Iterator[Fact]:
    """Yield what every application's packages and code reach."""
    for app in applications(view):
        folder, found = app.project.folder, packages(view, app.project)
        yield from _stores(view, app, found)
        yield from _brokers(view, app, found)
        for one in found:
            evidence = view.evidence(*one.place)
            orm = looked_up(ORMS, one.name)
            if orm:
                yield module(
                    folder, "orm", orm, evidence, language=app.project.language, confidence="medium" if orm == "dapper" else "high"
                )
            for kind, table in _TABLES:
                name = looked_up(table, one.name)
                if name:
                    yield entry(kind, folder, Named(kind=name, evidence=(evidence,)))
        for kind, word, name in _CALLS:
            at = first(view, app.project, word)
            if at is not None:
                yield entry(kind, folder, Named(kind=name, evidence=(view.evidence(*at),)))


def _is(package: Package, prefixes: tuple[str, ...]) -> bool:
    lower = package.name.lower()
    return any(lower == p.lower() or lower.startswith(p.lower() + ".") for p in prefixes)


def _stores(view: View, app: Application, found: list[Package]) -> Iterator[Fact]:
    """Yield the stores whose drivers the code uses; of several relational ones those are needed that the settings choose."""
    used: dict[str, tuple[list[Package], Evidence | None]] = {}
    for driver in DRIVERS:
        uses = [p for p in found if _is(p, driver.packages)]
        if uses or driver.kind == "mssql":  # a part of .NET Framework, without any package
            at = _use(view, app, driver)
            if uses or at is not None:
                known = used.get(CARRIED.get(driver.kind, driver.kind), ([], None))
                used[CARRIED.get(driver.kind, driver.kind)] = ([*known[0], *uses], known[1] or at)
    urls = _urls(view, app)
    servers = [k for k, (_, at) in used.items() if k in RELATIONAL and at is not None]
    for kind in sorted({*used, *urls}):
        uses, at = used.get(kind, ([], None))
        if at is None and kind not in urls and app.project.language == "csharp":
            continue
        chosen = kind not in servers or len(servers) == 1 or kind in urls
        required = chosen and kind not in _OPTIONAL and not (kind in EMBEDDED and bool(servers))
        evidence = [e for e in (at, urls.get(kind)) if e is not None] + [view.evidence(*u.place) for u in uses[:3]]
        confidence: Confidence = "medium" if kind in EMBEDDED else "high"
        drivers = tuple(sorted({u.name for u in uses}))
        value = Datastore(kind=kind, required=required, drivers=drivers, evidence=tuple(dict.fromkeys(evidence)))
        yield entry("datastore", app.project.folder, value, confidence)


def _use(view: View, app: Application, driver: Driver) -> Evidence | None:
    at = first(view, app.project, *driver.uses)
    return view.evidence(*at) if at is not None else None


def _urls(view: View, app: Application) -> dict[str, Evidence]:
    """Return the stores that connection strings of the settings name by a URL's scheme."""
    found: dict[str, Evidence] = {}
    for one in settings(view, app.project).below("ConnectionStrings"):
        kind = store_of_url(one.value) if "://" in one.value and broker_of_url(one.value) is None else None
        if kind:
            found.setdefault(kind, view.evidence(*one.at))
    return found


def _brokers(view: View, app: Application, found: list[Package]) -> Iterator[Fact]:
    for kind, backend, prefixes in BROKERS:
        uses = [p for p in found if _is(p, prefixes)]
        if uses:
            carriers = [(p, looked_up(HANGFIRE, p.name)) for p in found] if kind == "hangfire" else []
            carried = next(((p, c) for p, c in carriers if c), None)
            uses = [*uses[:3], carried[0]] if carried is not None else uses[:3]
            value = Queue(
                kind=kind, backend=carried[1] if carried else backend, evidence=tuple(view.evidence(*u.place) for u in dict.fromkeys(uses))
            )
            yield entry("queue", app.project.folder, value, "high")
