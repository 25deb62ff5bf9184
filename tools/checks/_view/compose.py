"""Read a compose file into services, with the files, names and variables that it refers to."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ...yaml12 import Map, as_list, as_map, strings
from .interpolation import Reference, by_default, references


@dataclass(frozen=True, slots=True)
class Port:
    """Be one published port; `host` is empty when it is published on every address, `published` is null when the engine chooses."""

    target: str
    published: str | None
    host: str
    line: int
    protocol: str = "tcp"

    @property
    def local(self) -> bool:
        """Say whether it is published on a loopback address only, by itself or by the default of its variable."""
        host = by_default(self.host) or by_default(self.published or "").rpartition(":")[0]
        return host.startswith("127.") or host in ("::1", "[::1]", "localhost")


@dataclass(frozen=True, slots=True)
class Mounted:
    """Be one mount: `kind` bind, volume or tmpfs."""

    kind: str
    source: str
    target: str
    read_only: bool
    line: int


@dataclass(frozen=True)
class Service:
    """Be one service as declared."""

    name: str
    raw: Map
    line: int

    def text(self, key: str) -> str | None:
        """Return a scalar value as text, or null."""
        value = self.raw.get(key)
        return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None

    def at(self, key: str) -> int:
        """Return the line of a key."""
        return self.raw.line_of(key)

    @property
    def image(self) -> str | None:
        """Return the image reference as written."""
        return self.text("image")

    @cached_property
    def build(self) -> Map | None:
        """Return the build mapping (`build: .` as one with a context), or null."""
        value = self.raw.get("build")
        if isinstance(value, str):
            made = Map(self.at("build"))
            made["context"] = value
            return made
        return value if isinstance(value, Map) else None

    @cached_property
    def environment(self) -> dict[str, tuple[str | None, int]]:
        """Return environment variables with value (null: taken from the shell) and line."""
        value = self.raw.get("environment")
        if isinstance(value, Map):
            return {k: (None if v is None else _text(v), value.line_of(k)) for k, v in value.items()}
        found: dict[str, tuple[str | None, int]] = {}
        for item, line in _items(value):
            name, equals, rest = str(item).partition("=")
            found[name] = (rest if equals else None, line)
        return found

    @cached_property
    def env_files(self) -> tuple[tuple[str, int, bool], ...]:
        """Return env files with line and whether they are required."""
        found = []
        for item, line in _items(self.raw.get("env_file"), self.at("env_file")):
            if isinstance(item, Map):
                found.append((str(item.get("path", "")), line, item.get("required") is not False))
            elif isinstance(item, str):
                found.append((item, line, True))
        return tuple(found)

    @cached_property
    def ports(self) -> tuple[Port, ...]:
        """Return the published ports."""
        return tuple(_port(item, line) for item, line in _items(self.raw.get("ports")) if item is not None)

    @cached_property
    def mounts(self) -> tuple[Mounted, ...]:
        """Return volumes, binds and tmpfs mounts."""
        found = [_mount(item, line) for item, line in _items(self.raw.get("volumes"))]
        tmpfs = [
            Mounted("tmpfs", "", str(item).partition(":")[0], False, line) for item, line in _items(self.raw.get("tmpfs"), self.at("tmpfs"))
        ]
        return (*[m for m in found if m is not None], *tmpfs)

    def names(self, key: str) -> tuple[tuple[str, int], ...]:
        """Return the names listed under networks, depends_on, configs, secrets, profiles (list or mapping form)."""
        value = self.raw.get(key)
        if isinstance(value, Map):
            return tuple((k, value.line_of(k)) for k in value)
        found = []
        for item, line in _items(value, self.at(key)):
            name = item.get("source") if isinstance(item, Map) else item
            if isinstance(name, str | int):
                found.append((str(name), line))
        return tuple(found)

    @cached_property
    def command_text(self) -> str:
        """Return entrypoint and command as one line of text."""
        parts: list[str] = []
        for key in ("entrypoint", "command"):
            value = self.raw.get(key)
            parts += [str(p) for p in value] if isinstance(value, list) else [value] if isinstance(value, str) else []
        return " ".join(parts)

    @cached_property
    def aliases(self) -> frozenset[str]:
        """Return the DNS names under which other services reach it."""
        found = {self.name}
        for key in ("container_name", "hostname"):
            if (name := self.text(key)) is not None:
                found.add(name)
        for network in as_map(self.raw.get("networks")).values():
            found |= {str(a) for a in as_list(as_map(network).get("aliases"))}
        return frozenset(found)

    def deployed(self, *path: str) -> Any:
        """Return a value below `deploy`."""
        value: Any = self.raw.get("deploy")
        for key in path:
            value = as_map(value).get(key)
        return value


@dataclass(frozen=True)
class ComposeFile:
    """Be one compose file; `base` is the folder (relative to the repository) against which its paths are read."""

    path: str
    base: str
    raw: Map
    _cache: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def services(self) -> dict[str, Service]:
        """Return the services by name."""
        raw = as_map(self.raw.get("services"))
        return {name: Service(name, as_map(value), raw.line_of(name)) for name, value in raw.items()}

    def declared(self, kind: str) -> dict[str, Map]:
        """Return the top-level networks, volumes, secrets or configs by name."""
        raw = as_map(self.raw.get(kind))
        return {name: as_map(value) for name, value in raw.items()}

    def line_of(self, kind: str, name: str) -> int:
        """Return the line of a top-level object."""
        return as_map(self.raw.get(kind)).line_of(name)

    @cached_property
    def variables(self) -> tuple[Reference, ...]:
        """Return the variables that compose interpolates, with line and operator."""
        return tuple(r for text, line in strings(self.raw) for r in references(text, line))

    @property
    def project(self) -> str | None:
        """Return the project name, when the file states one."""
        name = self.raw.get("name")
        return name if isinstance(name, str) else None

    def resolve(self, path: str) -> str:
        """Return a path of the file relative to the repository (absolute ones as they are)."""
        return path if path.startswith(("/", "~", "$")) else posixpath.normpath(posixpath.join(self.base, path))


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _items(value: Any, line: int = 1) -> list[tuple[Any, int]]:
    if isinstance(value, list):
        lines = getattr(value, "lines", None) or [line] * len(value)
        return list(zip(value, lines, strict=False))
    return [] if value is None else [(value, getattr(value, "line", line))]


def _port(item: Any, line: int) -> Port:
    if isinstance(item, Map):
        published = item.get("published")
        return Port(
            str(item.get("target", "")),
            None if published is None else str(published),
            str(item.get("host_ip", "")),
            line,
            str(item.get("protocol", "tcp")),
        )
    text, _, protocol = str(item).partition("/")
    head, _, target = _rsplit(text)
    host, _, published = _rsplit(head)
    return Port(target, published or None, host, line, protocol or "tcp")


def _rsplit(text: str) -> tuple[str, str, str]:
    """Split at the last colon that stands outside `${…}` and `[…]`."""
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        if text[at] in "}]":
            depth += 1
        elif text[at] in "{[":
            depth -= 1
        elif text[at] == ":" and depth == 0:
            return text[:at], ":", text[at + 1 :]
    return "", "", text


def _mount(item: Any, line: int) -> Mounted | None:
    if isinstance(item, Map):
        return Mounted(
            str(item.get("type", "volume")), str(item.get("source", "")), str(item.get("target", "")), item.get("read_only") is True, line
        )
    if not isinstance(item, str):
        return None
    head, colon, last = _rsplit(item)
    if not colon:
        return Mounted("volume", "", item, False, line)
    options = ""
    if not last.startswith("/") and not last.startswith("$"):
        options = last
        head, colon, last = _rsplit(head)
    kind = "bind" if head.startswith((".", "/", "~", "$")) else "volume"
    return Mounted(kind, head, last, "ro" in options.split(","), line)
