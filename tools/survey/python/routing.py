"""Follow routers, blueprints and mounts of FastAPI, Starlette, Flask, Quart and Sanic from the application down to each route."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..parsers.python import PythonFile, argument, string
from ..view import View
from .apps import apps, constructor
from .settings import settings
from .sources import absolute, dotted, files, meeting, path_of, seek
from .values import resolve

VERBS = {"get", "post", "put", "patch", "delete", "head", "options", "trace"}
_ROUTERS = {
    "fastapi.APIRouter": "prefix", "fastapi.routing.APIRouter": "prefix", "flask.Blueprint": "url_prefix", "quart.Blueprint": "url_prefix",
    "sanic.Blueprint": "url_prefix", "starlette.routing.Router": "", "aiohttp.web.RouteTableDef": "", "apiflask.APIBlueprint": "url_prefix",
    "ninja.Router": "", "ninja.NinjaAPI": "", "flask_restx.Namespace": "path", "flask_smorest.Blueprint": "url_prefix",
    "litestar.Router": "path",
}  # fmt: skip
_WORDS = seek(
    pattern=r"APIRouter|Blueprint|Namespace|RouteTableDef|Ninja|include_router|register_blueprint|add_url_rule|add_api_route|Annotated\[|add_route|\.mount\("
    r"|FastAPI\(|Flask\(|Starlette\(|Sanic\(|Quart\(|FastHTML|fast_app|@\w+(?:\.\w+)*\.(?:get|post|put|patch|delete|route|api_route|websocket)\("
)
_INCLUDES = {
    "include_router": "prefix", "register_blueprint": "url_prefix", "blueprint": "url_prefix", "mount": "", "add_router": "",
    "add_namespace": "path", "register_blueprints": "",
}  # fmt: skip
_LOGIN = (
    "auth", "login", "current_user", "currentuser", "permission", "require", "superuser", "jwt", "token", "oauth2", "security", "api_key",
    "apikey", "session_user", "get_user", "active_user", "protected", "roles",
)  # fmt: skip
_MAX_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Be one route as its file declares it: path below its router, where, and whether it demands a login itself."""

    methods: tuple[str, ...]
    path: str
    file: str
    line: int
    protected: bool


@dataclass(slots=True)
class _Router:
    key: str
    prefix: str = ""
    protected: bool = False
    root: bool = False
    endpoints: list[Endpoint] = field(default_factory=list)
    children: list[tuple[str, str, bool]] = field(default_factory=list)  # (key, prefix, protected)


@dataclass(frozen=True, slots=True)
class Found:
    """Be one route as a client spells it."""

    method: str
    path: str
    file: str
    line: int
    protected: bool


def routes(view: View, folder: str) -> list[Found]:
    """Return the routes of a code base that can be followed from an application object."""
    if not any(a.framework != "django" for a in apps(view, folder)) and not any(view.holds(p, "NinjaAPI") for p in files(view, folder)):
        return []
    graph = _Graph(view, folder)
    found = [r for router in graph.routers.values() if router.root for r in graph.follow(router, "", False, 0)]
    return sorted(set(found), key=lambda r: (r.path, r.method, r.file, r.line))


class _Graph:
    def __init__(self, view: View, folder: str) -> None:
        self.view, self.folder = view, folder
        self.routers: dict[str, _Router] = {}
        self.defaults = {n: s.default for s in settings(view, folder) for n in s.names if s.default is not None}
        self.guards: set[str] = set()
        files = list(meeting(view, folder, _WORDS))
        for path, parsed in files:
            self._declare(path, parsed)
        for path, parsed in files:
            self._connect(path, parsed)

    def _declare(self, path: str, parsed: PythonFile) -> None:
        module = dotted(path, self.folder)
        for node in parsed.nodes:
            if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
                continue
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                name = target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else None
                if name is None and isinstance(target, ast.Tuple) and target.elts and isinstance(target.elts[0], ast.Name):
                    name = target.elts[0].id
                if name is None:
                    continue
                if isinstance(node.value, ast.Subscript) and "Depends" in ast.dump(node.value) and _login(ast.dump(node.value)):
                    self.guards.add(name)
                made = self._made(f"{module}.{name}", parsed, node.value)
                if made is not None:
                    self.routers.setdefault(made.key, made)

    def _made(self, key: str, parsed: PythonFile, value: ast.expr) -> _Router | None:
        if not isinstance(value, ast.Call):
            return None
        name = parsed.full_name(value.func)
        if constructor(parsed, value):
            return _Router(key, self._text(parsed, argument(value, None, "root_prefix")), self._guarded(parsed, value), root=True)
        if name not in _ROUTERS:
            return None
        word = _ROUTERS[name]
        prefix = self._text(parsed, argument(value, None, word)) if word else ""
        return _Router(key, prefix, self._guarded(parsed, value), root=name == "ninja.NinjaAPI")

    def _text(self, parsed: PythonFile, node: ast.expr | None) -> str:
        """Return a prefix: a constant, or the default of the setting that an attribute names."""
        if node is None:
            return ""
        known = resolve(parsed, node).value
        if isinstance(known, str):
            return known
        if isinstance(node, ast.JoinedStr):
            return "".join(string(v) or (self._text(parsed, v.value) if isinstance(v, ast.FormattedValue) else "") for v in node.values)
        if isinstance(node, ast.Attribute):
            return self.defaults.get(node.attr.upper()) or ""
        return ""

    def _guarded(self, parsed: PythonFile, call: ast.Call) -> bool:
        node = argument(call, None, "dependencies", "auth", "decorators")
        return node is not None and (_login(ast.dump(node)) or any(g in ast.dump(node) for g in self.guards))

    def _key(self, parsed: PythonFile, path: str, node: ast.expr | None) -> str | None:
        """Return the router that an expression names, through imports and packages that pass it on."""
        name = parsed.full_name(node)
        if not name:
            return node.attr if isinstance(node, ast.Attribute) else None
        module = dotted(path, self.folder)
        for candidate in (f"{module}.{name}", absolute(name, path, self.folder), name):
            if candidate in self.routers:
                return candidate
        return self._passed_on(absolute(name, path, self.folder), 0)

    def _passed_on(self, name: str, depth: int) -> str | None:
        package, _, attribute = name.rpartition(".")
        where = path_of(self.view, self.folder, package) if package and depth < 5 else None
        parsed = self.view.python(where) if where else None
        target = parsed.imports.get(attribute) if parsed and where else None
        if target is None or where is None:
            return next((k for k in self.routers if name and k.startswith(name + ".")), None) if where is None else None
        full = absolute(target, where, self.folder)
        return full if full in self.routers else self._passed_on(full, depth + 1)

    def _connect(self, path: str, parsed: PythonFile) -> None:
        for node in parsed.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for decorator in node.decorator_list:
                    self._decorated(path, parsed, node, decorator)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                self._called(path, parsed, node, node.func)

    def _called(self, path: str, parsed: PythonFile, call: ast.Call, function: ast.Attribute) -> None:
        if function.attr in _INCLUDES and call.args:
            parent = self._key(parsed, path, function.value)
            child = self._key(parsed, path, call.args[1] if function.attr == "mount" and len(call.args) > 1 else call.args[0])
            if child is None and function.attr == "add_router" and len(call.args) > 1:
                child = self._key(parsed, path, call.args[1])
            if parent in self.routers and child in self.routers and parent and child and parent != child:
                word = _INCLUDES[function.attr]
                prefix = self._text(parsed, argument(call, None, word)) if word else self._text(parsed, call.args[0])
                self.routers[parent].children.append((child, prefix, self._guarded(parsed, call)))
        elif function.attr in ("add_url_rule", "add_api_route", "add_route") and call.args:
            owner = self._key(parsed, path, function.value)
            rule = self._text(parsed, call.args[0])
            if owner in self.routers and owner and rule:
                methods = _methods(argument(call, None, "methods")) or ("GET",)
                self.routers[owner].endpoints.append(Endpoint(methods, rule, path, call.lineno, self._guarded(parsed, call)))

    def _decorated(self, path: str, parsed: PythonFile, function: ast.FunctionDef | ast.AsyncFunctionDef, decorator: ast.expr) -> None:
        call = decorator if isinstance(decorator, ast.Call) else None
        target = call.func if call else None
        if call is None or not isinstance(target, ast.Attribute) or target.attr not in VERBS | {"route", "api_route", "websocket"}:
            return
        owner = self._key(parsed, path, target.value) or self._local(path, parsed, target.value)
        if owner not in self.routers or owner is None:
            return
        where = argument(call, 0, "path", "rule", "uri")
        rule = self._text(parsed, where)
        listed = _methods(argument(call, None, "methods")) or ("GET",)
        methods = (target.attr.upper(),) if target.attr in VERBS else ("WEBSOCKET",) if target.attr == "websocket" else listed
        protected = self._guarded(parsed, call) or self._demands(function, decorator)
        line = getattr(where, "lineno", call.lineno) or call.lineno
        self.routers[owner].endpoints.append(Endpoint(methods, rule, path, line, protected))

    def _local(self, path: str, parsed: PythonFile, node: ast.expr) -> str | None:
        """Return the router of a factory's local variable: any router of the file with that name."""
        return f"{dotted(path, self.folder)}.{node.id}" if isinstance(node, ast.Name) else None

    def _demands(self, function: ast.FunctionDef | ast.AsyncFunctionDef, own: ast.expr) -> bool:
        """Say whether a handler demands a login by a decorator or by a parameter's dependency."""
        if any(_login(_head(d)) for d in function.decorator_list if d is not own):
            return True
        parameters = [*function.args.args, *function.args.kwonlyargs]
        texts = [ast.dump(p.annotation) for p in parameters if p.annotation is not None]
        texts += [ast.dump(d) for d in (*function.args.defaults, *function.args.kw_defaults) if d is not None]
        if any(("Depends" in t or "Security" in t) and _login(t) for t in texts):
            return True
        return any(f"id='{g}'" in t for t in texts for g in self.guards)

    def follow(self, router: _Router, prefix: str, protected: bool, depth: int) -> Iterator[Found]:
        """Yield the routes of a router and of everything included below it."""
        if depth > _MAX_DEPTH:
            return
        base = prefix + router.prefix
        guarded = protected or router.protected
        for one in router.endpoints:
            for method in one.methods:
                yield Found(method, _spelled(base + one.path), one.file, one.line, guarded or one.protected)
        for key, more, also in router.children:
            child = self.routers[key]
            override = more if child.prefix and more and child.prefix.strip("/") == more.strip("/") else None
            yield from self.follow(child, base if override else base + more, guarded or also, depth + 1)


def _head(decorator: ast.expr) -> str:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.dump(target)


def _login(text: str) -> bool:
    lower = text.lower().replace("oauth2passwordrequestform", "")
    return any(word in lower for word in _LOGIN)


def _methods(node: ast.expr | None) -> tuple[str, ...]:
    elements = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else []
    return tuple(sorted(t.upper() for t in map(string, elements) if t))


def _spelled(path: str) -> str:
    """Return a path with parameters in braces, converters taken off, slashes single."""
    parts = []
    for part in path.split("/"):
        if part.startswith("<") and part.endswith(">"):
            part = "{" + part[1:-1].rpartition(":")[2] + "}"
        elif part.startswith("{") and ":" in part:
            part = part.partition(":")[0] + "}"
        parts.append(part)
    joined = "/".join(parts)
    while "//" in joined:
        joined = joined.replace("//", "/")
    return joined if joined.startswith("/") else "/" + joined
