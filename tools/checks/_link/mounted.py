"""List the files of the host that a compose file needs to be there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...yaml12 import Map, as_list, as_map
from .._view.compose import ComposeFile, Service
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
