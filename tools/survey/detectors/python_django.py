"""Detect Django: the project, its databases and caches from settings, its migrations, how it is served."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Datastore, Fact, Located, Migration, Named
from ..detector import View, entry, module, process, trap
from ..python.django import Django, django_of
from ..python.djangomigrations import migrations_of
from ..python.projects import Project, projects
from ..shapes import Process
from ..view import folder_of

_AUTH = {
    "django.contrib.auth": "session", "rest_framework.authtoken": "token", "allauth": "oauth2", "oauth2_provider": "oauth2",
    "social_django": "oauth2", "mozilla_django_oidc": "oidc", "django_otp": "otp", "knox": "token", "django_auth_ldap": "ldap",
}  # fmt: skip
_INTEGRATIONS = {"anymail": "smtp", "storages": "s3", "django_prometheus": "prometheus", "channels": "websockets"}


def detect(view: View) -> Iterator[Fact]:
    """Yield what every Django project of the tree declares."""
    for folder, project in projects(view).items():
        found = django_of(view, folder)
        if found is not None:
            yield from _project(view, project, found)
            yield from _stores(view, project, found)
            yield from _migrations(view, project, found)
            yield from _apps(view, folder, found)


def _project(view: View, project: Project, found: Django) -> Iterator[Fact]:
    folder = project.folder
    place = found.manage or (found.settings[0] if found.settings else None)
    requirement = project.requires("django")
    evidence = [view.proof(place, "django") if place else None, requirement.evidence if requirement else None]
    stated = tuple(e for e in evidence if e)
    yield module(folder, "framework", "django", *stated, language="python", confidence="certain")
    yield module(folder, "orm", "django-orm", *stated, language="python", confidence="high")
    if not found.wsgi and not found.asgi and not found.manage:
        return
    command, server, entrypoint, development = _serving(project, found, folder)
    yield process(
        Process(
            origin="framework",
            path=folder,
            role="web",
            language="python",
            runtime="python",
            framework="django",
            server=server,
            entrypoint=entrypoint,
            command=command,
            listens=True,
            development=development,
            evidence=stated,
        )
    )
    if found.debug_default is not None and found.debug_default.path.rpartition("/")[2] not in (
        "dev.py",
        "local.py",
        "development.py",
        "test.py",
    ):
        where = view.evidence(found.debug_default.path, found.debug_default.line)
        yield trap(
            folder,
            "debug-default",
            "DEBUG is on unless the settings are changed: errors show source, settings and queries to visitors",
            where,
        )


def _serving(project: Project, found: Django, folder: str) -> tuple[str, str | None, str | None, bool]:
    """Return (command, server, entrypoint, development) by what is installed; without a server only Django's own is left."""
    wsgi = f"{found.wsgi}:application" if found.wsgi else None
    asgi = f"{found.asgi}:application" if found.asgi else None
    below = folder_of(found.manage) if found.manage else folder
    inside = "" if below == folder else below.removeprefix("" if folder == "." else folder + "/")
    if project.requires("gunicorn") and wsgi:
        return f"gunicorn {f'--chdir {inside} ' if inside else ''}{wsgi}", "gunicorn", wsgi, False
    for server in ("daphne", "uvicorn", "hypercorn", "granian"):
        if asgi and _installs(project, found, server):
            there = f"--app-dir {inside} " if inside and server == "uvicorn" else ""
            return f"{server} {there}{asgi}", server, asgi, False
    if project.requires("uwsgi") and wsgi:
        return f"uwsgi --module {wsgi}", "uwsgi", wsgi, False
    if project.requires("waitress") and wsgi:
        return f"waitress-serve {wsgi}", "waitress", wsgi, False
    manage = found.manage or "manage.py"
    inner = manage if folder == "." else manage.removeprefix(folder + "/")
    return f"python {inner} runserver 0.0.0.0:8000", "django-runserver", wsgi or asgi, True


def _installs(project: Project, found: Django, server: str) -> bool:
    """Say whether a server is a dependency, an extra of one (`channels[daphne]`) or an installed application."""
    extras = any(server in r.extras for r in project.requirements if not r.development)
    return project.requires(server) is not None or extras or any(i.value == server for i in found.installed)


def _stores(view: View, project: Project, found: Django) -> Iterator[Fact]:
    folder = project.folder
    kinds = {e.value for e in found.engines}
    for engine in found.engines:
        optional = engine.conditional or (engine.value == "sqlite" and len({e.value for e in found.engines}) > 1)
        value = Datastore(
            kind=engine.value, required=not optional, drivers=("django",), evidence=(view.evidence(engine.path, engine.line),)
        )
        yield entry("datastore", folder, value, "high")
    if kinds == {"sqlite"}:
        first = next(e for e in found.engines if e.value == "sqlite")
        text = "the only configured database is a SQLite file: it is lost with the container and takes one writer at a time"
        yield trap(folder, "sqlite-production", text, view.evidence(first.path, first.line))
    for layer in found.channels:
        evidence = (view.evidence(layer.path, layer.line),)
        value = Datastore(kind=layer.value, required=not layer.conditional, drivers=("channels-redis",), evidence=evidence)
        yield entry("datastore", folder, value, "high")
    for cache in found.caches:
        evidence = (view.evidence(cache.path, cache.line),)
        yield entry("caching", folder, Named(kind=cache.value, evidence=evidence))
        if cache.value in ("redis", "memcached", "valkey"):
            yield entry("datastore", folder, Datastore(kind=cache.value, required=not cache.conditional, evidence=evidence), "high")


def _migrations(view: View, project: Project, found: Django) -> Iterator[Fact]:
    folder = project.folder
    own = migrations_of(view, folder)
    inner = (found.manage or "manage.py").removeprefix("" if folder == "." else folder + "/")
    command = f"python {inner} migrate" if found.manage else "django-admin migrate"
    for path, revisions in own.items():
        evidence = (view.evidence(revisions[0].path),) if revisions else (view.evidence(f"{path}/__init__.py"),)
        head = revisions[-1].id if revisions else None
        yield entry(
            "migration",
            folder,
            Migration(tool="django", path=path, command=command, revisions=tuple(revisions), head=head, evidence=evidence),
        )
    if not own and found.settings and (found.engines or project.requires("django", "dj-database-url")):
        place = view.proof(found.settings[0], "INSTALLED_APPS")
        yield entry("migration", folder, Migration(tool="django", path=None, command=command, evidence=(place,)))


def _apps(view: View, folder: str, found: Django) -> Iterator[Fact]:
    for one in found.installed:
        evidence = (view.evidence(one.path, one.line),)
        kind = next((k for name, k in _AUTH.items() if one.value == name or one.value.startswith(name + ".")), None)
        if kind:
            yield entry("auth", folder, Named(kind=kind, evidence=evidence))
        other = next((k for name, k in _INTEGRATIONS.items() if one.value == name), None)
        if other:
            yield entry("integration", folder, Named(kind=other, evidence=evidence))
    for path in found.settings:
        yield entry("manifest", folder_of(path), Located(kind="django-settings", path=path))
