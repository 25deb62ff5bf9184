"""Say which services a docker compose command can name."""

from __future__ import annotations

from collections.abc import Mapping

from .._view import PlanView, ScriptView
from .._view.docker import DockerCall
from .paths import resolve

_DEFAULTS = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")


def called_files(view: PlanView, script: ScriptView, docker: DockerCall) -> frozenset[str] | None:
    """Return the services of the compose files that a command uses; null when a file is not part of what is checked."""
    installed = {file.path: file for _, file in view.compose}
    repository = _of_repository(view)
    base = script.base
    if docker.files:
        found: set[str] = set()
        for word in docker.files:
            path = resolve(word, base, script.script.constants)
            if path is None and base is None:
                path = _by_name(installed, word.template)
            if path in installed:
                found |= set(installed[path].services)
            elif path is not None and path in repository:
                found |= repository[path]
            else:
                return None
        return frozenset(found)
    if base is None or (script.label != "artifact" and any(c.name == "cd" for c in script.script.commands)):
        return None
    for name in _DEFAULTS:
        path = f"{base}{name}" if not base or base.endswith(":") else f"{base}/{name}"
        override = next((p for p in installed if p == path.replace(".y", ".override.y")), None)
        if path in installed:
            return frozenset(installed[path].services) | (frozenset(installed[override].services) if override else frozenset())
        if path in repository:
            return frozenset(repository[path])
    return None


def _by_name(installed: Mapping[str, object], text: str) -> str | None:
    """Return the only compose file of that name: a script of the plan runs beside it."""
    found = [path for path in installed if path.rpartition("/")[2] == text.rpartition("/")[2]]
    return found[0] if len(found) == 1 else None


def _of_repository(view: PlanView) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for service in view.survey.compose_services if view.survey is not None else ():
        found.setdefault(service.file, set()).add(service.name)
    return found
