"""Choose which scripts of a manifest start production processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .manifest import Package
from .programs import Start
from .starting import starts
from .workspace import Workspace

if TYPE_CHECKING:
    from .project import Project

PRODUCTION = (
    "start:prod",
    "start:production",
    "start-prod",
    "start-production",
    "start_prod",
    "prod",
    "production",
    "serve:prod",
    "prod:start",
    "server:prod",
    "start:dist",
    "start:built",
    "serve:production",
)
OTHERS = (
    "server",
    "serve",
    "start:server",
    "start:api",
    "api",
    "start:backend",
    "backend",
    "start:app",
    "start:web",
    "serve:ssr",
    "start:ssr",
    "start-server",
    "start:node",
    "launch",
    "bot",
    "run",
    "up",
)
DEVELOPMENT = ("dev", "start:dev", "develop", "watch", "serve:dev", "dev:server", "server:dev")
WORKER_WORDS = (
    "worker",
    "queue",
    "consumer",
    "scheduler",
    "cron",
    "processor",
    "listener",
    "subscriber",
    "jobs",
    "gateway",
    "socket",
    "realtime",
)
SKIPPED = ("dev", "watch", "test", "lint", "build", "debug", "local", "docker", "e2e", "generate", "format", "staging")
LOCKS = {
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    "yarn.lock": "yarn",
    "pnpm-lock.yaml": "pnpm",
    "bun.lock": "bun",
    "bun.lockb": "bun",
}


def chosen_scripts(workspace: Workspace, package: Package) -> list[tuple[str, list[Start]]]:
    """Return the scripts of the main processes with what they start: `start`, else one for production, else one for development."""
    first = _useful(starts(workspace, package, "start")) if "start" in package.scripts else []
    if any(not s.development for s in first):
        return [("start", [s for s in first if not s.development])]
    for name in (*PRODUCTION, *_ssr(package), *OTHERS):
        found = [s for s in _useful(starts(workspace, package, name)) if not s.development] if name in package.scripts else []
        if found:
            return [(name, found)]
    if first:
        return [("start", first)]
    for name in DEVELOPMENT:
        found = [s for s in _useful(starts(workspace, package, name)) if s.target is not None] if name in package.scripts else []
        if found:
            return [(name, found)]
    return []


def _ssr(package: Package) -> list[str]:
    return sorted(name for name in package.scripts if name.startswith(("serve:ssr", "start:ssr")))


def _useful(found: list[Start]) -> list[Start]:
    return [s for s in found if not s.front]


def extra_scripts(workspace: Workspace, package: Package) -> list[tuple[str, list[Start], bool]]:
    """Return (script, what it starts, whether its name says it is a process) of scripts that may start further processes."""
    found = []
    for name in package.scripts:
        parts = name.lower().replace("-", ":").replace("_", ":").split(":")
        named = any(word in part for part in parts for word in WORKER_WORDS)
        if (named or {"start", "prod", "production", "serve"} & set(parts)) and not any(skip in parts for skip in SKIPPED):
            useful = [s for s in _useful(starts(workspace, package, name)) if not s.development]
            if len(useful) == 1:
                found.append((name, useful, named))
    return found


def manager_of(project: Project, package: Package) -> str:
    """Return the package manager that runs a package's scripts: the declared one, the lock file's, else npm, which Node ships."""
    for folder in project.workspace.upward(package.folder):
        held = project.workspace.packages.get(folder)
        declared = held.file.text("packageManager") if held is not None else None
        if declared:
            return declared.split("@", 1)[0] or "npm"
        for name, manager in LOCKS.items():
            if (name if folder == "." else f"{folder}/{name}") in project.sources.known:
                return manager
    engines = package.file.table("engines")
    return next((m for m in ("pnpm", "yarn", "bun") if m in engines), "npm")
