"""Detect Render blueprints (render.yaml) and DigitalOcean App Platform specifications: services, workers, schedules, databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ....core.facts import Datastore, Fact, Job, Located, OutOfScope
from ..aside import is_aside
from ..detector import View, entry, folder_of, process, runtime_version
from ..envfacts import given
from ..knowledge.managed import engine_of, version_in
from ..parsers.document import Document
from ..platforms.processes import declared
from ..variables import is_name
from ..view import join

Keys = tuple[str | int, ...]
_VERSIONS = {  # variables that choose the runtime on Render
    "PYTHON_VERSION": "python", "NODE_VERSION": "node", "RUBY_VERSION": "ruby", "GO_VERSION": "go", "ELIXIR_VERSION": "elixir",
    "BUN_VERSION": "bun", "RUSTUP_TOOLCHAIN": "rust",
}  # fmt: skip
_STATIC = "static files served by the platform: no process of the repository runs"


def detect(view: View) -> Iterator[Fact]:
    """Yield the file and everything that it declares."""
    for path in view.named("render.yaml", "render.yml"):
        document = view.document(path) if not is_aside(path) else None
        if document is not None and isinstance(document.data, dict):
            yield entry("iac", folder_of(path), Located(kind="render", path=path))
            yield from _render(view, path, document)
    for path in view.named("*.yaml", "*.yml"):
        document = view.document(path) if _is_specification(view, path) else None
        if document is not None and isinstance(document.data, dict):
            yield entry("iac", folder_of(path), Located(kind="digitalocean-app", path=path))
            yield from _digitalocean(view, path, document)


def _render(view: View, path: str, document: Document) -> Iterator[Fact]:
    base = folder_of(path)
    for index, spec in enumerate(document.items("services")):
        if not isinstance(spec, dict):
            continue
        keys: Keys = ("services", index)
        kind = str(spec.get("type") or "")
        folder = _within(view, base, spec.get("rootDir"))
        if kind in ("redis", "keyvalue"):
            at = (view.evidence(path, document.line(*keys, "type")),)
            yield entry("datastore", base, Datastore(kind="redis", name=str(spec.get("name") or "") or None, evidence=at))
        elif spec.get("env") == "static" or spec.get("runtime") == "static":
            where = folder if view.exists(folder) else base
            at = (view.evidence(path, document.line(*keys, "name")),)
            yield entry("out_of_scope", where, OutOfScope(name=str(spec.get("name") or where), path=where, why=_STATIC, evidence=at))
        else:
            yield from _service(view, path, document, keys, spec, kind, folder)
    for index, spec in enumerate(document.items("databases")):
        if isinstance(spec, dict):
            version = version_in(str(spec.get("postgresMajorVersion") or ""))
            line = document.line("databases", index, "postgresMajorVersion" if version else "name")
            lines = (
                view.evidence(path, line, "version" if version else None),
                view.evidence(path, document.line("databases", index, "name")),
            )
            yield entry("datastore", base, Datastore(kind="postgresql", version=version, evidence=tuple(dict.fromkeys(lines))))


def _within(view: View, base: str, root: object) -> str:
    folder = join(base, str(root).strip("/").removeprefix("./")) if isinstance(root, str) and root.strip("./") else base
    return folder if view.exists(folder) or folder == "." else base


def _service(view: View, path: str, document: Document, keys: Keys, spec: dict[str, Any], kind: str, folder: str) -> Iterator[Fact]:
    command = spec.get("startCommand") or spec.get("dockerCommand")
    key = "startCommand" if spec.get("startCommand") else "dockerCommand"
    health = spec.get("healthCheckPath")
    environment = _variables(view, path, document, keys, spec.get("envVars"), "key")
    port = next(((int(v), line) for n, v, line in environment if n == "PORT" and v and v.isdigit()), None)
    file = join(folder_of(path), str(spec.get("dockerfilePath") or "Dockerfile").removeprefix("./"))
    docker = file if (spec.get("env") == "docker" or spec.get("runtime") == "docker") and view.exists(file) else None
    schedule = spec.get("schedule") if isinstance(spec.get("schedule"), str) else None
    yield process(
        declared(
            view,
            path,
            folder,
            document.line(*keys, "name"),
            name=str(spec.get("name") or "") or None,
            kind=kind,
            command=str(command) if command else None,
            command_line=document.line(*keys, key),
            port=port,
            dockerfile=docker,
            schedule=schedule,
            health=(health, document.line(*keys, "healthCheckPath")) if isinstance(health, str) and health != "/" else None,
            environment={n: v for n, v, _ in environment},
        )
    )
    yield from _jobs(view, path, document, keys, spec, folder)
    yield from _environment(view, path, environment, folder)


def _jobs(view: View, path: str, document: Document, keys: Keys, spec: dict[str, Any], folder: str) -> Iterator[Fact]:
    command = spec.get("startCommand") or spec.get("dockerCommand")
    schedule, before = spec.get("schedule"), spec.get("preDeployCommand")
    if isinstance(schedule, str):
        at = (view.evidence(path, document.line(*keys, "schedule")),)
        name, run = str(spec.get("name") or "cron"), str(command) if command else None
        yield entry("job", folder, Job(name=name, kind="render-cron", schedule=schedule, command=run, evidence=at))
    if isinstance(before, str):
        at = (view.evidence(path, document.line(*keys, "preDeployCommand")),)
        yield entry("job", folder, Job(name="pre-deploy", kind="release", command=before, evidence=at))


def _environment(view: View, path: str, environment: list[tuple[str, str | None, int]], folder: str) -> Iterator[Fact]:
    for name, value, line in environment:
        yield given(folder, name, view.evidence(path, line))
        at_value = (
            next((n for n in (line, line + 1) if value and value in view.lines(path)[n - 1 : n][0]), None) if name in _VERSIONS else None
        )
        if at_value and value:
            yield runtime_version(folder, _VERSIONS[name], "manifest", value, view.evidence(path, at_value), key=name)


def _variables(view: View, path: str, document: Document, keys: Keys, given: object, label: str) -> list[tuple[str, str | None, int]]:
    found = []
    listed = document.items(*keys, "envVars" if label == "key" and isinstance(document.get(*keys, "envVars"), list) else "envs")
    for index, item in enumerate(listed):
        name = item.get("key") if isinstance(item, dict) else None
        if isinstance(name, str) and is_name(name):
            value = item.get("value")
            place = "envVars" if isinstance(document.get(*keys, "envVars"), list) else "envs"
            found.append((name, str(value) if isinstance(value, str | int) else None, document.line(*keys, place, index, "key")))
    return found


def _is_specification(view: View, path: str) -> bool:
    """Say whether a YAML file is an App Platform specification: in `.do`, or at the top of the tree with a size that only these have."""
    if path.endswith((".do/app.yaml", ".do/app.yml")):
        return True
    return (
        path.count("/") < 2 and not is_aside(path) and view.holds(path, "instance_size_slug:") and view.holds(path, "services:", "workers:")
    )


def _digitalocean(view: View, path: str, document: Document) -> Iterator[Fact]:
    base = folder_of(folder_of(path)) if "/.do/" in f"/{path}" else folder_of(path)
    for section, kind in (("services", "web"), ("workers", "worker"), ("jobs", "job")):
        for index, spec in enumerate(document.items(section)):
            if not isinstance(spec, dict):
                continue
            keys: Keys = (section, index)
            folder = _within(view, base, spec.get("source_dir"))
            command, port = spec.get("run_command"), spec.get("http_port")
            health = document.text(*keys, "health_check", "http_path")
            environment = _variables(view, path, document, keys, spec.get("envs"), "key")
            file = join(base, str(spec.get("dockerfile_path") or "").strip("/"))
            yield process(
                declared(
                    view,
                    path,
                    folder,
                    document.line(*keys, "name"),
                    name=str(spec.get("name") or "") or None,
                    kind=kind,
                    command=str(command) if command else None,
                    command_line=document.line(*keys, "run_command"),
                    port=(port, document.line(*keys, "http_port")) if isinstance(port, int) else None,
                    health=(health, document.line(*keys, "health_check", "http_path")) if health and health != "/" else None,
                    dockerfile=file if spec.get("dockerfile_path") and view.exists(file) else None,
                    environment={n: v for n, v, _ in environment},
                )
            )
            for name, _, line in environment:
                yield given(folder, name, view.evidence(path, line))
    for index, spec in enumerate(document.items("databases")):
        engine = engine_of(str(spec.get("engine") or "")) if isinstance(spec, dict) else None
        if engine:
            version = version_in(str(spec.get("version") or ""))
            at = (
                view.evidence(path, document.line("databases", index, "version" if version else "engine"), "version" if version else None),
            )
            yield entry("datastore", base, Datastore(kind=engine, version=version, evidence=at))
