"""State a code base of a small ecosystem in one go: what its manifest declares, what serves, how it starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...core.facts import Evidence, Fact, Located
from .detector import View, entry, module, process, runtime_version
from .evaluated import UNKNOWN, Value, port_in
from .shapes import Process

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Plain:
    """Be what is known of one code base. `command` None: nothing of it is started. `serves` says that it listens."""

    folder: str
    language: str
    manifest: str
    at: Place
    manager: str | None = None
    name: str | None = None
    lock: str | None = None
    version: tuple[str, Place, str] | None = None  # (value, place, key)
    framework: tuple[str, Place] | None = None
    serves: bool = False
    port: Value = UNKNOWN
    default_port: int | None = None
    command: str | None = None
    start: Place | None = None


def stated(view: View, one: Plain) -> Iterator[Fact]:
    """Yield the module, its versions and its process."""
    evidence = view.evidence(*one.at)
    yield entry("manifest", one.folder, Located(kind=one.language, path=one.manifest))
    yield module(one.folder, "language", one.language, evidence)
    yield module(one.folder, "manifest", one.manifest, evidence, language=one.language)
    if one.manager:
        yield module(one.folder, "package_manager", one.manager, view.evidence(one.lock) if one.lock else evidence, language=one.language)
    if one.name:
        yield module(one.folder, "name", one.name, view.proof(one.manifest, one.name), language=one.language)
    if one.lock:
        yield module(one.folder, "lock_file", one.lock, view.evidence(one.lock), language=one.language)
    if one.version:
        value, place, key = one.version
        yield runtime_version(one.folder, one.language, "manifest", value, view.evidence(*place), key=key)
    if one.command is not None:
        yield from _started(view, one)


def _started(view: View, one: Plain) -> Iterator[Fact]:
    at = view.evidence(*(one.framework[1] if one.framework else one.start or one.at))
    evidence: list[Evidence] = [at, *([view.evidence(*one.start)] if one.start else [])]
    port = port_in(one.port.text) if one.port.at is not None else None
    if port is not None and one.port.at is not None:
        evidence.append(view.evidence(*one.port.at, "port"))
    if one.framework:
        yield module(one.folder, "framework", one.framework[0], at, language=one.language)
        if one.default_port and port is None and not one.port.env:
            yield module(one.folder, "default_port", one.default_port, at, language=one.language)
    web = one.framework is not None or one.serves
    yield process(
        Process(
            origin="framework",
            path=one.folder,
            role="web" if web else None,
            command=one.command,
            language=one.language,
            framework=one.framework[0] if one.framework else None,
            port=port,
            port_env=one.port.port_env,
            listens=web,
            evidence=tuple(dict.fromkeys(evidence)),
        )
    )


def first_match(view: View, paths: tuple[str, ...] | list[str], *marks: str) -> Place | None:
    """Return the first line of the files that holds one of the words, the words in order of preference."""
    for mark in marks:
        for path in paths:
            number = view.find(path, mark) if view.holds(path, mark) else None
            if number:
                return path, number
    return None
