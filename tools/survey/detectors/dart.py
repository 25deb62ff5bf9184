"""Detect Dart server projects: SDK constraint, packages, shelf, Dart Frog and Serverpod; Flutter applications are out of scope."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ....core.facts import Datastore, Evidence, Fact, OutOfScope
from ..codebase import homes, inner, program_files
from ..detector import View, entry, library
from ..envfacts import Read, variables
from ..evaluated import UNKNOWN, Value
from ..plain import Plain, first_match, stated
from ..view import join

_FRAMEWORKS = {
    "dart_frog": ("dart_frog", 8080), "serverpod": ("serverpod", 8080), "conduit": ("conduit", 8888), "angel3_framework": ("angel3", 3000),
    "alfred": ("alfred", 3000), "shelf": ("shelf", None), "grpc": ("grpc", None),
}  # fmt: skip
_STORES = {
    "postgres": "postgresql",
    "mysql1": "mysql",
    "mysql_client": "mysql",
    "mongo_dart": "mongodb",
    "redis": "redis",
    "sqlite3": "sqlite",
}
_ENV = re2.compile(r"""Platform\.environment\[['"](\w+)['"]\](!?)(?:\s*\?\?\s*['"]?([^'")\s;]+))?""")
_BIND = re2.compile(r"(?:\bserve\(|HttpServer\.bind\(|\.listen\(|\bport\s*=)\s*(.+)$")
_NUMBER = re2.compile(r"\b(\d{2,5})\b")


def detect(view: View) -> Iterator[Fact]:
    """Yield what every pubspec.yaml declares and what its server programs read."""
    known = homes(view, "dart", "pubspec.yaml")
    for folder, (path, *_) in known.items():
        document = view.document(path)
        name = document.text("name") if document else None
        if document is None or not name:
            continue
        if document.get("dependencies", "flutter") or document.get("flutter"):
            yield _flutter(view, folder, name, (view.evidence(path, document.line("dependencies", "flutter")),))
            continue
        sources = program_files(view, folder, known, "dart", ".dart")
        main = next((p for p in (join(folder, n) for n in ("bin/server.dart", "bin/main.dart", f"bin/{name}.dart")) if p in sources), None)
        main = main or next((p for p in sources if inner(p, folder).startswith("bin/")), None)
        framework = next((f for f in _FRAMEWORKS if document.get("dependencies", f)), None)
        loaded = first_match(view, sources, f"package:{framework}/") if framework else None
        wanted, lock = document.text("environment", "sdk"), join(folder, "pubspec.lock")
        command = f"dart run {inner(main, folder)}" if main else None
        command = "dart_frog build && dart build/bin/server.dart" if framework == "dart_frog" else command
        yield from stated(
            view,
            Plain(
                folder=folder,
                language="dart",
                manifest=path,
                at=(path, document.line("name")),
                manager="pub",
                name=name,
                lock=lock if view.repository.real(lock) else None,
                version=(wanted, (path, document.line("environment", "sdk")), "environment.sdk") if wanted else None,
                framework=(_FRAMEWORKS[framework][0], loaded) if framework and loaded else None,
                serves=first_match(view, sources, "HttpServer.bind") is not None,
                port=_port(view, sources),
                default_port=_FRAMEWORKS[framework][1] if framework else None,
                command=command if main or framework == "dart_frog" else None,
                start=(main, view.find(main, "main(") or 1) if main else None,
            ),
        )
        for package, value in document.table("dependencies").items():
            at_line = view.evidence(path, document.line("dependencies", package))
            yield library(folder, package, value if isinstance(value, str) else "", at_line)
            if package in _STORES:
                yield entry("datastore", folder, Datastore(kind=_STORES[package], drivers=(package,), evidence=(at_line,)), "high")
        yield from variables(view, folder, _reads(view, sources))


def _flutter(view: View, folder: str, name: str, at: tuple[Evidence, ...]) -> Fact:
    why = "an application for phones, desktops or browsers: no process of it runs on a server"
    return entry("out_of_scope", folder, OutOfScope(name=name, path=folder, language="dart", framework="flutter", why=why, evidence=at))


def _port(view: View, sources: tuple[str, ...]) -> Value:
    """Return the port of the first call that binds one: a number, or the fallback of a variable named after it."""
    for path in sources:
        if not view.holds(path, "serve(", "HttpServer.bind", ".listen("):
            continue
        for number, line in enumerate(view.lines(path), 1):
            match = _BIND.search(line) if not line.lstrip().startswith("//") else None
            if match is None:
                continue
            read = _ENV.search(match.group(1))
            plain = _NUMBER.search(match.group(1))
            if read is not None:
                return Value(read.group(3), (path, number) if read.group(3) else None, (read.group(1),))
            if plain is not None:
                return Value(plain.group(1), (path, number))
    return UNKNOWN


def _reads(view: View, sources: tuple[str, ...]) -> Iterator[Read]:
    for path in sources:
        for number, line in enumerate(view.lines(path), 1) if view.holds(path, "Platform.environment") else ():
            for match in _ENV.finditer(line):
                name, needed, default = match.groups()
                yield Read(name, (path, number), default, (path, number) if default else None, bool(needed))
