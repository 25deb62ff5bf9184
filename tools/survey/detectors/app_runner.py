"""Detect AWS App Runner: apprunner.yaml with its command and port."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Located
from ..detector import View, entry, folder_of, process
from ..platforms.processes import declared


def detect(view: View) -> Iterator[Fact]:
    """Yield each file with the process that it starts."""
    for path in view.named("apprunner.yaml"):
        document = view.document(path)
        if document is None:
            continue
        yield entry("iac", folder_of(path), Located(kind="app-runner", path=path))
        port, line = document.get("run", "network", "port"), document.line("run", "command")
        listens = (port, document.line("run", "network", "port")) if isinstance(port, int) else None
        command = document.text("run", "command")
        yield process(
            declared(view, path, folder_of(path), document.line("run"), kind="web", command=command, command_line=line, port=listens)
        )
