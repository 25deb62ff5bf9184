"""Make processes of platform files: one form for what Fly, Render, Railway, App Engine and others declare."""

from __future__ import annotations

from collections.abc import Mapping

from ....core.facts import Evidence, Role
from ..commands import looks_like_development, role_of_command
from ..shapes import Process
from ..view import View

ROLES: dict[str, Role] = {
    "web": "web", "pserv": "web", "app": "web", "http": "web", "api": "web", "worker": "worker", "background": "worker", "cron": "job",
    "job": "job", "scheduler": "scheduler", "release": "job",
}  # fmt: skip


def declared(
    view: View,
    path: str,
    folder: str,
    line: int,
    *,
    name: str | None = None,
    kind: str = "",
    command: str | None = None,
    command_line: int | None = None,
    port: tuple[int, int] | None = None,
    health: tuple[str, int] | None = None,
    dockerfile: str | None = None,
    schedule: str | None = None,
    environment: Mapping[str, str | None] | None = None,
    image: str | None = None,
    alone: bool = False,
) -> Process:
    """Return the process that a platform file declares at a line; `port` and `health` come with their own lines; `alone`: the only one."""
    evidence: list[Evidence] = [view.evidence(path, line)]
    if command and command_line:
        evidence.append(view.evidence(path, command_line, "start_command"))
    if port:
        evidence.append(view.evidence(path, port[1], "port"))
    if health:
        evidence.append(view.evidence(path, health[1], "health_path"))
    role = ROLES.get(kind) or (role_of_command(command or "", name or "") if command or not alone else None)
    return Process(
        origin="platform",
        path=folder,
        name=name,
        role=role or ("web" if port or health else None),
        command=command,
        port=port[0] if port else None,
        listens=True if port or kind in ("web", "pserv", "http") else None,
        health_path=health[0] if health else None,
        dockerfile=dockerfile,
        schedule=schedule,
        environment=dict(sorted((environment or {}).items())),
        image=image,
        development=bool(command and looks_like_development(command)),
        evidence=tuple(dict.fromkeys(evidence)),
    )
