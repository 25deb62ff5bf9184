"""Detect Python web applications (FastAPI, Flask, Starlette, Sanic, Tornado, aiohttp, …): how they start, where they listen."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ....core.facts import Evidence, Fact
from ..codebase import inner
from ..detector import View, module, process
from ..python.apps import ASGI, WSGI, App, apps
from ..python.projects import PROGRAMS, Project, projects
from ..python.runners import Runner, runners
from ..python.settings import settings
from ..python.sources import dotted, files, path_of
from ..python.values import number, resolve
from ..shapes import Process
from ..view import join

_SCRIPTS = tuple(p for p in PROGRAMS if p not in ("manage.py", "wsgi.py", "asgi.py", "worker.py"))
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock")


def detect(view: View) -> Iterator[Fact]:
    """Yield the frameworks that code loads, the ports it binds, and the process that its framework documents."""
    for folder, project in projects(view).items():
        found, starts = apps(view, folder), runners(view, folder)
        for app in found:
            yield module(folder, "framework", app.framework, view.evidence(app.path, app.line), language="python")
        for runner in starts:
            yield from _port(view, folder, runner)
            if runner.framework and not found:
                yield module(folder, "framework", runner.framework, view.evidence(runner.path, runner.line), language="python")
        web = [a for a in found if a.framework != "django"]
        if any(a.framework == "django" for a in found) and not web:
            continue
        chosen = _process(view, project, web, starts)
        if chosen is not None:
            yield process(chosen)


def _port(view: View, folder: str, runner: Runner) -> Iterator[Fact]:
    parsed = view.python(runner.path)
    if runner.port is None:  # as its library documents it
        at = view.evidence(runner.path, runner.line)
        yield module(folder, "default_port", runner.default, at, language="python", confidence="medium")
    if parsed is None or runner.port is None:
        return
    value = resolve(parsed, runner.port)
    port = number(value)
    if isinstance(runner.port, ast.Attribute) and port is None:
        yield from _setting(view, folder, runner.port.attr)
        return
    if port is not None and str(port) in _line(view, runner.path, value.line or runner.line):
        yield module(folder, "port", port, view.evidence(runner.path, value.line or runner.line), language="python")
    if value.variable:
        evidence = view.evidence(runner.path, value.line or runner.line)
        yield module(folder, "port_env", value.variable, evidence, language="python")


def _setting(view: View, folder: str, attribute: str) -> Iterator[Fact]:
    """Yield the port that a field of a settings class holds, and the variable that it is read from."""
    found = next((s for s in settings(view, folder) if s.attribute == attribute), None)
    if found is None:
        return
    evidence = view.evidence(found.path, found.line)
    yield module(folder, "port_env", found.names[0], evidence, language="python")
    if found.default and found.default.isdigit() and found.default in _line(view, found.path, found.line):
        yield module(folder, "port", int(found.default), evidence, language="python")


def _line(view: View, path: str, number: int) -> str:
    lines = view.lines(path)
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _process(view: View, project: Project, found: list[App], starts: list[Runner]) -> Process | None:
    """Return the process of a code base: a script that runs its own server, the documented server for its app, or its main program."""
    if found:
        return _web(view, project, found[0], starts)
    bare = [r for r in starts if r.framework or r.server in ("http.server", "waitress", "uvicorn")]
    if bare:
        evidence = (view.evidence(bare[0].path, bare[0].line),)
        return _script(view, project.folder, bare[0].path, evidence, bare[0])
    for name in _SCRIPTS:
        path = join(project.folder, name)
        if path in files(view, project.folder):
            return _streamlit(view, project, path) or _script(
                view, project.folder, path, (view.evidence(path, _main_line(view, path)),), None
            )
    return _package(view, project)


def _streamlit(view: View, project: Project, path: str) -> Process | None:
    """Return the process of a Streamlit page, which only its own command runs."""
    line = view.find(path, "import streamlit") if view.holds(path, "streamlit") else None
    if line is None:
        return None
    return Process(
        origin="framework",
        path=project.folder,
        role="web",
        language="python",
        runtime="python",
        framework="streamlit",
        server="streamlit",
        command=f"streamlit run {inner(path, project.folder)}",
        listens=True,
        evidence=(view.evidence(path, line),),
    )


def _package(view: View, project: Project) -> Process | None:
    """Return the process of a package that runs as `python -m name`, where the code base has exactly one."""
    found = [p for p in files(view, project.folder) if p.endswith("/__main__.py") and dotted(p, project.folder).count(".") == 1]
    if len(found) != 1:
        return _console_script(view, project)
    name = dotted(found[0], project.folder).removesuffix(".__main__")
    return Process(
        origin="manifest",
        path=project.folder,
        language="python",
        runtime="python",
        command=f"python -m {name}",
        evidence=(view.evidence(found[0]),),
    )


def _console_script(view: View, project: Project) -> Process | None:
    """Return the process of the one console script that an application installs; only an application locks what it runs with."""
    path = join(project.folder, "pyproject.toml")
    document = view.document(path) if any(view.repository.size(join(project.folder, name)) for name in _LOCKS) else None
    for keys in (("project", "scripts"), ("tool", "poetry", "scripts")) if document else ():
        table = document.table(*keys) if document else {}
        name, target = next(iter(table.items()), ("", ""))
        inside = path_of(view, project.folder, str(target).partition(":")[0]) if len(table) == 1 else None
        if inside is not None and document is not None:
            evidence = view.evidence(path, document.line(*keys, name), "start_command")
            return Process(origin="manifest", path=project.folder, language="python", runtime="python", command=name, evidence=(evidence,))
    return None


def _main_line(view: View, path: str) -> int:
    return view.find(path, "__main__") or 1


def _web(view: View, project: Project, app: App, starts: list[Runner]) -> Process:
    own = [r for r in starts if r.guarded and (r.path == app.path or r.path.rpartition("/")[2] in PROGRAMS)]
    evidence = (view.evidence(app.path, app.line),)
    server = _server(project, app)
    runs_itself = own and not own[0].development and server != "gunicorn"
    if runs_itself or (own and server is None):
        return _script(view, project.folder, own[0].path, (*evidence, view.evidence(own[0].path, own[0].line)), own[0], app)
    command = _command(app, server, project.folder)
    return Process(
        origin="framework",
        path=project.folder,
        role="web",
        language="python",
        runtime="python",
        framework=app.framework,
        server=server,
        entrypoint=app.reference,
        command=command,
        listens=True,
        evidence=evidence,
    )


def _server(project: Project, app: App) -> str | None:
    """Return the server that serves this kind of application and is among the dependencies, None without one."""
    order: tuple[str, ...] = (
        ("gunicorn", "uvicorn", "hypercorn", "granian", "daphne") if app.framework in ASGI else ("gunicorn", "waitress", "uwsgi", "granian")
    )
    if app.framework in ("aiohttp", "sanic"):
        order = ("gunicorn",) if app.framework == "aiohttp" else ()
    if app.framework in ASGI and project.requires("uvicorn") and not project.requires("gunicorn"):
        return "uvicorn"
    found = next((name for name in order if project.requires(name)), None)
    if found is None and app.framework == "fastapi" and (one := project.requires("fastapi")) and {"standard", "all"} & set(one.extras):
        return "uvicorn" if app.factory else "fastapi"  # its own command loads objects only
    return found


def _command(app: App, server: str | None, folder: str) -> str:
    reference, file = app.reference, inner(app.path, folder)
    if server == "fastapi":
        return f"fastapi run {file}"
    if server == "gunicorn" and app.framework in ASGI:
        return f"gunicorn -k uvicorn.workers.UvicornWorker {_quoted(reference)}"
    if server == "gunicorn" and app.framework == "aiohttp":
        return f"gunicorn {_quoted(reference)} --worker-class aiohttp.GunicornWebWorker"
    if server in ("gunicorn", "hypercorn", "daphne"):
        return f"{server} {_quoted(reference)}"
    if server == "granian":
        return f"granian --interface {'asgi' if app.framework in ASGI else 'wsgi'} {app.module}:{app.name}"
    if server == "waitress":
        return f"waitress-serve {'--call ' if app.factory else ''}{app.module}:{app.name}"
    if app.framework == "flask":
        return f"flask --app {app.module} run"
    if app.framework == "sanic":
        return f"sanic {app.module}:{app.name}{' --factory' if app.factory else ''}"
    if app.framework in ASGI:
        return f"uvicorn {app.module}:{app.name}{' --factory' if app.factory else ''}"
    if app.framework in WSGI:
        return f"gunicorn {_quoted(reference)}" if server else f"python {file}"
    return f"python {file}"


def _quoted(reference: str) -> str:
    return f"'{reference}'" if "(" in reference else reference


def _script(view: View, folder: str, path: str, evidence: tuple[Evidence, ...], runner: Runner | None, app: App | None = None) -> Process:
    file = inner(path, folder)
    parsed = view.python(path)
    relative = parsed is not None and any(m.startswith(".") for m in parsed.modules)  # runs as part of its package only
    package = dotted(path, folder).removesuffix(".__main__") if file.endswith("/__main__.py") or relative else None
    scheduling = _scheduling(view, path) if not runner else None
    return Process(
        origin="script",
        path=folder,
        role="web" if runner else "scheduler" if scheduling else None,
        language="python",
        runtime="python",
        framework=app.framework if app else runner.framework if runner else scheduling,
        server=runner.server if runner else None,
        entrypoint=app.reference if app else None,
        command=f"python -m {package}" if package else f"python {file}",
        listens=True if runner else None,
        development=bool(runner and runner.development),
        evidence=evidence,
    )


def _scheduling(view: View, path: str) -> str | None:
    """Return the library whose scheduler a program hands itself over to."""
    if view.holds(path, "BlockingScheduler(") and view.holds(path, "apscheduler"):
        return "apscheduler"
    return "schedule" if view.holds(path, "schedule.run_pending(") else None
