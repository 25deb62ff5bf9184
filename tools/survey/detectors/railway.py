"""Detect Railway and its builders: railway.json or railway.toml, Nixpacks, Railpack."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Fact, Job, Located
from ..aside import is_aside
from ..detector import View, entry, folder_of, process
from ..parsers.document import Document
from ..platforms.processes import declared
from ..view import join


def detect(view: View) -> Iterator[Fact]:
    """Yield each file with the process and the jobs that it declares."""
    for path in view.named("railway.json", "railway.toml"):
        document = view.document(path)
        if document is not None and not is_aside(path):
            yield entry("iac", folder_of(path), Located(kind="railway", path=path))
            yield from _railway(view, path, document)
    for path in view.named("nixpacks.toml", "nixpacks.json", "railpack.json"):
        yield entry("container", folder_of(path), Located(kind=path.rpartition("/")[2].partition(".")[0], path=path))
        document = view.document(path)
        keys = ("start", "cmd") if document is not None and document.text("start", "cmd") else ("deploy", "startCommand")
        command = document.text(*keys) if document is not None else None
        if command and document is not None:
            line = document.line(*keys)
            yield process(declared(view, path, folder_of(path), line, command=command, command_line=line, alone=True))


def _railway(view: View, path: str, document: Document) -> Iterator[Fact]:
    folder = folder_of(path)
    command, health, cron = (document.text("deploy", k) for k in ("startCommand", "healthcheckPath", "cronSchedule"))
    file = document.text("build", "dockerfilePath")
    dockerfile = join(folder, file.removeprefix("./")) if file else None
    built = dockerfile if dockerfile and view.exists(dockerfile) else None
    if command or health:
        line = document.line("deploy", "startCommand" if command else "healthcheckPath")
        yield process(
            declared(
                view,
                path,
                folder,
                line,
                kind="job" if cron else "web" if health else "",
                command=command,
                command_line=line if command else None,
                health=(health, document.line("deploy", "healthcheckPath")) if health and health != "/" else None,
                dockerfile=built,
                schedule=cron,
                alone=True,
            )
        )
    if cron:
        at = view.evidence(path, document.line("deploy", "cronSchedule"))
        yield entry("job", folder, Job(name="cron", kind="railway-cron", schedule=cron, command=command, evidence=(at,)))
    before = document.text("deploy", "preDeployCommand") or " && ".join(str(w) for w in document.items("deploy", "preDeployCommand"))
    if before:
        at = view.evidence(path, document.line("deploy", "preDeployCommand"))
        yield entry("job", folder, Job(name="pre-deploy", kind="release", command=before, evidence=(at,)))
