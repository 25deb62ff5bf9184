"""Detect Clojure code bases (Leiningen, Clojure CLI): dependencies, what serves, the port, how the program starts."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Located
from ..clojure.projects import Project, projects
from ..clojure.serving import Serving, main_namespace, serving
from ..detector import View, entry, library, module, process
from ..evaluated import port_in
from ..shapes import Process


def detect(view: View) -> Iterator[Fact]:
    """Yield what every project declares, and the process of each that serves or has a main function."""
    for project in projects(view).values():
        yield from _declared(view, project)
        found = serving(view, project)
        main = main_namespace(view, project)
        if found is None and main is None:
            continue
        yield from _started(view, project, found, main)


def _declared(view: View, project: Project) -> Iterator[Fact]:
    folder, evidence = project.folder, view.evidence(*project.at)
    yield entry("manifest", folder, Located(kind="clojure", path=project.file))
    yield module(folder, "language", "clojure", evidence)
    yield module(folder, "runtime", "jvm", evidence, language="clojure")
    yield module(folder, "manifest", project.file, evidence, language="clojure")
    yield module(folder, "package_manager", project.tool, evidence, language="clojure")
    if project.name:
        yield module(folder, "name", project.name, evidence, language="clojure")
    for one in project.dependencies:
        yield library(folder, one.name, one.version, view.evidence(*one.at), development=one.development)


def _started(view: View, project: Project, found: Serving | None, main: tuple[str, tuple[str, int]] | None) -> Iterator[Fact]:
    at = view.evidence(*(found.at if found else main[1] if main else project.at))
    evidence = [at, *([view.evidence(*main[1])] if main else [])]
    port = port_in(found.port.text) if found is not None and found.port.at is not None else None
    if found is not None:
        yield module(project.folder, "framework", found.framework, at, language="clojure")
        if port is not None and found.port.at is not None:
            evidence.append(view.evidence(*found.port.at, "port"))
        elif found.default_port and not found.port.env:
            yield module(project.folder, "default_port", found.default_port, at, language="clojure")
    yield process(
        Process(
            origin="framework",
            path=project.folder,
            role="web" if found else None,
            command=_command(project, main[0] if main else None),
            language="clojure",
            runtime="jvm",
            framework=found.framework if found else None,
            entrypoint=main[0] if main else None,
            port=port,
            port_env=found.port.port_env if found is not None else None,
            listens=found is not None,
            evidence=tuple(dict.fromkeys(evidence)),
        )
    )


def _command(project: Project, main: str | None) -> str | None:
    """Return the command of a built archive where the project builds one, else of its tool."""
    if project.tool == "leiningen":
        if project.uberjar or project.main:
            name = project.uberjar_name or f"{project.name}-{project.version}-standalone.jar"
            return f"java -jar {project.target}/{name}"
        return "lein ring server-headless" if main is None else f"lein run -m {main}"
    if project.alias:
        return f"clojure {project.alias[0]}"
    if project.uberjar:
        return "java -jar target/*-standalone.jar"
    return f"clojure -M -m {main}" if main else None
