"""Find where an application of the JVM listens: its framework's settings, else the call that binds a port."""

from __future__ import annotations

from dataclasses import dataclass

from ..evaluated import UNKNOWN, Value, port_in
from ..parsers.hocon import read_hocon
from ..parsers.jvm import Call, JvmFile, Node
from ..view import View
from .applications import Application
from .model import Place
from .placeholders import environment_name, is_variable, placeholders, settled
from .settings import settings
from .sources import code, resources
from .values import values_of

_KEYS = {
    "spring-boot": ("server.port",), "quarkus": ("quarkus.http.port",), "micronaut": ("micronaut.server.port",),
    "ktor": ("ktor.deployment.port",), "helidon": ("server.port",),
}  # fmt: skip
_GRPC_KEYS = ("grpc.server.port", "spring.grpc.server.port")
_CALLS: dict[str, tuple[tuple[str, int], ...]] = {  # framework -> (method or constructor, index of the port)
    "ktor": (("embeddedServer", 1), ("connector", 0)), "javalin": (("start", 0),), "spark": (("port", 0),), "helidon": (("port", 0),),
    "vertx": (("listen", 0), ("setPort", 0)), "armeria": (("http", 0), ("port", 0)), "ratpack": (("port", 0),), "jooby": (("setPort", 0),),
    "http4k": (("Netty", 0), ("Jetty", 0), ("Undertow", 0), ("SunHttp", 0), ("ApacheServer", 0), ("KtorCIO", 0)),
    "undertow": (("addHttpListener", 0),), "jetty": (("Server", 0), ("setPort", 0)), "netty": (("bind", 0),), "jersey": (("port", 0),),
    "grpc": (("forPort", 0), ("newServerBuilderForPort", 0)), "": (("InetSocketAddress", 0), ("ServerSocket", 0)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listen:
    """Be where an application listens: port, the line that holds it, the variable that moves it."""

    port: int | None
    at: Place | None
    env: str | None


def listening(view: View, app: Application) -> Listen:
    """Return where the application listens; port None where nothing states it."""
    own = settings(view, app.unit)
    keys: tuple[str, ...] = _KEYS.get(app.framework or "", ())
    if app.framework == "spring-boot" and app.default_port == 9090:
        keys = _GRPC_KEYS
    found = own.get(*keys) if keys else None
    if found is not None:
        return _setting(found.value, found.at, found.key)
    if app.framework == "ktor" and (hocon := _hocon(view, app)) is not None:
        return hocon
    if app.framework == "dropwizard" and (configured := _dropwizard(view, app)) is not None:
        return configured
    value = _called(view, app)
    return Listen(port_in(value.text), value.at, next(iter(value.env), None))


def _setting(value: str, at: Place, key: str) -> Listen:
    env = next((p.name for p in placeholders(value) if is_variable(p.name)), None)
    text = settled(value)
    port = port_in(text)
    return Listen(port, at if port else None, env or environment_name(key))


def _hocon(view: View, app: Application) -> Listen | None:
    """Return the port of Ktor's `application.conf`: the last number of the key, and the variable that may replace it."""
    for path in resources(view, app.unit, "application.conf"):
        port, at, env = None, None, None
        for one in view.once("hocon", path, read_hocon) or ():
            if one.key not in ("ktor.deployment.port", "port"):
                continue
            if one.value.isdigit():
                port, at = port_in(one.value), (path, one.line)
            elif one.variable:
                env = one.variable
        if port or env:
            return Listen(port, at, env)
    return None


def _dropwizard(view: View, app: Application) -> Listen | None:
    for path in resources(view, app.unit, "*.yml", "*.yaml"):
        document = view.document(path)
        for where in (("server", "applicationConnectors", 0, "port"), ("server", "connector", "port")):
            text = document.text(*where) if document else None
            if text and document:
                return _setting(text, (path, document.line(*where)), "server.port")
    return None


def _called(view: View, app: Application) -> Value:
    """Return what the calls that bind a port are given: the first with a number, else the first with a variable."""
    wanted = _CALLS.get(app.framework or "", ())
    values = values_of(view, app.unit)
    found: list[Value] = []
    for path, file in code(view, app.unit, *(name for name, _ in wanted)) if wanted else ():
        for call in file.calls:
            for name, index in wanted:
                node = _given(call, file, name, index)
                if node is not None:
                    value = values.of(path, file, node)
                    if port_in(value.text) or value.env:
                        found.append(value)
    ranked = sorted(found, key=lambda v: (not v.env, port_in(v.text) is None))
    return ranked[0] if ranked else UNKNOWN


def _given(call: Call, file: JvmFile, name: str, index: int) -> Node | None:
    if call.name != name:
        return None
    if name == "InetSocketAddress" and len(call.arguments) > 1:
        index = 1
    if name in ("port", "start", "http", "listen", "bind", "Server") and (not call.arguments or len(call.arguments) > 3):
        return None
    return call.argument(index, "port") or (call.argument(0) if name == "embeddedServer" and not file.kotlin else None)
