"""Detect uWSGI and gunicorn configuration: where the server listens, what it loads, and the jobs that uWSGI attaches or schedules."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ....core.facts import Fact, Job, Located
from ..aside import is_aside
from ..detector import View, entry, folder_of, module, process, trap
from ..parsers.document import Document
from ..python.projects import owner_of
from ..python.values import number, resolve
from ..shapes import Process

_ATTACHED = ("attach-daemon", "attach-daemon2", "smart-attach-daemon", "legion-attach-daemon", "smart-attach-daemon2")
_TIMED = ("cron", "cron2", "unique-cron", "legion-cron")
_SOCKETS = ("http", "http-socket", "https", "socket", "uwsgi-socket")


def detect(view: View) -> Iterator[Fact]:
    """Yield ports, processes and jobs that stand in server configuration and nowhere else."""
    for path in view.named("uwsgi.ini", "uwsgi*.ini", "*uwsgi.ini"):
        document = view.document(path)
        if document is not None and "uwsgi" in document.data and not is_aside(path):
            yield entry("iac", folder_of(path), Located(kind="uwsgi", path=path))
            yield from _uwsgi(view, path, document)
    for path in view.named("gunicorn.conf.py", "gunicorn_conf.py", "gunicorn.py", "gunicorn_config.py"):
        yield from _gunicorn(view, path)


def _uwsgi(view: View, path: str, document: Document) -> Iterator[Fact]:
    folder = owner_of(view, path) or folder_of(path)
    for option in _SOCKETS:
        value = document.text("uwsgi", option) or next(iter(document.items("uwsgi", option)), None)
        port = str(value or "").rpartition(":")[2]
        if port.isdigit():
            yield module(folder, "port", int(port), view.evidence(path, document.line("uwsgi", option)), language="python")
            break
    yield from _daemons(view, folder, path, document)
    yield from _timed(view, folder, path, document)
    key = next((k for k in ("module", "wsgi-file", "wsgi") if document.text("uwsgi", k)), None)
    if key:
        inner = path if folder == "." else path.removeprefix(folder + "/")
        yield process(
            Process(
                origin="unit",
                path=folder,
                role="web",
                command=f"uwsgi {inner}",
                language="python",
                runtime="python",
                server="uwsgi",
                entrypoint=document.text("uwsgi", key),
                listens=True,
                evidence=(view.evidence(path, document.line("uwsgi", key)),),
            )
        )


def _daemons(view: View, folder: str, path: str, document: Document) -> Iterator[Fact]:
    """Yield the programs that uWSGI runs beside the web processes: jobs, and a trap each."""
    for option in _ATTACHED:
        for command, line in _values(document, option):
            text = command.rpartition(",")[2].strip() if "cmd=" not in command else command.partition("cmd=")[2].partition(",")[0]
            evidence = view.evidence(path, line)
            plain = [w.rpartition("/")[2] for w in text.split() if not w.startswith(("-", "%"))]
            name = next((w for w in plain if w not in ("manage.py", "python", "python3", "exec")), "daemon")
            yield entry("job", folder, Job(name=name, kind="uwsgi-daemon", command=text, evidence=(evidence,)))
            note = f"`{text}` runs inside the web process by uWSGI: more than one copy of the web service runs it more than once"
            yield trap(folder, f"job-in-uwsgi:{name}", note, evidence)


def _timed(view: View, folder: str, path: str, document: Document) -> Iterator[Fact]:
    """Yield the commands that uWSGI starts by the clock; its -1 is cron's star, its -5 cron's */5."""
    for option in _TIMED:
        for value, line in _values(document, option):
            words = value.split()
            head = words[0].split(",") if "," in words[0] else words[:5]
            rest = words[1:] if "," in words[0] else words[5:]
            schedule = " ".join("*" if f == "-1" else f.replace("-", "*/") for f in head if "=" not in f)
            job = Job(
                name=rest[-1] if rest else "cron",
                kind="uwsgi-cron",
                schedule=schedule,
                command=" ".join(rest),
                evidence=(view.evidence(path, line),),
            )
            yield entry("job", folder, job)


def _values(document: Document, option: str) -> list[tuple[str, int]]:
    value = document.get("uwsgi", option)
    if isinstance(value, list):
        return [(str(v), document.line("uwsgi", option, i)) for i, v in enumerate(value)]
    return [(str(value), document.line("uwsgi", option))] if value else []


def _gunicorn(view: View, path: str) -> Iterator[Fact]:
    parsed = view.python(path)
    folder = owner_of(view, path)
    if parsed is None or folder is None or is_aside(path):
        return
    for statement in parsed.tree.body:
        if isinstance(statement, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "bind" for t in statement.targets):
            value = resolve(parsed, statement.value)
            port, evidence = number(value), view.evidence(path, value.line or statement.lineno)
            if port and str(port) in evidence.quote:
                yield module(folder, "port", port, evidence, language="python")
            if value.variable and "port" in value.variable.lower():
                yield module(folder, "port_env", value.variable, evidence, language="python")
