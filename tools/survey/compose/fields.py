"""Read the fields of one compose service: build, command, ports, environment, health check, volumes."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any

from ..containers import joined
from ..parsers.substitution import substitute
from ..view import join
from .model import Entry

_DEBUG_PORTS = {9229, 5678, 5005, 2345, 4000, 40000, 35729, 24678}


@dataclass(frozen=True, slots=True)
class BuildSpec:
    """Be a `build:` entry with paths from the repository's root."""

    context: str
    dockerfile: str
    target: str | None
    args: dict[str, str | None]


def build_spec(entry: Entry) -> BuildSpec | None:
    """Return how the service is built, None for an image of elsewhere or a context outside the repository."""
    build = entry.spec.get("build")
    if build is None:
        return None
    table = build if isinstance(build, dict) else {"context": build}
    context = entry.path(substitute(str(table.get("context") or "."), {}))
    if context is None:
        return None
    dockerfile = join(context, substitute(str(table.get("dockerfile") or "Dockerfile"), {}).removeprefix("./"))
    if table.get("dockerfile") and str(table["dockerfile"]).startswith("../"):
        import posixpath

        dockerfile = posixpath.normpath(join(context, str(table["dockerfile"])))
    target = table.get("target")
    return BuildSpec(context, dockerfile, substitute(str(target), {}) if target else None, mapping(table.get("args")))


def words_of(value: Any) -> tuple[str, ...]:
    """Return a `command:` or `entrypoint:` as words, empty for none."""
    if isinstance(value, list):
        return tuple(substitute(str(v), {}) for v in value)
    if isinstance(value, str):
        try:
            return tuple(shlex.split(substitute(value, {})))
        except ValueError:
            return tuple(value.split())
    return ()


def line_of_words(value: Any) -> str:
    """Return a `command:` or `entrypoint:` as one command line; a string stays as written."""
    if isinstance(value, str):
        text = " ".join(substitute(value, {}).split())
        words = words_of(value)
        return joined(list(words)) if len(words) >= 3 and words[1] in ("-c", "-lc") else text
    return joined(list(words_of(value)))


def mapping(value: Any) -> dict[str, str | None]:
    """Return `environment:`, `args:` or `labels:` as a mapping, whichever of the two forms it has."""
    if isinstance(value, dict):
        return {str(k): None if v is None else _scalar(v) for k, v in value.items()}
    found: dict[str, str | None] = {}
    for one in value if isinstance(value, list) else ():
        name, equals, text = str(one).partition("=")
        found[name.strip()] = text if equals else None
    return found


def _scalar(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def container_ports(entry: Entry) -> list[tuple[int, int]]:
    """Return (container port, line) of `ports:` and `expose:`, debugger ports and ranges left out, in order."""
    found: list[tuple[int, int]] = []
    for key in ("ports", "expose"):
        for index, one in enumerate(entry.spec.get(key) or () if isinstance(entry.spec.get(key), list) else ()):
            port = _container_port(one)
            if port and port not in _DEBUG_PORTS | {p for p, _ in found}:
                found.append((port, entry.line(key, index)))
    return found


def _container_port(one: Any) -> int | None:
    if isinstance(one, dict):
        text = substitute(str(one.get("target") or ""), {})
        if str(one.get("protocol") or "tcp") != "tcp":
            return None
    else:
        body, _, protocol = substitute(str(one), {}).partition("/")
        if protocol not in ("", "tcp"):
            return None
        text = body.rpartition(":")[2]
    return int(text) if text.isdigit() and 0 < int(text) < 65536 else None


def healthcheck(entry: Entry) -> str | None:
    """Return the command of the health check as one line, None without one."""
    test = entry.spec.get("healthcheck")
    command = test.get("test") if isinstance(test, dict) and not test.get("disable") else None
    if isinstance(command, list):
        words = [str(w) for w in command]
        line = None if words[:1] == ["NONE"] else " ".join(words[1:] if words[:1] in (["CMD"], ["CMD-SHELL"]) else words)
        return substitute(line, {}) if line else None
    return substitute(command, {}) if isinstance(command, str) else None


def health_line(entry: Entry, word: str, lines: list[str]) -> int:
    """Return the line of the health check that holds the word."""
    start = entry.line("healthcheck", "test")
    return next((n for n in range(start, min(start + 12, len(lines)) + 1) if word in lines[n - 1]), start)


def names(value: Any) -> tuple[str, ...]:
    """Return `depends_on:`, `profiles:` or `env_file:` as names, whichever of their forms they have."""
    if isinstance(value, dict):
        return tuple(str(k) for k in value)
    if isinstance(value, list):
        return tuple(str(v.get("path") if isinstance(v, dict) else v) for v in value)
    return (str(value),) if isinstance(value, str) else ()


def volumes(entry: Entry) -> tuple[str, ...]:
    """Return `volumes:` in their short form."""
    listed = entry.spec.get("volumes")
    return tuple(_short(one) for one in listed) if isinstance(listed, list) else ()


def _short(volume: Any) -> str:
    return f"{volume.get('source', '')}:{volume.get('target', '')}" if isinstance(volume, dict) else str(volume)
