"""Find where a .NET application listens: addresses in its code and settings, else what its image documents."""

from __future__ import annotations

from dataclasses import dataclass

import re2

from ..evaluated import address_port
from ..view import View
from .applications import Application, image_release
from .settings import settings
from .sources import files, matching
from .values import Values, values_of

Place = tuple[str, int]
_CALLS = {"UseUrls": 0, "ListenAnyIP": 0, "ListenLocalhost": 0, "Listen": 1, "Add": 0, "Run": 0, "RunAsync": 0, "TcpListener": 1}
_BINDS = re2.compile(  # what a file that binds an address holds
    r"UseUrls\(|ListenAnyIP\(|ListenLocalhost\(|[.]Listen\(|(?i:urls|prefixes)[!?]?[.]Add\(|(?i:app|host|application)[.]Run(?:Async)?\(|TcpListener\("
)
_FSHARP = re2.compile(r"(?:\.Run|UseUrls)\s*\(?\s*\[?\|?\s*\"(https?://[^\"]*:\d+)")
_VARIABLES = ("ASPNETCORE_HTTP_PORTS", "ASPNETCORE_URLS", "HTTP_PORTS", "DOTNET_URLS", "URLS")
_FILES = ("Dockerfile*", "*.Dockerfile", "docker-compose*.y*ml", "compose*.y*ml")


@dataclass(frozen=True, slots=True)
class Listen:
    """Be where an application listens; `default` is the documented port with the line that brings it."""

    port: int | None = None
    at: Place | None = None
    env: str | None = None
    default: tuple[int, Place] | None = None


def listening(view: View, app: Application) -> Listen:
    """Return where the application listens."""
    values = values_of(view, app.project)
    for path, file in matching(view, app.project, _BINDS):
        for call in file.calls:
            if call.name not in _CALLS or not _binds(call.name, call.on):
                continue
            value = values.of(path, file, call.argument(_CALLS[call.name]))
            port = address_port(value.text)
            if port or (value.env and call.name not in ("Add", "Run", "RunAsync")) or (value.env and "port" in "".join(value.env).lower()):
                return Listen(port, value.at if port else None, next(iter(value.env), None))
    stated = _settings(view, app, values) or _functional(view, app)
    if stated is not None:
        return stated
    if app.framework is None:
        return Listen()
    release = image_release(view, app)
    variable = next((v for v in _VARIABLES if any(view.holds(p, v) for p in view.named(*_FILES))), "ASPNETCORE_URLS")
    default = (5000, app.at) if release is None else ((8080 if release[0] >= 8 else 80), release[1])
    return Listen(env=variable, default=default)


def _binds(name: str, receiver: str) -> bool:
    """Say whether a call of a common name is one that binds an address."""
    lower = receiver.lower()
    if name in ("Run", "RunAsync"):
        return lower in ("app", "host", "webapp", "application")
    if name == "Add":
        return lower.endswith(("urls", "prefixes"))
    if name == "Listen":
        return any(w in lower for w in ("options", "kestrel", "server", "opt"))
    return True


def _functional(view: View, app: Application) -> Listen | None:
    """Return the address that F# code binds by a literal."""
    for path in files(view, app.project) if app.project.language == "fsharp" else ():
        for number, line in enumerate(view.lines(path), 1) if view.matches(path, _FSHARP) else ():
            found = _FSHARP.search(line)
            port = address_port(str(found.group(1))) if found is not None else None
            if port:
                return Listen(port, (path, number), "ASPNETCORE_URLS")
    return None


def _settings(view: View, app: Application, values: Values) -> Listen | None:
    own = settings(view, app.project)
    urls = own.get("Urls")
    endpoints = [s for s in own.below("Kestrel:Endpoints") if s.key.lower().endswith(":url")]
    plain = [s for s in endpoints if not s.value.startswith("https")] or endpoints
    for one in [*([urls] if urls else []), *plain]:
        port = address_port(one.value)
        if port:
            return Listen(port, one.at, one.key.replace(":", "__"))
    return None
