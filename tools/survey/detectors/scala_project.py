"""Detect Scala code bases built with sbt: projects, what serves (Akka HTTP, Play, http4s, ZIO HTTP, …), the port, the command."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Located
from ..detector import View, entry, library, module, process, runtime_version
from ..evaluated import port_in
from ..scala.mill import mill_version
from ..scala.model import Project
from ..scala.sbt import projects
from ..scala.serving import Serving, main_object, serving
from ..shapes import Process
from ..view import join


def detect(view: View) -> Iterator[Fact]:
    """Yield what every project declares, and the process of each that serves or has a program."""
    for project in projects(view).values():
        found, main = serving(view, project), main_object(view, project)
        if found is None and main is None and project.folder == project.root and len(projects(view)) > 1:
            yield from _tool(view, project)
            continue
        yield from _declared(view, project)
        if found is not None or main is not None:
            yield from _started(view, project, found, main)


def _tool(view: View, project: Project) -> Iterator[Fact]:
    """Yield the package manager and its version, which members of a build inherit."""
    if project.tool == "mill":
        yield from _mill(view, project)
        return
    yield module(project.root, "package_manager", "sbt", view.evidence(project.file), language="scala")
    properties = join(project.root, "project/build.properties")
    document = view.document(properties) if view.repository.size(properties) else None
    version = document.text("sbt.version") if document else None
    if version and document:
        yield module(
            project.root, "package_manager_version", version, view.evidence(properties, document.line("sbt.version")), language="scala"
        )
    yield entry("manifest", project.root, Located(kind="scala", path=project.file))


def _mill(view: View, project: Project) -> Iterator[Fact]:
    yield module(project.root, "package_manager", "mill", view.evidence(project.file), language="scala")
    version = mill_version(view, project.root)
    if version is not None:
        yield module(project.root, "package_manager_version", version[0], view.evidence(*version[1]), language="scala")
    yield entry("manifest", project.root, Located(kind="scala", path=project.file))


def _declared(view: View, project: Project) -> Iterator[Fact]:
    folder, evidence = project.folder, view.evidence(*project.at)
    yield from _tool(view, project)
    yield module(folder, "language", "scala", evidence)
    yield module(folder, "runtime", "jvm", evidence, language="scala")
    yield module(folder, "manifest", project.file, evidence, language="scala")
    if folder != project.root:
        yield module(folder, "member_of", project.root, evidence, language="scala")
    if project.name:
        yield module(folder, "name", project.name, view.proof(project.file, project.name), language="scala")
    if project.java:
        yield runtime_version(folder, "java", "manifest", project.java[0], view.evidence(*project.java[1]), key="release")
    for one in project.dependencies:
        yield library(folder, one.name, one.version, view.evidence(*one.at), development=one.test)


def _started(view: View, project: Project, found: Serving | None, main: tuple[str, tuple[str, int]] | None) -> Iterator[Fact]:
    at = view.evidence(*(found.at if found else main[1] if main else project.at))
    evidence = [at, *([view.evidence(*main[1])] if main else [])]
    port = port_in(found.port.text) if found is not None and found.port.at is not None else None
    if found is not None:
        yield module(project.folder, "framework", found.framework.name, at, language="scala")
        if port is not None and found.port.at is not None:
            evidence.append(view.evidence(*found.port.at, "port"))
        elif found.framework.port and not found.port.env:
            yield module(project.folder, "default_port", found.framework.port, at, language="scala")
    yield process(
        Process(
            origin="framework",
            path=project.folder,
            role="web" if found else None,
            command=_command(view, project),
            language="scala",
            runtime="jvm",
            framework=found.framework.name if found else None,
            entrypoint=main[0] if main else None,
            port=port,
            port_env=found.port.port_env if found is not None else None,
            listens=found is not None,
            evidence=tuple(dict.fromkeys(evidence)),
        )
    )


def _command(view: View, project: Project) -> str:
    """Return the command of the start script that the packager makes, of an assembled archive, else of sbt itself."""
    name = (project.name or project.folder.rpartition("/")[2].replace(".", "") or "app").lower().replace(" ", "-")
    inside = (
        ""
        if project.folder == project.root
        else f"{project.folder.removeprefix(project.root + '/') if project.root != '.' else project.folder}/"
    )
    if project.tool == "mill":
        return f"java -jar out/{inside}assembly.dest/out.jar"
    if project.packaged:
        return f"{inside}target/universal/stage/bin/{project.script or name}"
    plugins = view.under(join(project.root, "project"), view.suffixed(".sbt"))
    if any(view.holds(p, "sbt-assembly") for p in plugins):
        return f"java -jar {inside}target/scala-*/{name}-assembly-*.jar"
    if any(view.holds(p, "sbt-native-packager") for p in plugins):
        return f"{inside}target/universal/stage/bin/{project.script or name}"
    return "sbt run" if not inside else f"sbt {inside.rstrip('/').rpartition('/')[2]}/run"
