"""Detect C and C++ programs: CMake and Meson executables, Conan and vcpkg, Drogon, Crow, Oat++ and others."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ....core.facts import Datastore, Fact
from ..aside import is_aside
from ..codebase import homes, program_files
from ..detector import View, entry
from ..envfacts import Read, variables
from ..evaluated import UNKNOWN, Value
from ..plain import Plain, first_match, stated
from ..view import join

_EXECUTABLE = re2.compile(r"(?i)^\s*add_executable\s*\(\s*([\w.${}-]+)")
_PROJECT = re2.compile(r"(?i)\bproject\s*\(\s*([\w.-]+)")
_MESON = re2.compile(r"\bexecutable\(\s*'([^']+)'")
_ENV = re2.compile(r'\bgetenv\s*\(\s*"(\w+)"')
_PORT = re2.compile(r"(?:addListener\([^,]+,\s*|\.port\(\s*|listen\([^,]+,\s*|htons\(\s*|Port\(\s*|HttpListener\(\S+:)(\d{2,5})")
_FRAMEWORKS = (
    ("drogon", ("#include <drogon/",)), ("crow", ('#include "crow.h"', "#include <crow.h>", "#include <crow/")), ("oatpp", ("oatpp/",)),
    ("pistache", ("#include <pistache/",)), ("cpp-httplib", ("httplib.h",)), ("grpc", ("grpcpp/grpcpp.h", "grpc++/grpc++.h")),
    ("boost-beast", ("boost/beast",)), ("restbed", ("<restbed>",)), ("cpprestsdk", ("cpprest/http_listener",)),
)  # fmt: skip
_STORES = {
    "libpqxx": "postgresql", "libpq-fe.h": "postgresql", "mysqlx/xdevapi.h": "mysql", "mysql/mysql.h": "mysql", "sw/redis++": "redis",
    "hiredis": "redis", "mongocxx/": "mongodb", "sqlite3.h": "sqlite",
}  # fmt: skip


def detect(view: View) -> Iterator[Fact]:
    """Yield one code base for every top-level build file that makes an executable."""
    known = homes(view, "cpp", "CMakeLists.txt", "meson.build")
    tops = [
        f for f in known if view.owner(f if f == "." else f.rpartition("/")[0] or ".", {k: () for k in known if k != f}) is None or f == "."
    ]
    for folder in tops:
        found = _executable(view, folder, known)
        if found is None:
            continue
        name, place = found
        among = {f: known[f] for f in tops}
        sources = program_files(view, folder, among, "cpp", ".cpp", ".cc", ".cxx", ".c", ".hpp", ".h")
        framework = next(((f, p) for f, marks in _FRAMEWORKS if (p := first_match(view, sources, *marks)) is not None), None)
        manager = next(
            (
                m
                for n, m in (("conanfile.txt", "conan"), ("conanfile.py", "conan"), ("vcpkg.json", "vcpkg"))
                if view.repository.size(join(folder, n))
            ),
            None,
        )
        manifest = known[folder][0]
        yield from stated(
            view,
            Plain(
                folder=folder,
                language="cpp",
                manifest=manifest,
                at=(manifest, 1),
                manager=manager,
                framework=framework,
                port=_port(view, sources) if framework else UNKNOWN,
                command=f"./build/{name}",
                start=place,
            ),
        )
        for word, kind in _STORES.items():
            at = first_match(view, sources, word)
            if at is not None:
                yield entry("datastore", folder, Datastore(kind=kind, evidence=(view.evidence(*at),)), "high")
        yield from variables(view, folder, _reads(view, sources))


def _executable(view: View, folder: str, known: dict[str, tuple[str, ...]]) -> tuple[str, tuple[str, int]] | None:
    """Return (name, line) of the first executable that a build at or below the folder makes, tests and examples left out."""
    below = [f for f in known if f == folder or folder == "." or f.startswith(folder + "/")]
    for path in (p for f in sorted(below, key=lambda f: (f.count("/"), f)) for p in known[f]):
        if is_aside(path, folder):
            continue
        project = next((m.group(1) for line in view.lines(known[folder][0]) if (m := _PROJECT.search(line))), None)
        for number, line in enumerate(view.lines(path), 1):
            match = _EXECUTABLE.match(line) or _MESON.search(line)
            if match is None:
                continue
            name = match.group(1).replace("${PROJECT_NAME}", project or "").replace("${CMAKE_PROJECT_NAME}", project or "")
            if (
                name
                and "$" not in name
                and not name.lower().startswith(("test", "bench", "example"))
                and not name.lower().endswith(("_test", "_tests", "-test"))
            ):
                return name, (path, number)
    return None


def _port(view: View, sources: tuple[str, ...]) -> Value:
    for path in sources:
        for number, line in (
            enumerate(view.lines(path), 1) if view.holds(path, "addListener", "port(", "listen(", "htons(", "Port(") else ()
        ):
            match = _PORT.search(line) if not line.lstrip().startswith("//") else None
            if match is not None:
                return Value(match.group(1), (path, number))
    return UNKNOWN


def _reads(view: View, sources: tuple[str, ...]) -> Iterator[Read]:
    for path in sources:
        for number, line in enumerate(view.lines(path), 1) if view.holds(path, "getenv") else ():
            yield from (Read(m.group(1), (path, number)) for m in _ENV.finditer(line))
