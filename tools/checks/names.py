"""Check the names between files: services, networks, volumes, images, hosts and ports that one place uses and another defines.

What:
    `docker compose exec db` names a service of the compose file it uses. Networks, volumes, configs and secrets of a service are
    declared. An image that is used has the tag that is built. A host name in a URL, an upstream or a scrape target is a service, on a
    shared network, on its port.

Why it matters in production:
    `STATSD_HOST=statsd-exporter` in an application whose exporter belongs to another stack makes every start fail with a name error, and
    couples the application to its monitoring. A scrape target with the wrong port is an alert that never fires. Each file is valid alone.

Example:
    docker compose exec -T postgres pg_isready       # the service is called db

Instead:
    docker compose exec -T db pg_isready

When to ignore:
    LNK034 for a host that something outside the plan provides (a host entry, another project's network): say which.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ...core.findings import Finding
from ..yaml12 import as_map
from ._link.composed import called_files
from ._link.images import built_images, used_images
from ._rule import Rule
from ._view import ComposeFile, PlanView, ScriptView, Service
from ._view.items import ArtifactView

SERVICE = Rule("LNK031", "compose-service-unknown", "error", "A docker compose command names no service of its files.")
UNDECLARED = Rule(
    "LNK032",
    "compose-name-undeclared",
    "error",
    "A service refers to a network, volume, config, secret or service that is not declared.",
)
IMAGE = Rule("LNK033", "image-tag-not-built", "error", "An image is used under a tag that nothing builds.", foreign="warning")
RULES = (SERVICE, UNDECLARED, IMAGE)

_NAMING = frozenset(
    "compose up,compose start,compose stop,compose restart,compose logs,compose ps,compose rm,compose kill,compose build,compose"
    " pull,compose exec,compose run,compose create,"
    "compose pause,compose unpause,compose top,compose images,compose port,compose wait,compose push".split(",")
)
_ONE_NAME = frozenset({"compose port"})


def check(view: PlanView) -> Iterator[Finding]:
    """Yield findings about names that do not meet."""
    for script in view.scripts:
        yield from _commands(view, script)
    for artifact, file in view.compose:
        yield from _one_by_one(view, artifact, file, list(_declared(artifact, file, view)))
    yield from _images(view)


def _commands(view: PlanView, script: ScriptView) -> Iterator[Finding]:
    for call in script.calls:
        docker = call.docker
        if docker is None or docker.verb not in _NAMING or call.where != "here":
            continue
        services = called_files(view, script, docker)
        if services is None:
            continue
        names = docker.names[:1] if docker.verb in _ONE_NAME else docker.names
        for word in names:
            name = word.resolve(script.script.constants)
            if name is None or name in services or not name or name.startswith(("-", "[", "<")):
                continue
            yield SERVICE.at(
                script,
                f"`{docker.verb.replace('compose', 'docker compose')}` names {name}, and the compose file has no such service.",
                line=call.line,
                quote=" ".join(call.texts),
                hint=f"It has: {', '.join(sorted(services))}.",
            )


_REFERRED = (("networks", "networks"), ("configs", "configs"), ("secrets", "secrets"))


def _declared(artifact: ArtifactView, file: ComposeFile, view: PlanView) -> Iterator[Finding]:
    shared = _same_project(view, artifact, file)
    services = {name for f in shared for name in f.services}
    for service in file.services.values():
        for key, kind in _REFERRED:
            declared = {name for f in shared for name in f.declared(kind)} | ({"default"} if kind == "networks" else set())
            for name, line in service.names(key):
                if name not in declared and not _open(name):
                    yield _undeclared(artifact, service, kind[:-1], name, line)
        volumes = {name for f in shared for name in f.declared("volumes")}
        for mount in service.mounts:
            if mount.kind == "volume" and mount.source and mount.source not in volumes and not _open(mount.source):
                yield _undeclared(artifact, service, "volume", mount.source, mount.line)
        for name, line in service.names("depends_on"):
            if name not in services:
                yield _undeclared(artifact, service, "service", name, line)
        mode = service.text("network_mode") or ""
        if mode.startswith("service:") and mode[8:] not in services:
            yield _undeclared(artifact, service, "service", mode[8:], service.at("network_mode"))


def _open(name: str) -> bool:
    """Say whether a variable or a template makes the name."""
    return "$" in name or "{" in name or "<" in name


def _one_by_one(view: PlanView, artifact: ArtifactView, file: ComposeFile, missing: list[Finding]) -> Iterator[Finding]:
    """Yield each name that no file declares; those that a file beside it declares, as one warning: the two are given together (`-f`)."""
    others = _beside(view, artifact, file) if missing and view.foreign else {}
    if missing and view.foreign:
        missing = [f.model_copy(update={"severity": "warning"}) if _a_part(view, artifact, file, f) else f for f in missing]
    parts = [f for f in missing if f.location.quote in others]
    yield from (f for f in missing if f not in parts)
    if parts:
        path = others[str(parts[0].location.quote)]
        yield UNDECLARED.at(
            artifact,
            f"{artifact.model.path} is no project by itself: {parts[0].location.quote} stands in {path}.",
            line=parts[0].location.line,
            quote=parts[0].location.quote,
            severity="warning",
            hint=f"Say that both files are given: docker compose -f {path} -f {artifact.model.path}.",
        )


_OF_ALL = {"shared", "common", "base", "template", "templates", "snippets", "fragments", "includes"}
_WHOLE_NAMES = ("docker-compose", "compose", "docker-stack", "stack")


def _a_part(view: PlanView, artifact: ArtifactView, file: ComposeFile, missing: Finding) -> bool:
    """Say whether a file reads as a part of what is not here: a name of its own, nothing declared of the kind, no main file beside it."""
    if _OF_ALL & set(artifact.installed.lower().replace("/", " ").replace(".", " ").replace("-", " ").split()):
        return True  # others extend it
    if any(other.base == file.base and posixpath.basename(other.path).startswith(_WHOLE_NAMES) for _, other in view.compose):
        return False
    name = posixpath.basename(artifact.installed).partition(".")[0].lower()
    declares = any(file.declared(kind) and f" {kind[:-1]} " in missing.message for kind in ("networks", "volumes", "configs", "secrets"))
    return not declares and not name.startswith(_WHOLE_NAMES)


def _beside(view: PlanView, artifact: ArtifactView, file: ComposeFile) -> dict[str, str]:
    """Return what other compose files of the same folder and those above it declare, with their paths."""
    found: dict[str, str] = {}
    for other in (*view.of_kind("compose"), *(a for a in view.aside if a.kind == "compose")):
        above = other.compose.base
        if other is not artifact and (not above or file.base == above or file.base.startswith(above + "/")):
            for kind in ("services", "networks", "volumes", "configs", "secrets"):
                for name in as_map(other.compose.raw.get(kind)):
                    found.setdefault(name, other.model.path)
    return found


def _undeclared(artifact: ArtifactView, service: Service, kind: str, name: str, line: int) -> Finding:
    return UNDECLARED.at(
        artifact,
        f"Service {service.name} refers to the {kind} {name}, which {artifact.model.path} does not declare.",
        line=line,
        quote=name,
        hint=f"Declare the {kind}, or use one that is declared.",
    )


def _same_project(view: PlanView, artifact: ArtifactView, file: ComposeFile) -> list[ComposeFile]:
    """Return the file and its overrides: compose files in the same folder with the same stem (`compose.override.yaml`)."""
    stem = posixpath.basename(artifact.installed).partition(".")[0]
    found = [file]
    for other, candidate in view.compose:
        if other is not artifact and candidate.base == file.base and posixpath.basename(other.installed).partition(".")[0] == stem:
            found.append(candidate)
    includes = {other.installed: _included(candidate) for other, candidate in view.compose}
    mine = posixpath.normpath(artifact.installed)
    for other, candidate in view.compose:
        joined = includes[artifact.installed] or mine in includes[other.installed]
        if other is not artifact and candidate not in found and joined:
            found.append(candidate)
    return found


def _included(file: ComposeFile) -> set[str]:
    """Return the paths that a compose file's `include` names, from the repository's root; Compose judges names after the merge."""
    entries = as_map(file.raw).get("include")
    paths: list[object] = []
    for entry in entries if isinstance(entries, list) else []:
        path = entry if isinstance(entry, str) else as_map(entry).get("path")
        paths += path if isinstance(path, list) else [path]
    return {posixpath.normpath(posixpath.join(file.base, path)) for path in paths if isinstance(path, str)}


def _images(view: PlanView) -> Iterator[Finding]:
    built = built_images(view)
    for used in used_images(view):
        tags = built.get(used.name)
        if tags is None or not used.tag or used.tag in tags or used.tag.startswith("$"):
            continue
        yield IMAGE.at(
            used.spot,
            f"{used.name}:{used.tag} is used, and the plan builds {used.name} as {', '.join(sorted(tags))}.",
            line=used.line,
            quote=f"{used.name}:{used.tag}",
            hint="Use one tag, from one variable.",
        )
