"""Detect Zig programs: build scripts with an executable, the minimum Zig version, servers."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ....core.facts import Fact
from ..codebase import homes, program_files
from ..detector import View
from ..evaluated import UNKNOWN, Value
from ..plain import Plain, first_match, stated
from ..view import join

_EXECUTABLE = re2.compile(r"(?s)addExecutable\(\s*\.\{.*?\.name\s*=\s*\"([^\"]+)\"|addExecutable\(\s*\"([^\"]+)\"")
_MINIMUM = re2.compile(r"\.minimum_zig_version\s*=\s*\"([^\"]+)\"")
_PORT = re2.compile(r"\.port\s*=\s*(\d{2,5})|parseIp4?\(\s*\"[^\"]+\"\s*,\s*(\d{2,5})")
_FRAMEWORKS = {'@import("httpz")': "httpz", '@import("zap")': "zap", '@import("jetzig")': "jetzig", '@import("tokamak")': "tokamak"}


def detect(view: View) -> Iterator[Fact]:
    """Yield what every build.zig makes."""
    known = homes(view, "zig", "build.zig")
    for folder, (path, *_) in known.items():
        match = _EXECUTABLE.search(view.text(path) or "")
        name = (match.group(1) or match.group(2)) if match else None
        sources = tuple(p for p in program_files(view, folder, known, "zig", ".zig") if p != path)
        zon = join(folder, "build.zig.zon")
        minimum = _MINIMUM.search(view.text(zon) or "") if view.repository.size(zon) else None
        place = first_match(view, sources, *_FRAMEWORKS)
        framework = next((n for w, n in _FRAMEWORKS.items() if place and view.holds(place[0], w)), None)
        served = first_match(view, sources, "std.http.Server", "std.net.StreamServer", ".listen(")
        yield from stated(
            view,
            Plain(
                folder=folder,
                language="zig",
                manifest=path,
                at=(path, view.find(path, "addExecutable") or 1),
                name=name,
                version=(minimum.group(1), (zon, view.find(zon, "minimum_zig_version") or 1), "minimum_zig_version") if minimum else None,
                framework=(framework, place) if framework and place else None,
                serves=served is not None,
                port=_port(view, sources) if framework or served else UNKNOWN,
                command=f"./zig-out/bin/{name}" if name else None,
                start=(path, view.find(path, f'"{name}"') or 1) if name else None,
            ),
        )


def _port(view: View, sources: tuple[str, ...]) -> Value:
    for path in sources:
        for number, line in enumerate(view.lines(path), 1) if view.holds(path, "port", "parseIp") else ():
            match = _PORT.search(line)
            if match is not None:
                return Value(match.group(1) or match.group(2), (path, number))
    return UNKNOWN
