"""Find what serves a Ruby code base: its framework, the server that runs it, the port it binds."""

from __future__ import annotations

from dataclasses import dataclass

from ..codebase import inner
from ..evaluated import UNKNOWN, Value, port_in
from ..parsers.ruby import RubyFile
from ..view import View, join
from .bundle import Bundle, locked_gem, ruby_file
from .rails import application
from .sources import matching
from .values import worth

Place = tuple[str, int]
_BASES = {
    "Sinatra::Base": "sinatra", "Sinatra::Application": "sinatra", "Hanami::App": "hanami", "Hanami::Application": "hanami",
    "Grape::API": "grape", "Grape::API::Instance": "grape", "Roda": "roda", "Padrino::Application": "padrino", "Cuba": "cuba",
    "Syro::Deck": "syro", "Brut::App": "brut", "Rage::Application": "rage",
}  # fmt: skip
_FEATURES = {
    "sinatra": "sinatra", "cuba": "cuba", "roda": "roda", "camping": "camping", "hanami/boot": "hanami", "hanami/prepare": "hanami",
}  # fmt: skip
_WORDS = (
    *_BASES, "sinatra", "cuba", "WEBrick", "TCPServer", "RpcServer", "hanami", "camping", "Agoo", "HTTPServer", "Puma::Server",
)  # fmt: skip
_ORDER = ("hanami", "padrino", "grape", "sinatra", "roda", "cuba", "syro", "rage", "brut", "camping")
DEFAULTS = {"rails": 3000, "sinatra": 4567, "hanami": 2300, "padrino": 3000, "puma": 9292, "rackup": 9292, "unicorn": 8080, "thin": 3000,
            "falcon": 9292, "rage": 3000}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Serving:
    """Be what serves: framework (None for a bare server), the line that loads it, the command, the bound port."""

    framework: str | None
    at: Place
    command: str
    server: str | None
    port: Value = UNKNOWN
    default_port: int | None = None
    script: bool = False


def serving(view: View, bundle: Bundle) -> Serving | None:
    """Return what serves the code base, None where nothing in it does."""
    folder = bundle.folder
    rails = application(view, folder)
    if rails is not None:
        return _rails(view, bundle, rails)
    loaded = _loaded(view, folder)
    framework = next((f for f in _ORDER if f in loaded), None)
    rackup = join(folder, "config.ru")
    if framework is not None and (own := _own_runner(view, folder, framework)) is not None:
        return own
    if view.repository.size(rackup):
        parsed = ruby_file(view, rackup)
        run = next((c.line for c in parsed.named("run") if not c.receiver), 1) if parsed else 1
        return _rack(view, bundle, framework or "rack", loaded.get(framework or "", (rackup, run)))
    return None if bundle.library else _bare(view, folder)


def _loaded(view: View, folder: str) -> dict[str, Place]:
    """Return {framework: place} of what the code loads, by superclass first, then by `require`."""
    found: dict[str, Place] = {}
    for path, parsed in matching(view, folder, *_WORDS):
        for _, above, line in parsed.superclasses():
            if above.lstrip(":") in _BASES:
                found.setdefault(_BASES[above.lstrip(":")], (path, line))
        for feature, line in parsed.requires().items():
            if feature in _FEATURES:
                found.setdefault(_FEATURES[feature], (path, line))
    return found


def _rails(view: View, bundle: Bundle, at: Place) -> Serving:
    server = next((s for s in ("puma", "unicorn", "falcon", "thin", "iodine") if bundle.gem(s) or locked_gem(view, bundle, s)), None)
    settings = join(bundle.folder, f"config/{server}.rb")
    if server in ("puma", "unicorn") and view.repository.size(settings):
        flag = "-C" if server == "puma" else "-c"
        return Serving("rails", at, f"bundle exec {server} {flag} config/{server}.rb", server, bound(view, settings), DEFAULTS[server])
    own = "bin/rails" if view.repository.size(join(bundle.folder, "bin/rails")) else "bundle exec rails"
    return Serving("rails", at, f"{own} server -b 0.0.0.0", server, UNKNOWN, DEFAULTS["rails"])


def _rack(view: View, bundle: Bundle, framework: str, at: Place) -> Serving:
    server = next((s for s in ("puma", "falcon", "unicorn", "thin", "rackup", "iodine") if bundle.gem(s)), None) or "rackup"
    settings = join(bundle.folder, f"config/{server}.rb")
    if server in ("puma", "unicorn") and view.repository.size(settings):
        flag = "-C" if server == "puma" else "-c"
        port = bound(view, settings)
        return Serving(framework, at, f"bundle exec {server} {flag} config/{server}.rb", server, port, DEFAULTS[server])
    command = {"falcon": "falcon serve --bind http://0.0.0.0:9292", "thin": "thin start", "rackup": "rackup -o 0.0.0.0"}.get(server, server)
    return Serving(framework, at, f"bundle exec {command}", server, _options(view, join(bundle.folder, "config.ru")), DEFAULTS.get(server))


def _options(view: View, rackup: str) -> Value:
    """Return the port of a rackup file's option line (`#\\ -p 8080`)."""
    first = (view.lines(rackup) or [""])[0].split()
    if first[:1] == ["#\\"] and "-p" in first[:-1]:
        return Value(first[first.index("-p") + 1], (rackup, 1))
    return UNKNOWN


def bound(view: View, path: str) -> Value:
    """Return what a server's settings file binds: `port …`, `bind "tcp://…"`, `listen …`."""
    parsed = ruby_file(view, path)
    for call in parsed.named("port", "bind", "listen") if parsed else ():
        if call.receiver or not call.arguments or parsed is None:
            continue
        value = worth(path, parsed, call.arguments[0])
        port = port_in(value.text)
        if port is not None:
            return Value(str(port), value.at, value.env)
        if value.env:
            return value
    return UNKNOWN


def _own_runner(view: View, folder: str, framework: str) -> Serving | None:
    """Return a program that runs its own server: `App.run!`, or a classic Sinatra file that sets its port or has no rackup file."""
    if framework not in ("sinatra", "camping"):
        return None
    rackup = bool(view.repository.size(join(folder, "config.ru")))
    for path, parsed in matching(view, folder, "sinatra", "Sinatra"):
        if path.endswith("config.ru"):
            continue
        starts = next((c for c in parsed.named("run!")), None)
        classic = parsed.requires().get("sinatra")
        set_port = next((c for c in parsed.named("set") if c.first() == "port" and len(c.arguments) > 1), None)
        if (starts is not None and not rackup) or (classic and (set_port is not None or not rackup)):
            port = worth(path, parsed, set_port.arguments[1]) if set_port is not None else UNKNOWN
            at = (path, classic or (starts.line if starts is not None else 1))
            return Serving(framework, at, f"bundle exec ruby {inner(path, folder)}", None, port, DEFAULTS["sinatra"], True)
    return None


def _bare(view: View, folder: str) -> Serving | None:
    """Return a program that makes its own server without a framework: WEBrick, a socket, gRPC."""
    for path, parsed in matching(view, folder, "WEBrick::HTTPServer", "TCPServer", "RpcServer"):
        found = _made(path, parsed)
        if found is not None:
            framework, line, port = found
            return Serving(framework, (path, line), f"bundle exec ruby {inner(path, folder)}", "webrick", port, None, True)
    return None


def _made(path: str, parsed: RubyFile) -> tuple[str | None, int, Value] | None:
    for call in parsed.named("new", "open"):
        if call.receiver == "WEBrick::HTTPServer":
            return None, call.line, worth(path, parsed, call.get("Port"))
        if call.receiver == "TCPServer" and call.arguments:
            return None, call.line, worth(path, parsed, call.arguments[-1])
        if call.receiver == "GRPC::RpcServer":
            bind = next(iter(parsed.named("add_http2_port")), None)
            value = worth(path, parsed, bind.arguments[0]) if bind is not None and bind.arguments else UNKNOWN
            port = port_in(value.text)
            return "grpc", call.line, Value(str(port), value.at, value.env) if port else Value(None, None, value.env)
    return None
