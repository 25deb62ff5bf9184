"""Find where a Go program listens: the calls that bind an address, the address evaluated, side doors for metrics told apart."""

from __future__ import annotations

from dataclasses import dataclass

from ..evaluated import port_in
from ..parsers.golang import GoFile, Node, arguments, elements, enclosing, name_of, receiver
from ..parsers.grammar import line_of, words
from .packages import folder_of_import, holding
from .serving import METHODS, framework_of
from .values import Place, Value, Values

_SIDE = ("metric", "pprof", "debug", "admin", "prometheus", "probe", "health", "telemetry", "internal")
_OTHERS = ("cmd", "command", "cli.", "worker", "cron", "scheduler", "consumer", "exec.", "container", "suite")

_DOORS = ("ListenAndServe", "Listen(", "WithHostPorts(", "Address(", "Run(", "Server{", *(f"{name}(" for name in METHODS))
_NETWORKS = ('"tcp"', '"tcp4"', '"tcp6"')  # what stands first in a call that opens a listener, whoever it is asked of


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
    local: bool = False  # on the loopback and any free port: a command line that waits for a browser to come back


def listens(values: Values, files: tuple[str, ...], loaded: set[str]) -> list[Listen]:
    """Return every listening call of a program, main doors first; `loaded` are the ids of its frameworks."""
    found: list[Listen] = []
    for path, file in holding(values.view, files, *_DOORS):
        for call in file.calls:
            one = _call(values, path, file, call, loaded)
            if one is not None:
                found.append(one)
        for node in file.literals:
            one = _server(values, path, file, node)
            if one is not None:
                found.append(one)
    return sorted(found, key=lambda f: (f.side, f.kind == "tcp", f.port is None and f.env is None, f.port == 443, f.env != "PORT", f.call))


def _call(values: Values, path: str, file: GoFile, call: Node, loaded: set[str]) -> Listen | None:
    owner, name = file.callee(call)
    given = arguments(call)
    if (owner, name) in (("net/http", "ListenAndServe"), ("net/http", "ListenAndServeTLS")) and given:
        return _made(values, path, file, call, "http", given[0])
    network = words(given[0]) if given else ""
    if name == "Listen" and len(given) > 1 and (owner in ("net", "crypto/tls") or (owner == "." and network in _NETWORKS)):
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
    if not set(frameworks) & loaded or _is_foreign(values, file, call):
        return None
    if (name == "Run" and len(given) > 1) or (name in ("Start", "Listen") and not given):
        return None
    node = given[index] if index < len(given) else None
    if node is not None and (node.type == "func_literal" or (name == "Start" and _is_context(node))):
        return None
    if name == "Run" and node is None and "gin" not in loaded:
        return None
    return _made(values, path, file, call, "http", _address_of(node))


def _is_foreign(values: Values, file: GoFile, call: Node) -> bool:
    """Say whether a `Run` or `Start` is surely not a server's: of a test, a command line, a worker, a package that serves nothing."""
    inner = receiver(call)
    text = words(inner).lower() if inner is not None else ""
    if any(w in text for w in _OTHERS):
        return True
    package = _origin(file, inner)
    return package is not None and framework_of(package) is None and folder_of_import(values.view, package) is None


def _origin(file: GoFile, node: Node | None) -> str | None:
    """Return the package whose call made an object, by the chain of calls or the variable's one assignment; None where unknown."""
    function = enclosing(node, "function_declaration", "method_declaration") if node is not None else None
    if node is not None and node.type == "identifier" and function is not None:
        made = file.scope(function).assigned.get(words(node), [])
        right = made[0].child_by_field_name("right") if len(made) == 1 else None
        node = right.named_children[0] if right is not None and right.named_children else None
    if node is None or node.type != "call_expression":
        return None
    while node is not None and node.type in ("call_expression", "selector_expression", "index_expression", "type_instantiation_expression"):
        node = node.named_children[0] if node.named_children else None
    return file.aliases.get(words(node)) if node is not None and node.type == "identifier" else None


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
    local = address is not None and port is None and env is None and any(w in words(address) for w in ("127.0.0.1:", "localhost:"))
    side = local or _is_side(path, node, address)
    return Listen(kind, (path, line_of(node)), port, value.at if port else None, env, side, address is not None, local)


def _is_side(path: str, node: Node, address: Node | None) -> bool:
    """Say whether a listening serves metrics or checks only, by the words of its statement and of the function around it."""
    function = enclosing(node, "function_declaration", "method_declaration")
    near = name_of(function).lower() if function is not None else ""
    text = f"{words(address).lower() if address is not None else ''} {near} {path.rpartition('/')[2].lower()}"
    return any(w in text for w in _SIDE)
