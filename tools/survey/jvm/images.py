"""Find which Dockerfile packs which application: beside it, below it, named by its build, or copying its archive."""

from __future__ import annotations

import posixpath

from ..containers import is_dockerfile, purpose_of
from ..parsers.xml import Element
from ..view import View, folder_of, join
from .applications import Application, applications
from .maven import Poms
from .model import Unit


def dockerfiles(view: View) -> dict[str, list[str]]:
    """Return {application's folder: Dockerfiles}, of those that do not stand in the folder itself; made once per tree."""
    return view.kept("jvm_dockerfiles", lambda: _dockerfiles(view))


def _dockerfiles(view: View) -> dict[str, list[str]]:
    apps = {a.unit.folder: a for a in applications(view)}
    found: dict[str, list[str]] = {}
    for path in view.paths if apps else ():
        if is_dockerfile(path) and purpose_of(path) != "test":
            owner = _packed(view, path, apps)
            if owner is not None:
                found.setdefault(owner, []).append(path)
    for folder, app in apps.items():
        for path in _configured(view, app.unit):
            if path not in found.setdefault(folder, []):
                found[folder].append(path)
    return {f: paths for f, paths in found.items() if paths}


def _packed(view: View, path: str, apps: dict[str, Application]) -> str | None:
    """Return the application that a Dockerfile packs: the one beside it, the one it names, the one it stands below, the only one."""
    folder = folder_of(path)
    if folder in apps and purpose_of(path) == "production":
        return folder
    named = _named_in(view, path, apps)
    if len(named) == 1:
        return named[0]
    owner = view.owner(folder, apps)
    return owner if owner is not None and owner != folder and ("src/main/docker" in path or len(apps) == 1) else None


def _named_in(view: View, path: str, apps: dict[str, Application]) -> list[str]:
    """Return the applications whose folder or archive the lines of a Dockerfile name."""
    parsed = view.dockerfile(path)
    lines = ("COPY", "ADD", "RUN", "WORKDIR", "ENTRYPOINT", "CMD")
    text = " ".join(i.text for s in parsed.stages for i in s.all(*lines)) if parsed else ""
    found = []
    for folder, app in apps.items():
        last = folder.rpartition("/")[2]
        marks = [f"{last}/target", f"{last}/build/libs", f":{last}:", f"-pl {last}", f"-pl :{last}"] if folder != "." else []
        archives = [f"{app.unit.name}.jar", f"{app.unit.name}-{app.unit.version}.jar", f"{app.unit.name}-*.jar"]
        if any(m in text for m in marks) or any(f"/{a}" in text or f" {a}" in text for a in archives):
            found.append(folder)
    return found


def _configured(view: View, unit: Unit) -> list[str]:
    """Return the Dockerfiles that the module's Maven plugins build: their folder and file name, properties put in."""
    if unit.tool != "maven":
        return []
    poms = view.kept("jvm_poms", lambda: Poms(view))
    found = []
    for plugin in unit.plugins:
        if not any(w in plugin.id for w in ("exec-maven-plugin", "dockerfile-maven", "docker-maven-plugin", "jkube")):
            continue
        for _, element in plugin.elements:
            for where, name in _places(element):
                folder = _path(poms, unit.folder, where)
                path = posixpath.normpath(join(folder, name)) if folder is not None else ""
                if path and view.repository.real(path) and is_dockerfile(path):
                    found.append(path)
    return list(dict.fromkeys(found))


def _places(element: Element) -> list[tuple[str, str]]:
    """Return (folder, file name) of every Dockerfile that a plugin's configuration points at."""
    found = []
    for configuration in element.walk():
        if configuration.name not in ("configuration", "build"):
            continue
        words = [a.text for a in configuration.all("arguments", "argument")]
        if "build" in words:
            name = (
                words[words.index("-f") + 1]
                if "-f" in words[:-1]
                else words[words.index("--file") + 1]
                if "--file" in words[:-1]
                else "Dockerfile"
            )
            found.append((configuration.value("workingDirectory") or "${basedir}", name))
        file = configuration.value("dockerFile")
        folders = [
            v for k in ("dockerFileDir", "contextDir", "contextDirectory", "dockerDirectory") if (v := configuration.value(k)) is not None
        ]
        found.extend((folder, file or "Dockerfile") for folder in folders or (["."] if file else []))
    return found


def _path(poms: Poms, folder: str, text: str) -> str | None:
    """Return a configured folder relative to the tree, None where it leaves it or holds an unknown property."""
    whole = poms.text(folder, text)
    for name in ("${basedir}", "${project.basedir}"):
        whole = whole.replace(name, folder)
    if "${" in whole:
        return None
    clean = posixpath.normpath(whole if whole.startswith(folder) else join(folder, whole))
    return None if clean.startswith(("..", "/")) else clean
