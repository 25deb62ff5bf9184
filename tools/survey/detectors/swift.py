"""Detect Swift packages that run on servers: Vapor, Hummingbird, Kitura; tools version, executables, ports, variables, Fluent."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ....core.facts import Datastore, Fact, Migration, Named
from ..codebase import homes, program_files
from ..detector import EntryKind, View, entry, library
from ..envfacts import Read, variables
from ..evaluated import UNKNOWN, Value
from ..plain import Plain, first_match, stated
from ..view import join

_TOOLS = re2.compile(r"^//\s*swift-tools-version\s*:?\s*([\d.]+)")
_PACKAGE = re2.compile(
    r'\.package\(\s*(?:name:\s*"[^"]*",\s*)?url:\s*"([^"]+)"(?:,\s*(?:from:|\.upToNextMajor\(from:|exact:|\.exact\()?\s*"([^"]+)")?'
)
_EXECUTABLE = re2.compile(r'\.executableTarget\(\s*name:\s*"([^"]+)"|\.executable\(\s*name:\s*"([^"]+)"')
_NAME = re2.compile(r'Package\(\s*name:\s*"([^"]+)"')
_ENV = re2.compile(r'Environment\.get\("(\w+)"\)|environment\["(\w+)"\]|getenv\("(\w+)"\)')
_DEFAULT = re2.compile(r'\?\?\s*"?([^"\s)!,]+)"?')
_PORT = re2.compile(r"(?:configuration\.port\s*=|[,(]\s*port:)\s*(.+)$")
_FRAMEWORKS = {  # package -> (framework, words that load it, default port)
    "vapor": ("vapor", ("import Vapor",), 8080), "hummingbird": ("hummingbird", ("import Hummingbird",), 8080),
    "kitura": ("kitura", ("import Kitura",), 8080), "perfect-httpserver": ("perfect", ("import PerfectHTTPServer",), 8181),
    "grpc-swift": ("grpc", ("import GRPC",), None),
}  # fmt: skip
_STORES = {
    "fluent-postgres-driver": "postgresql", "postgres-nio": "postgresql", "postgres-kit": "postgresql", "fluent-mysql-driver": "mysql",
    "mysql-kit": "mysql", "fluent-sqlite-driver": "sqlite", "fluent-mongo-driver": "mongodb", "mongokitten": "mongodb", "redis": "redis",
    "redistack": "redis", "queues-redis-driver": "redis", "memcached": "memcached",
}  # fmt: skip
_NAMED: dict[str, tuple[EntryKind, str]] = {
    "jwt": ("auth", "jwt"), "jwt-kit": ("auth", "jwt"), "imperial": ("auth", "oauth2"), "apns": ("integration", "apns"),
    "apnswift": ("integration", "apns"), "swift-prometheus": ("integration", "prometheus"), "stripe": ("integration", "stripe"),
    "stripe-kit": ("integration", "stripe"), "soto": ("integration", "aws"), "swift-smtp": ("integration", "smtp"),
    "swift-otel": ("integration", "opentelemetry"),
}  # fmt: skip


def detect(view: View) -> Iterator[Fact]:
    """Yield what every package manifest declares and what its programs read."""
    known = homes(view, "swift", "Package.swift")
    for folder, (path, *_) in known.items():
        text = view.text(path) or ""
        sources = program_files(view, folder, known, "swift", ".swift")
        programs = [p for p in sources if p != path]
        packages = {
            (m.group(1).rstrip("/").rpartition("/")[2].removesuffix(".git").lower()): m.group(2) or "" for m in _PACKAGE.finditer(text)
        }
        yield from stated(view, _plain(view, folder, path, text, programs, packages))
        for name, version in packages.items():
            yield library(folder, name, version, view.proof(path, name) if view.find(path, name) else view.evidence(path))
        yield from variables(view, folder, _reads(view, programs))
        yield from _reached(view, folder, path, packages, programs)


def _plain(view: View, folder: str, path: str, text: str, programs: list[str], packages: dict[str, str]) -> Plain:
    tools = _TOOLS.match((view.lines(path) or [""])[0])
    name = _NAME.search(text)
    executable = next((m.group(1) or m.group(2) for m in _EXECUTABLE.finditer(text)), None) or _main(folder, programs)
    framework, default = None, None
    for package, (title, marks, port) in _FRAMEWORKS.items():
        place = first_match(view, programs, *marks) if package in packages else None
        if place is not None:
            framework, default = (title, place), port
            break
    command = None
    if executable:
        serve = " serve --env production --hostname 0.0.0.0" if framework and framework[0] == "vapor" else ""
        command = f".build/release/{executable}{serve}"
    lock = join(folder, "Package.resolved")
    return Plain(
        folder=folder,
        language="swift",
        manifest=path,
        at=(path, view.find(path, "Package(") or 1),
        manager="swiftpm",
        name=name.group(1) if name else None,
        lock=lock if view.repository.real(lock) else None,
        version=(tools.group(1), (path, 1), "swift-tools-version") if tools else None,
        framework=framework,
        port=_port(view, programs) if framework else UNKNOWN,
        default_port=default,
        command=command,
        start=(path, view.find(path, f'"{executable}"') or 1) if executable else None,
    )


def _main(folder: str, programs: list[str]) -> str | None:
    """Return the target whose folder holds a `main.swift`, which older manifests do not mark."""
    mains = (p for p in programs if p.startswith(join(folder, "Sources/")) and p.endswith("/main.swift"))
    return next((p.split("/")[-2] for p in mains), None)


def _port(view: View, programs: list[str]) -> Value:
    for path in programs:
        if not view.holds(path, ".port", "port:"):
            continue
        for number, line in enumerate(view.lines(path), 1):
            match = _PORT.search(line)
            if match is None or line.lstrip().startswith("//"):
                continue
            read, default = _ENV.search(match.group(1)), _DEFAULT.search(match.group(1))
            plain = match.group(1).strip().rstrip(",)")
            text = default.group(1) if default else plain if plain.isdigit() else None
            names = tuple(n for n in (read.groups() if read else ()) if n)
            if text or names:
                return Value(text, (path, number) if text else None, names)
    return UNKNOWN


def _reads(view: View, programs: list[str]) -> Iterator[Read]:
    for path in programs:
        if view.holds(path, "Environment.get", "environment[", "getenv("):
            for number, line in enumerate(view.lines(path), 1):
                for match in _ENV.finditer(line) if not line.lstrip().startswith("//") else ():
                    name = next(g for g in match.groups() if g)
                    rest = line[match.end() :]
                    default = _DEFAULT.search(rest)
                    yield Read(
                        name,
                        (path, number),
                        default.group(1) if default else None,
                        (path, number) if default else None,
                        rest.startswith("!"),
                    )


def _reached(view: View, folder: str, path: str, packages: dict[str, str], programs: list[str]) -> Iterator[Fact]:
    for package in packages:
        at = view.proof(path, package) if view.find(path, package) else view.evidence(path)
        if package in _STORES:
            yield entry("datastore", folder, Datastore(kind=_STORES[package], drivers=(package,), evidence=(at,)), "high")
        if package in _NAMED:
            kind, name = _NAMED[package]
            yield entry(kind, folder, Named(kind=name, evidence=(at,)))
    migrations = [p for p in programs if view.holds(p, ": AsyncMigration", ": Migration {")]
    if migrations and "fluent" in packages:
        place = migrations[0].rpartition("/")[0]
        evidence = (view.proof(migrations[0], "Migration"),)
        yield entry("migration", folder, Migration(tool="fluent", path=place, command="swift run App migrate --yes", evidence=evidence))
