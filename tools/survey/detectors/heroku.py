"""Detect Heroku: app.json with its add-ons and environment, heroku.yml with its processes."""

from __future__ import annotations

from collections.abc import Iterator

from ....core.facts import Datastore, EnvVar, Fact, Job, Located, Named, Queue
from ..aside import is_aside
from ..detector import View, entry, folder_of, process
from ..knowledge.managed import ADDONS, SUPPORT
from ..parsers.document import Document
from ..platforms.processes import declared
from ..variables import is_name, is_secret
from ..view import join


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
