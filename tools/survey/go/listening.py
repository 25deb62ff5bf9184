"""Find where a Go program listens: the calls that bind an address, the address evaluated, side doors for metrics told apart."""

from __future__ import annotations

from dataclasses import dataclass

from ..evaluated import port_in
from ..parsers.golang import GoFile, Node, arguments, elements, enclosing, name_of, receiver
from ..parsers.grammar import line_of, words
from .packages import go_file
from .serving import METHODS, framework_of
from .values import Place, Value, Values

_SIDE = ("metric", "pprof", "debug", "admin", "prometheus", "probe", "health", "telemetry", "internal")
_OTHERS = ("cmd", "command", "cli.", "worker", "cron", "scheduler", "consumer", "exec.", "container", "suite")


@dataclass(frozen=True, slots=True)
class Listen:
    """Be one place where the program binds a port."""

    kind: str  # http, grpc or tcp
    call: Place
    port: int | None
    at: Place | None  # where the number is written
    env: str | None
    side: bool  # for metrics, profiling or checks only
    written: bool  # false: no address given, the library's default holds


def listens(values: Values, files: tuple[str, ...], loaded: set[str]) -> list[Listen]:
    """Return every listening call of a program, main doors first; `loaded` are the ids of its frameworks."""
    found: list[Listen] = []
    for path in files:
        file = go_file(values.view, path)
        if file is None:
            continue
        for call in file.calls:
            one = _call(values, path, file, call, loaded)
            if one is not None:
                found.append(one)
        for node in file.literals:
            one = _server(values, path, file, node)
            if one is not None:
                found.append(one)
    return sorted(found, key=lambda f: (f.side, f.kind == "tcp", f.port is None and f.env is None, f.env != "PORT", f.call))


def _call(values: Values, path: str, file: GoFile, call: Node, loaded: set[str]) -> Listen | None:
    owner, name = file.callee(call)
    given = arguments(call)
    if (owner, name) in (("net/http", "ListenAndServe"), ("net/http", "ListenAndServeTLS")) and given:
        return _made(values, path, file, call, "http", given[0])
    if (owner, name) == ("net", "Listen") and len(given) > 1:
        return _made(values, path, file, call, "tcp", given[1])
    if (owner, name) == (".", "Listen") and len(given) == 3 and words(given[0]).startswith(("ctx", "context.")):  # net.ListenConfig
        return _made(values, path, file, call, "tcp", given[2])
    if owner == "github.com/valyala/fasthttp" and name.startswith("ListenAndServe") and given:
        return _made(values, path, file, call, "http", given[0])
    if (name == "WithHostPorts" and given) or (name == "Address" and "kratos" in owner and given):
        return _made(values, path, file, call, "http", given[0])
    if (known := framework_of(owner)) is not None and known.name == "beego" and name == "Run":
        return _made(values, path, file, call, "http", given[0] if given else None)
    if owner != "." or name not in METHODS:
        return None
    frameworks, index = METHODS[name]
    if not set(frameworks) & loaded or _is_foreign(file, call):
        return None
    if (name == "Run" and len(given) > 1) or (name in ("Start", "Listen") and not given):
        return None
    node = given[index] if index < len(given) else None
    if node is not None and (node.type == "func_literal" or (name == "Start" and _is_context(node))):
        return None
    if name == "Run" and node is None and "gin" not in loaded:
        return None
    return _made(values, path, file, call, "http", _address_of(node))


def _is_foreign(file: GoFile, call: Node) -> bool:
    """Say whether a `Run` or `Start` is surely not a server's: of a test, a command line, a worker."""
    inner = receiver(call)
    text = words(inner).lower() if inner is not None else ""
    return any(w in text for w in _OTHERS)


def _is_context(node: Node) -> bool:
    return words(node).startswith(("ctx", "context.", "c.", "func"))


def _address_of(node: Node | None) -> Node | None:
    """Return the address inside a wrapper such as `iris.Addr(":8080")`."""
    if node is not None and node.type == "call_expression" and words(node).startswith("iris.Addr"):
        given = arguments(node)
        return given[0] if given else None
    return node


def _server(values: Values, path: str, file: GoFile, node: Node) -> Listen | None:
    """Return the listening that an `http.Server{Addr: …}` stands for."""
    kind = node.child_by_field_name("type")
    text = words(kind) if kind is not None else ""
    owner, _, name = text.rpartition(".")
    if name != "Server" or file.aliases.get(owner) != "net/http":
        return None
    address = next((v for k, v in elements(node) if k == "Addr"), None)
    return _made(values, path, file, node, "http", address) if address is not None else None


def _made(values: Values, path: str, file: GoFile, node: Node, kind: str, address: Node | None) -> Listen:
    value = values.of(path, file, address) if address is not None else Value()
    port = port_in(value.text)
    env = next((e for e in value.env if "PORT" in e), next(iter(value.env), None))
    return Listen(kind, (path, line_of(node)), port, value.at if port else None, env, _is_side(path, node, address), address is not None)


def _is_side(path: str, node: Node, address: Node | None) -> bool:
    """Say whether a listening serves metrics or checks only, by the words of its statement and of the function around it."""
    function = enclosing(node, "function_declaration", "method_declaration")
    near = name_of(function).lower() if function is not None else ""
    text = f"{words(address).lower() if address is not None else ''} {near} {path.rpartition('/')[2].lower()}"
    return any(w in text for w in _SIDE)
