"""Detect the applications of Maven and Gradle modules: framework, role, port, start command, the Dockerfiles that pack them."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact
from ..detector import View, module, process
from ..jvm.applications import Application, applications
from ..jvm.images import dockerfiles
from ..jvm.listening import Listen, listening
from ..jvm.starting import start_command
from ..shapes import Process


def detect(view: View) -> Iterator[Fact]:
    """Yield one process for every application, once per Dockerfile of elsewhere that packs it, and what its module loads."""
    for app in applications(view):
        listen = listening(view, app) if app.serves else Listen(None, None, None)
        packed = dockerfiles(view).get(app.unit.folder, [])
        for dockerfile in packed or (None,):
            yield process(_process(view, app, listen, dockerfile))
        folder = app.unit.folder
        if app.framework is not None and app.serves:
            yield module(folder, "framework", app.framework, view.evidence(*app.at))
        if app.serves and app.default_port and listen.port is None and listen.env is None:
            yield module(folder, "default_port", app.default_port, view.evidence(*app.at))


def _process(view: View, app: Application, listen: Listen, dockerfile: str | None) -> Process:
    evidence = [view.evidence(*app.at)]
    if app.main is not None:
        evidence.append(view.evidence(*app.main[1]))
    if listen.at is not None:
        evidence.append(view.evidence(*listen.at, "port"))
    return Process(
        origin="framework",
        path=app.unit.folder,
        role=app.role,
        command=start_command(app),
        language="java",
        runtime="java",
        framework=app.framework,
        entrypoint=app.main[0] if app.main else None,
        port=listen.port,
        listens=app.serves,
        port_env=listen.env,
        dockerfile=dockerfile,
        evidence=tuple(dict.fromkeys(evidence)),
    )
