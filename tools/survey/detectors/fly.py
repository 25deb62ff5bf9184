"""Detect Fly.io: fly.toml with its processes, ports, checks, release command and environment."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Job, Located
from ..aside import is_aside
from ..detector import View, entry, folder_of, process
from ..envfacts import given
from ..parsers.document import Document
from ..platforms.processes import declared
from ..view import join


def detect(view: View) -> Iterator[Fact]:
    """Yield the file, one process per `[processes]` entry (one without any), the release command and the names of `[env]`."""
    for path in view.named("fly.toml", "fly.*.toml"):
        document = view.document(path)
        if document is None or is_aside(path) or not isinstance(document.data, dict):
            continue
        folder = folder_of(path)
        yield entry("iac", folder, Located(kind="fly", path=path))
        yield from _processes(view, path, folder, document)
        release = document.text("deploy", "release_command")
        if release:
            at = view.evidence(path, document.line("deploy", "release_command"))
            yield entry("job", folder, Job(name="release", kind="release", command=release, evidence=(at,)))
        for name in document.table("env"):
            yield given(folder, name, view.evidence(path, document.line("env", name)))


def _processes(view: View, path: str, folder: str, document: Document) -> Iterator[Fact]:
    port, health = _port(document), _health(document)
    environment = {n: str(v) for n, v in document.table("env").items()}
    dockerfile = document.text("build", "dockerfile")
    file = join(folder, dockerfile.removeprefix("./")) if dockerfile else join(folder, "Dockerfile")
    built = file if view.exists(file) else None
    named = document.table("processes")
    served = document.items("http_service", "processes") or [
        p for s in document.items("services") if isinstance(s, dict) for p in s.get("processes") or ()
    ]
    for name, command in named.items():
        first = name in served or (not served and name in ("app", "web"))
        line = document.line("processes", name)
        yield process(
            declared(
                view,
                path,
                folder,
                line,
                name=None if first else name,
                kind="web" if first else "",
                command=str(command) or None,
                command_line=line,
                port=port if first else None,
                health=health if first else None,
                dockerfile=built,
                environment=environment,
            )
        )
    if not named and (port or built):
        line = port[1] if port else document.line("app")
        yield process(
            declared(
                view, path, folder, line, kind="web" if port else "", port=port, health=health, dockerfile=built, environment=environment
            )
        )


def _port(document: Document) -> tuple[int, int] | None:
    for keys in (("http_service", "internal_port"), ("services", 0, "internal_port")):
        found = document.get(*keys)
        if isinstance(found, int) and not isinstance(found, bool):
            return found, document.line(*keys)
    return None


def _health(document: Document) -> tuple[str, int] | None:
    places = [("http_service", "checks", 0), ("services", 0, "http_checks", 0), *(("checks", n) for n in document.table("checks"))]
    for keys in places:
        found = document.text(*keys, "path")
        if found and found.startswith("/") and found != "/":
            return found, document.line(*keys, "path")
    return None
