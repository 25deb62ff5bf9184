"""Detect PHP applications: Laravel, Symfony, Slim and others, servers written in PHP, and pages that a web server serves."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact
from ..codebase import inner
from ..commands import looks_like_development, meaning
from ..detector import View, module, process
from ..evaluated import port_in
from ..php.composer import Project, php_file, projects
from ..php.frameworks import Loaded, health_path, loaded, own_server, served_pages
from ..shapes import Process
from ..view import join

_SCRIPTS = ("start", "serve", "start:prod", "production")
_PROGRAMS = ("main.php", "app.php", "server.php", "bot.php", "worker.php", "run.php")
_LIBRARIES = ("library", "composer-plugin", "symfony-bundle", "metapackage", "drupal-module", "wordpress-plugin", "wordpress-theme")


def detect(view: View) -> Iterator[Fact]:
    """Yield the framework, its health path, and the process of every code base that is no library."""
    for folder, project in projects(view).items():
        found = loaded(view, project)
        if found is not None:
            yield module(folder, "framework", found.framework.name, view.evidence(*found.at), language="php")
            yield from _health(view, project)
            if found.framework.port:
                yield module(folder, "default_port", found.framework.port, view.evidence(*found.at), language="php")
        chosen = _process(view, project, found)
        if chosen is not None:
            yield process(chosen)


def _health(view: View, project: Project) -> Iterator[Fact]:
    path = join(project.folder, "bootstrap/app.php")
    found = health_path(php_file(view, path)) if view.repository.size(path) else None
    if found:
        yield module(project.folder, "health_path", found[0], view.evidence(path, found[1]), language="php")


def _process(view: View, project: Project, found: Loaded | None) -> Process | None:
    """Return the process: a start script of the manifest, a server written in PHP, the pages of a web server, or a program."""
    folder, framework = project.folder, found.framework.name if found else None
    if framework == "laravel-zero":
        return None
    own = own_server(view, project)
    octane = project.requires("laravel/octane")
    pages = served_pages(view, project)
    if own is not None:
        path, at, port = own
        return _web(view, project, found, f"php {inner(path, folder)}", at, port_in(port.text))
    if found is not None and found.framework.command:
        return _web(view, project, found, found.framework.command, found.at, None)
    if octane is not None and found is not None:
        return _web(view, project, found, "php artisan octane:start --host=0.0.0.0 --port=8000", found.at, None)
    if found is not None or pages is not None:
        if project.kind in _LIBRARIES and pages is None:
            return None
        at = found.at if found else (pages or "", 1)
        return _scripted(view, project, found) or _web(view, project, found, None, at, None)
    return _program(view, project)


def _web(view: View, project: Project, found: Loaded | None, command: str | None, at: tuple[str, int], port: int | None) -> Process:
    evidence = [view.evidence(*at)]
    if port is not None:
        evidence.append(view.evidence(*at, "port"))
    return Process(
        origin="framework",
        path=project.folder,
        role="web",
        language="php",
        runtime="php",
        framework=found.framework.name if found else None,
        command=command,
        port=port,
        listens=True,
        evidence=tuple(evidence),
    )


def _scripted(view: View, project: Project, found: Loaded | None) -> Process | None:
    """Return the process of a composer script that starts the application."""
    name = next((n for n in _SCRIPTS if n in project.scripts), None)
    if name is None:
        return None
    command, place = project.scripts[name]
    said = meaning(command)
    return Process(
        origin="script",
        path=project.folder,
        role="web",
        language="php",
        runtime="php",
        framework=found.framework.name if found else None,
        command=f"composer {name}" if name == "start" else f"composer run {name}",
        port=said.port,
        listens=True,
        development=said.server in ("php", "artisan-serve") or looks_like_development(command),
        evidence=(view.evidence(*place), *((view.evidence(*place, "port"),) if said.port else ())),
    )


def _program(view: View, project: Project) -> Process | None:
    for name in _PROGRAMS if project.file and project.kind not in _LIBRARIES else ():
        path = join(project.folder, name)
        if view.repository.size(path):
            return Process(
                origin="script", path=project.folder, language="php", runtime="php", command=f"php {name}", evidence=(view.evidence(path),)
            )
    return None
