"""Find the port that a Rust server binds: literals, constants, variables with a fallback, fields of settings structs and files."""

from __future__ import annotations

from collections.abc import Iterator

from ..envfacts import port_among
from ..evaluated import UNKNOWN, Value, port_in
from ..knowledge.rustlibs import Framework
from ..parsers.grammar import words
from ..parsers.rust import Call, Node, RustFile, descend, literal, text_of
from ..view import View, join
from .env import reads
from .options import options
from .programs import Program
from .sources import built_from, matching
from .values import worth

_BINDS = {
    "bind",
    "listen",
    "http",
    "run",
    "serve",
    "start_server",
    "start",
    "bind_auto_h2c",
    "try_bind",
    "bind_ephemeral",
    "listen_addr",
    "bind_rustls",
}
_SETTINGS = ("configuration", "config", "settings", "conf", "etc", ".")


def listening(view: View, program: Program) -> Value:
    """Return what a program's server binds: its port as text with its place, and the variables that move it."""
    if program.framework is None:
        return UNKNOWN
    paths = built_from(view, program.package, program.binary)
    if program.framework.name in ("rocket", "loco"):
        return _from_file(view, program) or _configured(view, paths) or UNKNOWN
    found = [v for path, parsed in matching(view, paths, *(f"{b}(" for b in _BINDS)) for v in _bound(view, program, path, parsed, paths)]
    return next((v for v in found if v.text is not None), next((v for v in found if v.env), UNKNOWN))


def _bound(view: View, program: Program, path: str, parsed: RustFile, paths: list[str]) -> Iterator[Value]:
    for call in parsed.calls:
        if call.name not in _BINDS or not call.arguments or not _is_server(call, program.framework):
            continue
        address = call.arguments[0]
        value = worth(path, parsed, address)
        if call.name == "bind" and call.receiver is not None and ("query" in words(call.receiver) or "::<" in words(call.node)[-200:]):
            continue  # a value that is bound to a statement
        port = port_in(value.text)
        if port is not None:
            yield Value(str(port), value.at, value.env)
        elif value.env:
            yield value
        else:
            yield from _fields(view, program, parsed, address, paths)


def _is_server(call: Call, framework: Framework | None) -> bool:
    if call.name == "run":
        return framework is not None and framework.name == "warp"
    if call.name == "serve":
        return framework is not None and framework.name == "grpc"
    if call.name in ("http", "start"):
        return framework is not None and framework.name in ("iron", "tiny_http", "gotham")
    return "Udp" not in call.path


def _fields(view: View, program: Program, parsed: RustFile, address: Node, paths: list[str]) -> Iterator[Value]:
    """Yield what the settings say of a field that the address is made of (`settings.application.port`)."""
    for chain in _chains(parsed, address):
        for one in options(view, paths):
            if one.field == chain[-1] and one.read.default and port_in(one.read.default):
                yield Value(str(port_in(one.read.default)), one.read.default_at, (one.read.name,))
        for suffix in (chain[-2:], chain[-1:]):
            value = _written(view, program, tuple(suffix))
            if value is not None:
                names = [o.read.name for o in options(view, paths) if o.field == chain[-1]]
                nearest = [n for n in names if len(chain) > 1 and chain[-2].upper() in n]
                yield Value(value.text, value.at, tuple((nearest or names)[:1]))
                return
        elsewhere = port_among(r for r in reads(view, paths) if r.name == "PORT" or port_in(r.default))
        if elsewhere != UNKNOWN:
            yield elsewhere


def _chains(parsed: RustFile, node: Node, depth: int = 4) -> Iterator[list[str]]:
    """Yield the chains of fields (`a.b.port` as a, b, port) in an expression, names followed to what they are bound to."""
    for part in descend(node, "field_expression", "identifier", "token_tree"):
        if part.type == "field_expression":
            chain = words(part).replace("\n", "").replace(" ", "").split(".")
            if chain[-1] in (
                "port",
                "addr",
                "address",
                "bind",
                "listen",
                "bind_addr",
                "listen_addr",
                "bind_address",
                "server_address",
                "http_port",
            ):
                yield chain
        elif part.type == "token_tree":
            tokens = [words(c) for c in part.children]
            for at, token in enumerate(tokens):
                if token == "port" and at > 2 and tokens[at - 1] == ".":
                    yield [tokens[at - 2], token] if at < 4 or tokens[at - 3] != "." else [tokens[at - 4], tokens[at - 2], token]
        elif depth:
            bound = next(
                (x.child_by_field_name("value") for x in parsed.lets if _binds(x, words(part)) and x.start_byte < part.start_byte), None
            )
            if bound is not None and bound != node:
                yield from _chains(parsed, bound, depth - 1)


def _binds(let: Node, name: str) -> bool:
    pattern = let.child_by_field_name("pattern")
    return pattern is not None and words(pattern).removeprefix("mut ") == name


def _written(view: View, program: Program, keys: tuple[str, ...]) -> Value | None:
    """Return the port under these keys in a settings file: the base one before those of environments, production's before all."""
    found: list[tuple[int, Value]] = []
    for home in dict.fromkeys((program.package.folder, program.package.root or ".", ".")):
        for folder in _SETTINGS:
            for path in view.under(join(home, folder) if folder != "." else home, view.suffixed(".yaml", ".yml", ".toml", ".json")):
                if path.rpartition("/")[0] not in (join(home, folder), home, "") or path.endswith(("Cargo.toml", "Rocket.toml")):
                    continue
                document = view.document(path)
                text = document.text(*keys) if document is not None else None
                port = port_in(text)
                if document is not None and port is not None:
                    name = path.rpartition("/")[2]
                    rank = 0 if name.startswith("prod") else 1 if name.startswith(("base", "default", "config", "settings")) else 2
                    found.append((rank, Value(str(port), (path, document.line(*keys)))))
    return min(found, key=lambda f: (f[0], f[1].at))[1] if found else None


def _from_file(view: View, program: Program) -> Value | None:
    """Return the port of `Rocket.toml` (release, then default, then global) or of Loco's `config/production.yaml`."""
    for folder in (program.package.folder, program.package.root or "."):
        path = join(folder, "Rocket.toml")
        document = view.document(path) if view.repository.size(path) else None
        for profile in ("release", "production", "default", "global", "debug", "development") if document is not None else ():
            text = document.text(profile, "port") if document is not None else None
            if text and document is not None:
                return Value(text, (path, document.line(profile, "port")), ("ROCKET_PORT",))
        for name in ("production", "development"):
            path = join(folder, f"config/{name}.yaml")
            loco = view.document(path) if view.repository.size(path) else None
            text = loco.text("server", "port") if loco is not None else None
            if text and text.isdigit() and loco is not None:
                return Value(text, (path, loco.line("server", "port")))
    return None


def _configured(view: View, paths: list[str]) -> Value | None:
    """Return the port that code merges into Rocket's figment or sets in its `Config`."""
    for path, parsed in matching(view, paths, "figment", "rocket::Config", "Config {"):
        for call in parsed.named("merge"):
            first = call.arguments[0] if call.arguments else None
            parts = first.named_children if first is not None and first.type == "tuple_expression" else []
            if len(parts) == 2 and text_of(parts[0]) == "port":
                value = worth(path, parsed, parts[1])
                if value.text or value.env:
                    return value
        for field in descend(parsed.root, "field_initializer"):
            name, given = field.child_by_field_name("field"), field.child_by_field_name("value")
            if name is not None and words(name) == "port" and literal(given):
                return Value(literal(given), (path, field.start_point[0] + 1))
    return None
