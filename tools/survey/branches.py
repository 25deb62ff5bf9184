"""Read an entrypoint script that knows its processes by name: `case "$1"` with a branch for the server and one for the worker."""

from __future__ import annotations

from ...core.facts import Role
from .commands import meaning
from .parsers.dockerfile import Dockerfile, Stage
from .parsers.shell import Command
from .view import View

_TRIED = frozenset("dev local test tests debug development".split())
_WORKERS: dict[str, Role] = {
    "worker": "worker",
    "workers": "worker",
    "celery": "worker",
    "celery-worker": "worker",
    "sidekiq": "worker",
    "beat": "scheduler",
    "celery-beat": "scheduler",
    "scheduler": "scheduler",
}


def branches(view: View, parsed: Dockerfile, stage: Stage) -> dict[str, tuple[Role, str, int]]:
    """Return (role, script, line) by the word that starts a process; empty where the image itself says what it starts.

    One server, whose branch is not for a workstation, and every worker or scheduler that bears its plain name.
    """
    entry, command = parsed.last(stage, "ENTRYPOINT"), parsed.last(stage, "CMD")
    if entry is None or command is not None or not entry.exec_form or len(entry.words) != 1:
        return {}
    paths = view.named(entry.words[0].rpartition("/")[2])
    if len(paths) != 1:
        return {}
    found = [c for c in view.shell(paths[0]) if c.cases and c.words]
    served = next((label for c in found for label in c.cases if _plain(label) and meaning(" ".join(c.words)).server), None)
    if served is None:
        return {}
    known: dict[str, tuple[Role, str, int]] = {served: ("web", paths[0], _line(found, served))}
    for label, role in _WORKERS.items():
        if any(label in c.cases for c in found):
            known[label] = (role, paths[0], _line(found, label))
    return known


def _line(found: list[Command], label: str) -> int:
    return next(c.line for c in found if label in c.cases)


def _plain(label: str) -> bool:
    """Say whether a branch's word stands for one process and not for a workstation's or for everything else."""
    return label.replace("-", "").replace("_", "").isalnum() and not _TRIED & set(label.lower().replace("_", "-").split("-"))
