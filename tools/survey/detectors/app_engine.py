"""Detect Google App Engine: app.yaml with its runtime, entry point and variables, cron.yaml with its jobs."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Job, Located
from ..aside import is_aside
from ..detector import View, entry, folder_of, process, runtime_version
from ..envfacts import given
from ..parsers.document import Document
from ..platforms.processes import declared

_ENGINE = {"python": "python", "nodejs": "node", "go": "go", "java": "java", "ruby": "ruby", "php": "php", "dotnet": "dotnet"}


def detect(view: View) -> Iterator[Fact]:
    """Yield each app.yaml that names a runtime, with what it declares."""
    for path in view.named("app.yaml", "app.yml"):
        document = view.document(path) if "/.do/" not in f"/{path}" and not is_aside(path) else None
        if document is not None and isinstance(document.data, dict) and document.text("runtime"):
            yield entry("iac", folder_of(path), Located(kind="app-engine", path=path))
            yield from _app_engine(view, path, document)


def _app_engine(view: View, path: str, document: Document) -> Iterator[Fact]:
    folder, runtime = folder_of(path), document.text("runtime") or ""
    name, digits = runtime.rstrip("0123456789."), runtime[len(runtime.rstrip("0123456789.")) :]
    if name in _ENGINE and digits:
        pointless = name in ("python", "php", "go", "ruby") and len(digits) > 1 and "." not in digits
        version = f"{digits[0]}.{digits[1:]}" if pointless else digits
        if version == digits:  # `python39` spells 3.9 without its point: the line would not hold the value
            evidence = view.evidence(path, document.line("runtime"))
            yield runtime_version(folder, _ENGINE[name], "manifest", version, evidence, key="runtime")
    command = document.text("entrypoint")
    health = document.text("readiness_check", "path") or document.text("liveness_check", "path")
    key = "readiness_check" if document.text("readiness_check", "path") else "liveness_check"
    line = document.line("entrypoint" if command else "runtime")
    service = document.text("service")
    yield process(
        declared(
            view,
            path,
            folder,
            line,
            name=service if service != "default" else None,
            kind="web",
            command=command,
            command_line=line if command else None,
            health=(health, document.line(key, "path")) if health and health != "/" else None,
            environment={k: str(v) for k, v in document.table("env_variables").items()},
        )
    )
    for name in document.table("env_variables"):
        at = view.evidence(path, document.line("env_variables", name))
        yield given(folder, name, at)
    yield from _cron(view, folder)


def _cron(view: View, folder: str) -> Iterator[Fact]:
    for file in view.named("cron.yaml"):
        cron = view.document(file) if folder_of(file) == folder else None
        for index, job in enumerate(cron.items("cron")) if cron is not None else ():
            when = job.get("schedule") if isinstance(job, dict) else None
            if isinstance(when, str) and cron is not None:
                at = view.evidence(file, cron.line("cron", index, "schedule"))
                yield entry("job", folder, Job(name=str(job.get("url") or "cron"), kind="app-engine-cron", schedule=when, evidence=(at,)))
