"""Detect Crystal projects: shards, targets, Kemal, Lucky, Amber and Athena servers."""

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

_FRAMEWORKS = {
    "kemal": ("kemal", 3000), "lucky": ("lucky", 3000), "amber": ("amber", 3000), "athena": ("athena", 3000), "grip": ("grip", 4004),
    "spider-gazelle": ("spider-gazelle", 3000), "marten": ("marten", 8000),
}  # fmt: skip
_STORES = {"pg": "postgresql", "mysql": "mysql", "sqlite3": "sqlite", "redis": "redis", "cryomongo": "mongodb"}
_ENV = re2.compile(r'ENV\["(\w+)"\](\??)|ENV\.fetch\(\s*"(\w+)"(?:\s*,\s*"?([^")]*)"?)?')
_OTHER = re2.compile(r'\|\|\s*"?([^"\s)]+)"?')
_PORT = re2.compile(r"(?:Kemal\.config\.port\s*=|Kemal\.run\(?|bind_tcp\s*\(?|port:)\s*(?:\"[\d.]+\",\s*)?(.+?)\)?\s*$")


def detect(view: View) -> Iterator[Fact]:
    """Yield what every shard.yml declares and what its programs serve and read."""
    known = homes(view, "crystal", "shard.yml")
    for folder, (path, *_) in known.items():
        document = view.document(path)
        name = document.text("name") if document else None
        if document is None or not name:
            continue
        sources = program_files(view, folder, known, "crystal", ".cr")
        targets = list(document.table("targets"))
        main = join(folder, f"src/{name}.cr")
        program = (
            targets[0] if targets else name if view.repository.size(main) and view.holds(main, ".run", "listen", "Server.new") else None
        )
        framework = next((f for f in _FRAMEWORKS if document.get("dependencies", f)), None)
        loaded = first_match(view, sources, f'require "{framework}') if framework else None
        server = first_match(view, sources, "HTTP::Server.new")
        wanted, lock = document.text("crystal"), join(folder, "shard.lock")
        yield from stated(
            view,
            Plain(
                folder=folder,
                language="crystal",
                manifest=path,
                at=(path, document.line("name")),
                manager="shards",
                name=name,
                lock=lock if view.repository.real(lock) else None,
                version=(wanted, (path, document.line("crystal")), "crystal") if wanted else None,
                framework=(_FRAMEWORKS[framework][0], loaded) if framework and loaded else None,
                serves=server is not None,
                port=_port(view, sources) if loaded or server else UNKNOWN,
                default_port=_FRAMEWORKS[framework][1] if framework else None,
                command=f"bin/{program}" if program else None,
                start=(path, document.line("targets")) if targets else server,
            ),
        )
        for package in document.table("dependencies"):
            at = view.evidence(path, document.line("dependencies", package))
            yield library(folder, package, document.text("dependencies", package, "version") or "", at)
            if package in _STORES:
                yield entry("datastore", folder, Datastore(kind=_STORES[package], drivers=(package,), evidence=(at,)), "high")
        yield from variables(view, folder, _reads(view, sources))


def _port(view: View, sources: tuple[str, ...]) -> Value:
    for path in sources:
        for number, line in enumerate(view.lines(path), 1) if view.holds(path, "port", "Kemal.run", "bind_tcp") else ():
            match = _PORT.search(line) if not line.lstrip().startswith("#") else None
            if match is None:
                continue
            text = match.group(1)
            names = tuple(m.group(1) or m.group(3) for m in _ENV.finditer(text))
            fetched = next((m.group(4) for m in _ENV.finditer(text) if m.group(4)), None)
            other = _OTHER.search(text)
            value = text.strip() if text.strip().isdigit() else fetched or (other.group(1) if other else None)
            if value or names:
                return Value(value, (path, number) if value else None, names)
    return UNKNOWN


def _reads(view: View, sources: tuple[str, ...]) -> Iterator[Read]:
    for path in sources:
        for number, line in enumerate(view.lines(path), 1) if view.holds(path, "ENV") else ():
            for match in _ENV.finditer(line) if not line.lstrip().startswith("#") else ():
                name, optional, fetched, default = match.groups()
                other = _OTHER.match(line[match.end() :].lstrip())
                value = default or (other.group(1) if other else None)
                needed = not optional and value is None and default is None
                yield Read(name or fetched, (path, number), value, (path, number) if value else None, needed)
