"""Detect Heroku and its kin: app.json add-ons and environment, heroku.yml, Railway, Nixpacks, App Engine, App Runner, Copilot, CapRover."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Datastore, EnvVar, Fact, Job, Located, Named, Queue
from ..aside import is_aside
from ..detector import View, entry, folder_of, process, runtime_version
from ..knowledge.managed import ADDONS, SUPPORT
from ..parsers.document import Document
from ..platforms.processes import declared
from ..variables import is_name, is_secret
from ..view import join

_ENGINE = {"python": "python", "nodejs": "node", "go": "go", "java": "java", "ruby": "ruby", "php": "php", "dotnet": "dotnet"}


def detect(view: View) -> Iterator[Fact]:
    """Yield each file with what it declares."""
    for path in view.named("app.json"):
        document = view.document(path) if not is_aside(path) else None
        if document is not None and isinstance(document.data, dict) and not document.get("expo") and _is_heroku(document):
            yield entry("iac", folder_of(path), Located(kind="heroku", path=path))
            yield from _app_json(view, path, document)
    for path in view.named("heroku.yml", "heroku.yaml"):
        document = view.document(path)
        if document is not None and isinstance(document.data, dict):
            yield entry("iac", folder_of(path), Located(kind="heroku", path=path))
            yield from _heroku_yml(view, path, document)
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
    for path in view.named("app.yaml", "app.yml"):
        document = view.document(path) if "/.do/" not in f"/{path}" and not is_aside(path) else None
        if document is not None and isinstance(document.data, dict) and document.text("runtime"):
            yield entry("iac", folder_of(path), Located(kind="app-engine", path=path))
            yield from _app_engine(view, path, document)
    for path in view.named("apprunner.yaml"):
        document = view.document(path)
        if document is not None:
            yield entry("iac", folder_of(path), Located(kind="app-runner", path=path))
            command, port = document.text("run", "command"), document.get("run", "network", "port")
            yield process(
                declared(
                    view,
                    path,
                    folder_of(path),
                    document.line("run"),
                    kind="web",
                    command=command,
                    command_line=document.line("run", "command"),
                    port=(port, document.line("run", "network", "port")) if isinstance(port, int) else None,
                )
            )


def _is_heroku(document: Document) -> bool:
    return any(k in document.data for k in ("addons", "buildpacks", "formation", "env", "scripts", "stack", "image", "environments"))


def _app_json(view: View, path: str, document: Document) -> Iterator[Fact]:
    folder = folder_of(path)
    for index, addon in enumerate(document.items("addons")):
        plan = addon.get("plan") if isinstance(addon, dict) else addon
        name = plan.partition(":")[0] if isinstance(plan, str) else ""
        at = view.evidence(path, document.line("addons", index))
        kind = ADDONS.get(name)
        if kind in ("kafka", "rabbitmq"):
            yield entry("queue", folder, Queue(kind=kind, backend=kind, evidence=(at,)))
        elif kind:
            yield entry("datastore", folder, Datastore(kind=kind, evidence=(at,)), "high")
        elif name in SUPPORT:
            yield entry("integration", folder, Named(kind=SUPPORT[name], evidence=(at,)))
    for name, value in document.table("env").items():
        if is_name(name):
            text = value.get("value") if isinstance(value, dict) else value
            secret = is_secret(name) or (isinstance(value, dict) and value.get("generator") == "secret")
            example = str(text) if isinstance(text, str) and text and not secret else None
            at = view.evidence(path, document.line("env", name))
            yield entry("env", folder, EnvVar(name=name, secret=secret, example=example, read_by_code=False, evidence=(at,)), "medium")
    post = document.text("scripts", "postdeploy")
    if post:
        at = view.evidence(path, document.line("scripts", "postdeploy"))
        yield entry("job", folder, Job(name="postdeploy", kind="release", command=post, evidence=(at,)))


def _heroku_yml(view: View, path: str, document: Document) -> Iterator[Fact]:
    folder = folder_of(path)
    for name, command in document.table("run").items():
        text = command.get("command") if isinstance(command, dict) else command
        text = " ".join(str(w) for w in text) if isinstance(text, list) else text
        if isinstance(text, str):
            line = document.line("run", name)
            yield process(
                declared(view, path, folder, line, name=None if name == "web" else name, kind=name, command=text, command_line=line)
            )
    for name, file in document.table("build", "docker").items():
        dockerfile = join(folder, file) if isinstance(file, str) else None
        if dockerfile and view.exists(dockerfile) and not document.get("run", name):
            line = document.line("build", "docker", name)
            yield process(declared(view, path, folder, line, name=None if name == "web" else name, kind=name, dockerfile=dockerfile))
    release = document.text("release", "command") or " ".join(str(w) for w in document.items("release", "command"))
    if release:
        at = view.evidence(path, document.line("release", "command"))
        yield entry("job", folder, Job(name="release", kind="release", command=release, evidence=(at,)))
    for index, addon in enumerate(document.items("setup", "addons")):
        plan = addon.get("plan") if isinstance(addon, dict) else None
        kind = ADDONS.get(plan.partition(":")[0]) if isinstance(plan, str) else None
        if kind and kind not in ("kafka", "rabbitmq"):
            at = view.evidence(path, document.line("setup", "addons", index, "plan"))
            yield entry("datastore", folder, Datastore(kind=kind, evidence=(at,)), "high")


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


def _app_engine(view: View, path: str, document: Document) -> Iterator[Fact]:
    folder, runtime = folder_of(path), document.text("runtime") or ""
    name, digits = runtime.rstrip("0123456789."), runtime[len(runtime.rstrip("0123456789.")) :]
    if name in _ENGINE and digits:
        version = f"{digits[0]}.{digits[1:]}" if name in ("python", "php") and len(digits) > 1 and "." not in digits else digits
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
        yield entry("env", folder, EnvVar(name=name, secret=is_secret(name), read_by_code=False, evidence=(at,)), "medium")
    for file in view.named("cron.yaml"):
        cron = view.document(file) if folder_of(file) == folder else None
        for index, job in enumerate(cron.items("cron")) if cron is not None else ():
            when = job.get("schedule") if isinstance(job, dict) else None
            if isinstance(when, str) and cron is not None:
                at = view.evidence(file, cron.line("cron", index, "schedule"))
                yield entry("job", folder, Job(name=str(job.get("url") or "cron"), kind="app-engine-cron", schedule=when, evidence=(at,)))
