"""Detect repositories that are nothing but a shell script: a start script at the top and no code base of any ecosystem."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact
from ..containers import is_dockerfile
from ..detector import View, module, process
from ..places import manifest_folders
from ..shapes import Process

_SCRIPTS = ("start.sh", "main.sh", "run.sh", "entrypoint.sh", "server.sh", "app.sh")
_CODE = (".py", ".js", ".ts", ".go", ".rb", ".php", ".java", ".kt", ".cs", ".rs", ".ex", ".html", ".c", ".cpp", ".cr", ".swift")


def detect(view: View) -> Iterator[Fact]:
    """Yield the process of the one script that starts everything."""
    if manifest_folders(view) or view.suffixed(*_CODE) or any(is_dockerfile(p) for p in view.paths):
        return
    path = next((n for n in _SCRIPTS if view.repository.size(n)), None)
    if path is None:
        return
    evidence = view.evidence(path)
    yield module(".", "language", "shell", evidence)
    yield process(Process(origin="script", path=".", language="shell", runtime="shell", command=f"bash {path}", evidence=(evidence,)))
