"""Find what serves an Elixir project and where it listens: Phoenix endpoints, Plug servers, Cowboy, gRPC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..evaluated import UNKNOWN, Value, port_in
from ..parsers.elixir import Call, ElixirFile, Node, option, pairs, text_of
from ..parsers.grammar import words
from ..view import View
from .mix import Project, elixir_file, matching, settings_files
from .values import worth

Place = tuple[str, int]
_SERVERS = {
    "Plug.Cowboy": "plug",
    "Bandit": "plug",
    "Plug.Adapters.Cowboy": "plug",
    "Plug.Adapters.Cowboy2": "plug",
    "Plug.Cowboy.Drainer": "",
}


@dataclass(frozen=True, slots=True)
class Serving:
    """Be what serves: the framework, the line that loads it, the bound port."""

    framework: str
    at: Place
    port: Value = UNKNOWN


def serving(view: View, project: Project) -> Serving | None:
    """Return what serves the project, None where nothing does."""
    for path, parsed in matching(view, project, "Phoenix.Endpoint"):
        use = next((c for c in parsed.named("use") if c.text(0) == "Phoenix.Endpoint"), None)
        if use is not None and any(d.name.startswith("phoenix") and not d.development for d in project.deps):
            return Serving("phoenix", (path, use.line), _endpoint(view, project))
    found = list(_plugs(view, project))
    if found:
        return found[0]
    for path, parsed in matching(view, project, "GRPC."):
        use = next((c for c in parsed.named("use") if c.text(0) in ("GRPC.Endpoint", "GRPC.Server")), None)
        if use is not None:
            return Serving("grpc", (path, use.line), _child_port(view, project, "GRPC.Server.Supervisor"))
    for path, parsed in matching(view, project, ":cowboy.start", ":ranch.start"):
        start = next(iter(parsed.named("start_clear", "start_http", "start_tls")), None)
        if start is not None:
            return Serving("cowboy", (path, start.line), _option(path, parsed, start.node))
    return None


def _endpoint(view: View, project: Project) -> Value:
    """Return the port of the endpoint's `http:` option in the settings that hold in production."""
    fallback = UNKNOWN
    for path in settings_files(view, project):
        parsed = elixir_file(view, path)
        for call in parsed.named("config") if parsed is not None else ():
            node = next((v for k, v in call.pairs if k == "http"), None) or next(
                (option(a, "http") for a in call.arguments if option(a, "http")), None
            )
            port = option(node, "port")
            value = worth(path, parsed, port) if parsed is not None and port is not None else UNKNOWN
            if port_in(value.text) is not None:
                return Value(str(port_in(value.text)), value.at, value.env)
            fallback = fallback if fallback.env else value
    return fallback


def _plugs(view: View, project: Project) -> Iterator[Serving]:
    """Yield the servers in supervision trees: `{Plug.Cowboy, plug: X, options: [port: 4000]}`, `Plug.Cowboy.http(X, [], port: 4000)`."""
    if not project.dep("plug_cowboy", "bandit", "plug", "cowboy", "bandit_plug"):
        return
    for path, parsed in matching(view, project, "Plug.Cowboy", "Bandit", "Plug.Adapters"):
        for node in parsed.tuples:
            parts = [c for c in node.named_children if c.type != "comment"]
            if parts and text_of(parts[0]) in _SERVERS and len(parts) > 1:
                yield Serving("plug", (path, parts[0].start_point[0] + 1), _options(view, project, path, parsed, parts[1:]))
        for call in parsed.calls:
            if (call.owner in _SERVERS and call.name in ("http", "child_spec", "start_link", "https")) or (
                call.owner == "Plug.Adapters.Cowboy"
            ):
                yield Serving("plug", (path, call.line), _called(view, project, path, parsed, call))


def _options(view: View, project: Project, path: str, parsed: ElixirFile, parts: list[Node]) -> Value:
    for part in parts:
        for keys in (("options", "port"), ("port",)):
            node = _inside(part, keys) if part.type == "keywords" else option(part, *keys)
            if node is not None:
                return _port(view, project, path, parsed, node)
    return UNKNOWN


def _inside(keywords: Node, keys: tuple[str, ...]) -> Node | None:
    first = next((value for key, value in pairs(keywords) if key == keys[0]), None)
    return first if len(keys) == 1 or first is None else option(first, *keys[1:])


def _called(view: View, project: Project, path: str, parsed: ElixirFile, call: Call) -> Value:
    node = call.get("port") or option(call.get("options"), "port")
    if node is None:
        node = next((found for a in call.arguments if (found := option(a, "port")) is not None), None)
    return _port(view, project, path, parsed, node) if node is not None else UNKNOWN


def _port(view: View, project: Project, path: str, parsed: ElixirFile, node: Node) -> Value:
    """Return a port's worth; an application setting (`Application.get_env(:app, :port)`) is looked up in `config/`."""
    value = worth(path, parsed, node)
    if value.text is not None or value.env:
        return value
    name = next((w.strip(":)( ") for w in words(node).split(",")[1:] if w.strip().startswith(":")), None)
    for file in settings_files(view, project) if name else ():
        settings = elixir_file(view, file)
        for call in settings.named("config") if settings is not None else ():
            stated = call.get(name or "")
            if stated is None:
                stated = next((found for a in call.arguments if (found := option(a, name or "")) is not None), None)
            if stated is not None and settings is not None:
                return worth(file, settings, stated)
    return _bound(path, parsed, node)


def _bound(path: str, parsed: ElixirFile, node: Node) -> Value:
    """Return what a function of the file without arguments returns (`port: port()`)."""
    name = words(node).partition("(")[0]
    for definition in parsed.named("def", "defp"):
        if definition.defines != name:
            continue
        if definition.block is not None and definition.block.named_children:
            return worth(path, parsed, definition.block.named_children[-1])
        if (short := definition.get("do")) is not None:
            return worth(path, parsed, short)
    return UNKNOWN


def _child_port(view: View, project: Project, module: str) -> Value:
    for path, parsed in matching(view, project, module):
        for node in parsed.tuples:
            parts = [c for c in node.named_children if c.type != "comment"]
            if parts and text_of(parts[0]) == module:
                return _options(view, project, path, parsed, parts[1:])
    return UNKNOWN


def _option(path: str, parsed: ElixirFile, node: Node) -> Value:
    """Return the `port` of Erlang-style options (`[{:port, 8080}]`, `[port: 8080]`)."""
    for one in parsed.tuples:
        parts = one.named_children
        if node.start_byte <= one.start_byte < node.end_byte and len(parts) == 2 and text_of(parts[0]) == "port":
            return worth(path, parsed, parts[1])
    for argument in node.named_children:
        for child in argument.named_children:
            found = option(child, "port")
            if found is not None:
                return worth(path, parsed, found)
    return UNKNOWN


def release_module(view: View, project: Project) -> str | None:
    """Return the module whose `migrate` a release runs (`App.Release`), None without one."""
    for path, parsed in matching(view, project, "def migrate"):
        if path.endswith("release.ex") or "Ecto.Migrator" in parsed.text:
            return next(iter(parsed.modules()), None)
    return None
