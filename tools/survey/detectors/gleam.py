"""Detect Gleam projects: compiler requirement, packages, Wisp and Mist servers, the exported program."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ....core.facts import Datastore, Fact
from ..codebase import homes, program_files
from ..detector import View, entry, library
from ..envfacts import Read, variables
from ..evaluated import UNKNOWN, Value
from ..plain import Plain, first_match, stated
from ..view import join

_PORT = re2.compile(r"mist\.port\(\s*(\d+)\s*\)|\|>\s*mist\.port\(\s*(\d+)")
_ENV = re2.compile(r'envoy\.get\("(\w+)"\)|os\.get_env\("(\w+)"\)|get_env\("(\w+)"\)')
_STORES = {"pog": "postgresql", "gleam_pgo": "postgresql", "sqlight": "sqlite", "radish": "redis", "valkyrie": "valkey", "mungo": "mongodb"}


def detect(view: View) -> Iterator[Fact]:
    """Yield what every gleam.toml declares and what its program serves and reads."""
    known = homes(view, "gleam", "gleam.toml")
    for folder, (path, *_) in known.items():
        document = view.document(path)
        name = document.text("name") if document else None
        if document is None or not name:
            continue
        sources = program_files(view, folder, known, "gleam", ".gleam")
        main = join(folder, f"src/{name}.gleam")
        starts = (main, view.find(main, "pub fn main") or 1) if view.holds(main, "pub fn main") else None
        framework = next((w for w in ("wisp", "mist") if document.get("dependencies", w)), None)
        loaded = first_match(view, sources, f"import {framework}") if framework else None
        wanted, lock = document.text("gleam"), join(folder, "manifest.toml")
        yield from stated(
            view,
            Plain(
                folder=folder,
                language="gleam",
                manifest=path,
                at=(path, document.line("name")),
                manager="gleam",
                name=name,
                lock=lock if view.repository.real(lock) else None,
                version=(wanted, (path, document.line("gleam")), "gleam") if wanted else None,
                framework=(framework, loaded) if framework and loaded else None,
                port=_port(view, sources),
                command="./build/erlang-shipment/entrypoint.sh run" if starts else None,
                start=starts,
            ),
        )
        for key, development in (("dependencies", False), ("dev-dependencies", True)):
            for package, value in document.table(key).items():
                at = view.evidence(path, document.line(key, package))
                yield library(folder, package, value if isinstance(value, str) else "", at, development=development)
                if package in _STORES and not development:
                    yield entry("datastore", folder, Datastore(kind=_STORES[package], drivers=(package,), evidence=(at,)), "high")
        yield from variables(view, folder, _reads(view, sources))


def _port(view: View, sources: tuple[str, ...]) -> Value:
    for path in sources:
        for number, line in enumerate(view.lines(path), 1) if view.holds(path, "mist.port") else ():
            match = _PORT.search(line)
            if match is not None:
                return Value(match.group(1) or match.group(2), (path, number))
    return UNKNOWN


def _reads(view: View, sources: tuple[str, ...]) -> Iterator[Read]:
    for path in sources:
        for number, line in enumerate(view.lines(path), 1) if view.holds(path, "get_env(", "envoy.get") else ():
            for match in _ENV.finditer(line):
                yield Read(next(g for g in match.groups() if g), (path, number))
