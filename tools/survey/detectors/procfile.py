"""Detect the processes of a Procfile (Heroku, Dokku, Cloud Native Buildpacks, Foreman): one line, one process."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ....core.facts import Fact, Located, Role
from ..commands import looks_like_development, role_of_command
from ..detector import View, entry, folder_of, process
from ..places import manifest_folders
from ..shapes import Process

_LINE = re2.compile(r"^([A-Za-z0-9_-]+):[ \t]*(.+)$")
_ONCE: dict[str, Role] = {"release": "job", "postdeploy": "job"}


def detect(view: View) -> Iterator[Fact]:
    """Yield a process for every line; `release` runs once before each deploy, so it is a job and no service."""
    for path in view.named("Procfile"):
        folder = folder_of(path)
        yield entry("iac", folder, Located(kind="procfile", path=path))
        code = folder if folder in manifest_folders(view) else view.owner(folder, manifest_folders(view)) or folder
        for number, line in enumerate(view.lines(path), 1):
            match = _LINE.match(line)
            if match is None:
                continue
            name, command = match.group(1), match.group(2).strip()
            if code != folder and command.partition(" ")[0].rpartition("/")[2] in ("nginx", "caddy", "cron", "crond"):
                continue  # what one container holds beside the program
            role = _ONCE.get(name) or ("web" if name == "web" else _role(command, name))
            yield process(
                Process(
                    origin="procfile",
                    path=code,
                    name=None if name == "web" else name,
                    role=role,
                    command=command,
                    listens=True if name == "web" else None,
                    development=looks_like_development(command),
                    evidence=(view.evidence(path, number),),
                )
            )


def _role(command: str, name: str) -> Role | None:
    """Return a line's role: its command's, and `worker` for one that is only named after jobs, since a Procfile's lines keep running."""
    told = role_of_command(command)
    return told or ("worker" if name.lower() in ("job", "jobs") else role_of_command(command, name))
