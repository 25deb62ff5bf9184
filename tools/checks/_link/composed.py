"""Say which services a docker compose command can name."""

from __future__ import annotations

from collections.abc import Iterable

from .._view import ComposeFile, PlanView, ScriptView
from .._view.docker import DockerCall
from .._view.items import ArtifactView
from .paths import resolve

_DEFAULTS = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")


def called_files(view: PlanView, script: ScriptView, docker: DockerCall) -> frozenset[str] | None:
    """Return the services of the compose files that a command uses; null when a file is not part of what is checked."""
    own = files_of(view, script, docker)
    if own is not None:
        return frozenset(name for file in own for name in file.services)
    repository = _of_repository(view)
    paths = _paths(view, script, docker)
    if paths is None or not paths or any(p not in repository for p in paths):
        return None
    return frozenset(name for p in paths for name in repository[p])


def files_of(view: PlanView, script: ScriptView, docker: DockerCall) -> list[ComposeFile] | None:
    """Return the plan's own compose files that a command uses; null when one of them is not the plan's."""
    installed = {file.path: file for _, file in view.compose}
    paths = _paths(view, script, docker)
    if paths is None or not paths or any(p not in installed for p in paths):
        return None
    return [installed[p] for p in paths]


def _paths(view: PlanView, script: ScriptView, docker: DockerCall) -> list[str] | None:
    """Return the compose files of a command: those of `-f`, else the default one of its folder with its override."""
    installed = {file.path for _, file in view.compose}
    base = script.base
    if not docker.files and ("COMPOSE_FILE" in script.text or (script.label == "workflow" and "COMPOSE_FILE" in _file_text(script))):
        return None
    if docker.files:
        found = [resolve(w, base, script.script.constants) or _by_name(installed, w.template) for w in docker.files]
        return [p for p in found if p is not None] if all(found) else None
    if base is None or (script.label != "artifact" and any(c.name == "cd" for c in script.script.commands)):
        return None
    candidates = installed | set(_of_repository(view))
    for name in _DEFAULTS:
        path = f"{base}{name}" if not base or base.endswith(":") else f"{base}/{name}"
        if path in candidates:
            override = path.replace(".y", ".override.y")
            return [path, override] if override in candidates else [path]
    return None


def _file_text(script: ScriptView) -> str:
    return script.spot.text if isinstance(script.spot, ArtifactView) else ""


def _by_name(installed: Iterable[str], text: str) -> str | None:
    """Return the only compose file of that name: a script of the plan runs beside it."""
    found = [path for path in installed if path.rpartition("/")[2] == text.rpartition("/")[2]]
    return found[0] if len(found) == 1 else None


def _of_repository(view: PlanView) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for service in view.survey.compose_services if view.survey is not None else ():
        found.setdefault(service.file, set()).add(service.name)
    return found
