"""Detect the applications of .NET projects: role, framework, port, start command, the Dockerfiles that pack them."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact
from ..detector import View, module, process
from ..dotnet.applications import Application, applications
from ..dotnet.aspire import resources
from ..dotnet.listening import Listen, listening
from ..shapes import Process


def detect(view: View) -> Iterator[Fact]:
    """Yield one process for every application, once per Dockerfile of elsewhere that packs it, and what its project loads."""
    orchestrated = {r.kind for r in resources(view) if r.sort == "project"}
    for app in applications(view):
        listen = listening(view, app) if app.serves else Listen()
        for dockerfile in app.dockerfiles or (None,):
            yield process(_process(view, app, listen, dockerfile))
        folder, language = app.project.folder, app.project.language
        if app.framework is not None and app.serves:
            yield module(folder, "framework", app.framework, view.evidence(*app.at), language=language)
        if app.serves and listen.default is not None and app.project.file not in orchestrated:  # an AppHost hands out ports itself
            port, at = listen.default
            yield module(folder, "default_port", port, view.evidence(*at), language=language)
            yield module(folder, "server", "kestrel", view.evidence(*app.at), language=language)


def _process(view: View, app: Application, listen: Listen, dockerfile: str | None) -> Process:
    evidence = [view.evidence(*app.at)]
    if app.main is not None:
        evidence.append(view.evidence(*app.main))
    if listen.at is not None:
        evidence.append(view.evidence(*listen.at, "port"))
    return Process(
        origin="framework",
        path=app.project.folder,
        role=app.role,
        command=f"dotnet {app.project.assembly}.dll",
        language=app.project.language,
        runtime="dotnet",
        framework=app.framework,
        entrypoint=f"{app.project.assembly}.dll",
        port=listen.port,
        listens=app.serves,
        port_env=listen.env,
        dockerfile=dockerfile,
        evidence=tuple(dict.fromkeys(evidence)),
    )
