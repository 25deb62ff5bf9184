"""List the files of the host that a compose file needs to be there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import re2

from ...yaml12 import Map, as_list, as_map
from .._view.compose import ComposeFile, Mounted, Service
from .paths import join


@dataclass(frozen=True, slots=True)
class Needed:
    """Be one path that must exist before the compose project starts, and what for."""

    path: str
    why: str
    line: int


def needed_by_compose(file: ComposeFile) -> Iterator[Needed]:
    """Yield bind mount sources, env files, build contexts and Dockerfiles, config and secret files."""
    for service in file.services.values():
        yield from _of_service(file, service)
    for kind in ("configs", "secrets"):
        for name, raw in file.declared(kind).items():
            source = raw.get("file")
            if isinstance(source, str):
                yield from _at(file, source, f"{kind[:-1]} {name}", raw.line_of("file"))


_FILE = re2.compile(r"(?:^|[\s=\"'])(/[\w./-]+\.(?:ya?ml|json|conf|cfg|toml|ini|sh|py|sql|xml|properties|rules))(?:$|[\s\"';&|)])")
_WRITTEN = re2.compile(r"log|out(?:put)?[-_.=]|dump|backup|\btee\b|>|pid")


def named_inside(file: ComposeFile) -> Iterator[tuple[Needed, str]]:
    """Yield the files that a command, entry point or health check names below a mounted folder, with the folder that is mounted."""
    for service in file.services.values():
        health = as_map(service.raw.get("healthcheck"))
        texts = [(key, service.raw.get(key), service.at(key)) for key in ("entrypoint", "command")]
        for key, value, line in [*texts, ("health check", health.get("test"), health.line_of("test") if health else 1)]:
            for word in value if isinstance(value, list) else [value]:
                if not isinstance(word, str) or _WRITTEN.search(word):
                    continue
                for found in _FILE.findall(word):
                    mount = _mount_of(service, str(found))
                    if mount is not None:
                        inside = str(found)[len(mount.target.rstrip("/")) + 1 :]
                        path = join(file.base, f"{mount.source.rstrip('/')}/{inside}")
                        source = join(file.base, mount.source)
                        if path is not None and source is not None:
                            yield Needed(path, f"{found}, which the {key} of {service.name} names", line), source


def _mount_of(service: Service, path: str) -> Mounted | None:
    """Return the bind mount of a folder of the repository that a path of the container lies in, the innermost one."""
    over = [m for m in service.mounts if path == m.target or path.startswith(m.target.rstrip("/") + "/")]
    inner = max(over, key=lambda m: len(m.target), default=None)
    if inner is None or inner.kind != "bind" or "$" in inner.source or not inner.source.startswith(".") or path == inner.target:
        return None
    return inner


def _of_service(file: ComposeFile, service: Service) -> Iterator[Needed]:
    for mount in service.mounts:
        if mount.kind == "bind":
            yield from _at(file, mount.source, f"mounted into {service.name}", mount.line)
    for path, line, required in service.env_files:
        if required:
            yield from _at(file, path, f"env file of {service.name}", line)
    build = service.build
    if build is not None:
        context = build.get("context", ".")
        if isinstance(context, str) and "://" not in context and not context.startswith("git@"):
            yield from _at(file, context, f"build context of {service.name}", build.line_of("context"))
            dockerfile = build.get("dockerfile")
            if isinstance(dockerfile, str):
                yield from _at(file, f"{context.rstrip('/')}/{dockerfile}", f"Dockerfile of {service.name}", build.line_of("dockerfile"))
    extends = as_map(service.raw.get("extends")).get("file")
    if isinstance(extends, str):
        yield from _at(file, extends, f"extended by {service.name}", service.at("extends"))
    yield from _watched(file, service)


def _watched(file: ComposeFile, service: Service) -> Iterator[Needed]:
    for entry in as_list(as_map(service.raw.get("develop")).get("watch")):
        path: Any = entry.get("path") if isinstance(entry, Map) else None
        if isinstance(path, str):
            yield from _at(file, path, f"watched for {service.name}", service.at("develop"))


def _at(file: ComposeFile, text: str, why: str, line: int) -> Iterator[Needed]:
    if "$" in text or not text:
        return
    path = join(file.base, text)
    if path is not None:
        yield Needed(path, why, line)
