"""Find compose files, say what each is for, and give their services with `extends` put in."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ..parsers.document import Document
from ..parsers.substitution import substitute
from ..view import View, folder_of, join

Purpose = Literal["base", "production", "development"]
_PRODUCTION = {
    "prod", "production", "deploy", "deployment", "release", "live", "stack", "swarm", "images", "server", "staging", "full", "all",
}  # fmt: skip
_DEVELOPMENT = {
    "override", "dev", "devel", "develop", "development", "local", "debug", "test", "tests", "testing", "ci", "e2e", "watch",
    "devcontainer", "contrib",
    "bench", "benchmark", "example", "examples", "docs", "playwright", "cypress",
    "integration", "sandbox", "demo", "quickstart", "fixtures",
    "testdata",
}  # fmt: skip
_TESTS = {"test", "tests", "testing", "e2e", "playwright", "cypress", "testdata", "fixtures"}
_DEPLOYED = {".docker", ".deploy", ".deployment", ".infra", ".platform", "."}  # hidden folders that hold what is deployed
_MAX_EXTENDS = 5
_FILLED = ("image", "build", "ports", "expose", "command", "entrypoint", "healthcheck", "profiles")


@dataclass(frozen=True, slots=True)
class Entry:
    """Be one service of one compose file, `extends` put in: `spec` plain data, `document` for the lines of what is written here."""

    name: str
    file: str
    purpose: Purpose
    spec: dict[str, Any]
    document: Document

    def line(self, *path: str | int) -> int:
        """Return the line of a key of the service in its own file."""
        return self.document.line("services", self.name, *path)

    def text(self, key: str) -> str | None:
        """Return a scalar of the service, variables with defaults put in."""
        value = self.spec.get(key)
        return substitute(str(value), {}) if isinstance(value, str | int) and not isinstance(value, bool) else None

    def folder(self) -> str:
        """Return the folder that relative paths of this service start from."""
        return folder_of(self.file)

    def path(self, relative: str) -> str | None:
        """Return a path written in the file relative to the repository's root; None where it leaves the repository."""
        clean = posixpath.normpath(join(self.folder(), relative.removeprefix("./") or "."))
        return None if clean.startswith(("..", "/")) or "://" in relative or "$" in clean else clean


@dataclass(frozen=True, slots=True)
class ComposeFile:
    """Be one compose (or Swarm stack) file."""

    path: str
    purpose: Purpose
    kind: Literal["compose", "swarm"]
    entries: tuple[Entry, ...]


def compose_files(view: View) -> tuple[ComposeFile, ...]:
    """Return every compose file of the tree, those that another one includes too, sorted by path; made once per tree."""
    return view.kept("compose_files", lambda: tuple(_read(view)))


def _read(view: View) -> Iterator[ComposeFile]:
    pending = view.named(
        "compose*.y*ml",
        "docker-compose*.y*ml",
        "*docker-compose.y*ml",
        "docker-stack*.y*ml",
        "stack.y*ml",
        "*.compose.y*ml",
        "compose-*.y*ml",
    )
    pending += [p for p in view.suffixed(".yml", ".yaml") if p not in pending and _in_folder(view, p)]
    seen: dict[str, ComposeFile] = {}
    while pending:
        path = pending.pop(0)
        document = view.document(path) if path not in seen else None
        services = document.get("services") if document else None
        if document is None or not isinstance(services, dict) or not services:
            continue
        purpose = purpose_of(path)
        values = {name: value for name, (value, _) in written(view, path).items()}
        entries = tuple(
            Entry(name, path, purpose, _filled(_extended(view, path, document, spec, 0), values), document)
            for name, spec in services.items()
            if isinstance(spec, dict)
        )
        swarm = "stack" in path.rpartition("/")[2].lower() or any(_swarm(e.spec) for e in entries)
        seen[path] = ComposeFile(path, purpose, "swarm" if swarm else "compose", entries)
        pending.extend(_included(view, path, document))
    yield from (seen[p] for p in sorted(seen))


def _in_folder(view: View, path: str) -> bool:
    """Say whether a file of a folder of compose files is one, whatever its name: every service has an image or a build."""
    if folder_of(path).rpartition("/")[2] not in ("compose", "docker-compose", "dockercompose"):
        return False
    document = view.document(path)
    services = document.get("services") if document is not None else None
    return (
        isinstance(services, dict)
        and bool(services)
        and all(isinstance(s, dict) and {"image", "build"} & s.keys() for s in services.values())
    )


def written(view: View, path: str) -> dict[str, tuple[str, int]]:
    """Return {name: (value, line)} of the `.env` beside a compose file, which compose itself reads; secrets are left out."""
    file = join(folder_of(path), ".env")
    found: dict[str, tuple[str, int]] = {}
    for one in view.dotenv(file) if view.repository.size(file) else ():
        if not one.commented and one.value and "[REDACTED" not in one.value:
            known = {name: value for name, (value, _) in found.items()}
            found[one.name] = (substitute(one.value, known), one.line)
    return found


def _filled(spec: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
    """Return a service with the values of `.env` put into what says how it is built, started and reached."""
    return {key: _put(value, values) if key in _FILLED else value for key, value in spec.items()} if values else spec


def _put(value: Any, values: dict[str, str]) -> Any:
    if isinstance(value, str):
        return substitute(value, values)
    if isinstance(value, list):
        return [_put(v, values) for v in value]
    return {k: _put(v, values) for k, v in value.items()} if isinstance(value, dict) else value


def _swarm(spec: dict[str, Any]) -> bool:
    deploy = spec.get("deploy")
    return isinstance(deploy, dict) and any(k in deploy for k in ("placement", "update_config", "rollback_config", "endpoint_mode"))


def _included(view: View, path: str, document: Document) -> list[str]:
    found: list[str] = []
    for one in document.items("include"):
        names = one.get("path") if isinstance(one, dict) else one
        for name in names if isinstance(names, list) else [names]:
            if isinstance(name, str):
                clean = posixpath.normpath(join(folder_of(path), name))
                if view.exists(clean):
                    found.append(clean)
    return found


def _extended(view: View, path: str, document: Document, spec: dict[str, Any], depth: int) -> dict[str, Any]:
    """Return a service with what it extends underneath; mappings are merged, everything else is replaced."""
    extends = spec.get("extends")
    if extends is None or depth > _MAX_EXTENDS:
        return spec
    name = extends.get("service") if isinstance(extends, dict) else extends
    file = extends.get("file") if isinstance(extends, dict) else None
    where = posixpath.normpath(join(folder_of(path), file)) if isinstance(file, str) else path
    other = document if where == path else view.document(where)
    base = other.get("services", name) if other and isinstance(name, str) else None
    if other is None or not isinstance(base, dict) or base is spec:
        return spec
    below = _moved(_extended(view, where, other, base, depth + 1), folder_of(where), folder_of(path))
    merged = dict(below)
    for key, value in spec.items():
        old = merged.get(key)
        merged[key] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    merged.pop("extends", None)
    return merged


def _moved(spec: dict[str, Any], origin: str, to: str) -> dict[str, Any]:
    """Return a service of another folder's file with the paths of its build and settings as the file in `to` would write them."""
    build, files = spec.get("build"), spec.get("env_file")
    if origin == to:
        return spec
    moved = dict(spec)
    if isinstance(build, str):
        moved["build"] = _relative(build, origin, to)
    elif isinstance(build, dict) and isinstance(build.get("context", "."), str):
        moved["build"] = {**build, "context": _relative(str(build.get("context", ".")), origin, to)}
    if isinstance(files, str):
        moved["env_file"] = _relative(files, origin, to)
    elif isinstance(files, list):
        moved["env_file"] = [_relative(f, origin, to) if isinstance(f, str) else f for f in files]
    return moved


def _relative(path: str, origin: str, to: str) -> str:
    if path.startswith(("/", "~", "$")) or "://" in path:
        return path
    return posixpath.relpath(posixpath.join(origin, path), to)


def is_test_bed(path: str) -> bool:
    """Say whether a compose file only starts what tests talk to, by the words of its path."""
    return bool(_TESTS & set(path.lower().replace("/", " ").replace(".", " ").replace("-", " ").replace("_", " ").split()))


def purpose_of(path: str) -> Purpose:
    """Return what a compose file is for, by the words of its name; folders of tests, examples and editors are development."""
    folder, _, name = path.lower().rpartition("/")
    words = set(name.replace(".", " ").replace("-", " ").replace("_", " ").split())
    above = set(folder.replace("/", " ").replace(".", " ").split())
    above |= {part.partition("-")[0] for part in folder.split("/") if part.startswith(("dev-", "test-", "tests-", "e2e-"))}
    hidden = any(part.startswith(".") and part not in _DEPLOYED for part in folder.split("/"))
    if hidden or words & _DEVELOPMENT or above & (_DEVELOPMENT - {"docs", "demo", "sandbox", "local"}):
        return "development"
    return "production" if words & _PRODUCTION else "base"
