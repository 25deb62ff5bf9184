"""Find the web applications that Python code defines: objects and factories."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ..parsers.python import PythonFile
from ..view import View
from .sources import absolute, dotted, meeting, path_of, seek

CONSTRUCTORS = {
    "fastapi.FastAPI": "fastapi", "fastapi.applications.FastAPI": "fastapi", "flask.Flask": "flask", "flask.app.Flask": "flask",
    "starlette.applications.Starlette": "starlette", "sanic.Sanic": "sanic", "sanic.app.Sanic": "sanic",
    "aiohttp.web.Application": "aiohttp",
    "tornado.web.Application": "tornado", "fasthtml.common.FastHTML": "fasthtml", "fasthtml.FastHTML": "fasthtml",
    "fasthtml.common.fast_app": "fasthtml", "fasthtml.fastapp.fast_app": "fasthtml", "quart.Quart": "quart", "bottle.Bottle": "bottle",
    "bottle.default_app": "bottle", "falcon.App": "falcon", "falcon.API": "falcon", "falcon.asgi.App": "falcon",
    "litestar.Litestar": "litestar",
    "robyn.Robyn": "robyn", "blacksheep.Application": "blacksheep", "blacksheep.server.Application": "blacksheep",
    "connexion.FlaskApp": "connexion",
    "connexion.App": "connexion", "connexion.AsyncApp": "connexion", "dash.Dash": "dash", "pyramid.config.Configurator": "pyramid",
    "django.core.wsgi.get_wsgi_application": "django", "django.core.asgi.get_asgi_application": "django", "grpc.server": "grpc",
    "grpc.aio.server": "grpc", "nameko.standalone.rpc": "nameko", "cherrypy.Application": "cherrypy", "apiflask.APIFlask": "flask",
    "flask_openapi3.OpenAPI": "flask", "eve.Eve": "eve", "chalice.Chalice": "chalice", "emmett.App": "emmett",
    "muffin.Application": "muffin",
    "nicegui.ui.run": "nicegui", "gradio.Blocks": "gradio", "gradio.Interface": "gradio", "panel.serve": "panel",
}  # fmt: skip
ASGI = {"fastapi", "starlette", "fasthtml", "quart", "litestar", "blacksheep", "falcon-asgi"}
WSGI = {"flask", "bottle", "falcon", "pyramid", "dash", "connexion", "eve", "cherrypy"}
_STEMS = ("wsgi", "asgi", "main", "app", "server", "api", "application", "index", "run", "web", "__init__")
WORDS = seek(
    pattern=r"(?m)^[ \t]*(?:from|import)[ \t]+(?:fastapi|flask|starlette|sanic|aiohttp|tornado|fasthtml|quart|bottle|falcon|litestar|robyn"
    r"|blacksheep|connexion|dash|pyramid|grpc|cherrypy|apiflask|flask_openapi3|eve|chalice|emmett|muffin|nicegui|gradio|panel)\b|get_[aw]sgi_application|\b(?:create|make|get|build)_app"
)


@dataclass(frozen=True, slots=True)
class App:
    """Be one application: the framework, where it is made, and the name that a server loads it by."""

    framework: str
    path: str
    module: str
    name: str
    line: int
    factory: bool = False

    @property
    def reference(self) -> str:
        """Return `module:name`, with `()` for a factory."""
        return f"{self.module}:{self.name}{'()' if self.factory else ''}"


def constructor(parsed: PythonFile, call: ast.AST) -> str | None:
    """Return the framework whose application a call makes, None for any other call; a subclass of the same file counts."""
    if not isinstance(call, ast.Call):
        return None
    name = parsed.full_name(call.func)
    found = CONSTRUCTORS.get(name) or _subclass(parsed, name)
    if found or not name or "." in name:
        return found
    stars = [v.removesuffix(".*") for k, v in parsed.imports.items() if k == "*"]
    return next((CONSTRUCTORS[f"{s}.{name}"] for s in stars if f"{s}.{name}" in CONSTRUCTORS), None)


def _subclass(parsed: PythonFile, name: str) -> str | None:
    for statement in parsed.tree.body:
        if isinstance(statement, ast.ClassDef) and statement.name == name:
            return next((CONSTRUCTORS[b] for b in map(parsed.full_name, statement.bases) if b in CONSTRUCTORS), None)
    return None


def apps(view: View, folder: str) -> list[App]:
    """Return the applications of a code base, the one that a server should load first."""
    return view.kept(f"python_apps:{folder}", lambda: _find(view, folder))


def _find(view: View, folder: str) -> list[App]:
    parsed = list(meeting(view, folder, WORDS))
    direct = [app for path, file in parsed for app in _direct(path, file, folder)]
    factories = {f"{a.module}.{a.name}": a for a in direct if a.factory}
    made = [app for path, file in parsed for app in _made(view, path, file, folder, factories)]
    return sorted([*direct, *made], key=_preference)


def _preference(app: App) -> tuple[int, int, int, int, str, int]:
    stem = app.path.rpartition("/")[2].removesuffix(".py")
    rank = _STEMS.index(stem) if stem in _STEMS else len(_STEMS)
    named = 0 if app.name in ("app", "application", "api", "server") else 1
    return int(app.factory), named, app.path.count("/") if rank > 1 else 0, rank, app.path, app.line


def _direct(path: str, parsed: PythonFile, folder: str) -> Iterator[App]:
    module = dotted(path, folder)
    for statement in _top(parsed.tree.body):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            made = _returned(parsed, statement)
            if made:
                yield App(made, path, module, statement.name, statement.lineno, factory=True)
        elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            framework = constructor(parsed, _unwrapped(statement.value))
            if framework:
                for name in names_of(statement):
                    yield App(framework, path, module, name, statement.lineno)


def _top(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run when the module is imported, those inside `if`, `try` and `with` too."""
    for statement in body:
        yield statement
        for name in ("body", "orelse", "finalbody"):
            if isinstance(statement, ast.If | ast.Try | ast.With):
                yield from _top(getattr(statement, name, []) or [])


def _unwrapped(value: ast.expr) -> ast.expr:
    """Return the call inside a wrapper that takes the application as first argument (`Middleware(FastAPI())`)."""
    if isinstance(value, ast.Call) and value.args and isinstance(value.args[0], ast.Call) and not isinstance(value.func, ast.Attribute):
        return value
    return value


def names_of(statement: ast.Assign | ast.AnnAssign) -> list[str]:
    """Return the variables that an assignment gives its value, the first one of a tuple."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    first = targets[0].elts[:1] if isinstance(targets[0], ast.Tuple) else targets
    return [t.id for t in first if isinstance(t, ast.Name)]


def _returned(parsed: PythonFile, function: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    """Return the framework of the application that a function makes and returns, None for any other function."""
    made: dict[str, str] = {}
    statements = list(_statements(function))
    if not any(isinstance(s, ast.Return) and isinstance(s.value, ast.Call | ast.Name) for s in statements):
        return None
    for node in statements:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            framework = constructor(parsed, node.value)
            if framework:
                made.update(dict.fromkeys(names_of(node), framework))
    for node in statements:
        if isinstance(node, ast.Return) and node.value is not None:
            value = node.value
            framework = constructor(parsed, value)
            if framework:
                return framework
            if isinstance(value, ast.Name) and value.id in made:
                return made[value.id]
    return None


def _statements(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """Yield the statements of a function at any depth, breadth first; expressions are not entered, since none holds a statement."""
    found: list[ast.AST] = [function]
    for node in found:  # it grows while it is walked
        yield node
        for name in ("body", "handlers", "orelse", "finalbody", "cases"):
            found.extend(getattr(node, name, ()))


def _made(view: View, path: str, parsed: PythonFile, folder: str, factories: dict[str, App]) -> Iterator[App]:
    """Yield the module-level objects that a factory of the code base makes."""
    module = dotted(path, folder)
    for statement in _top(parsed.tree.body):
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or not isinstance(statement.value, ast.Call):
            continue
        name = parsed.full_name(statement.value.func)
        full = absolute(name, path, folder) if name in parsed.imports.values() or "." in name else f"{module}.{name}"
        factory = factories.get(full) or _reexported(view, folder, full, factories)
        if factory:
            for own in names_of(statement):
                yield App(factory.framework, path, module, own, statement.lineno)


def _reexported(view: View, folder: str, name: str, factories: dict[str, App]) -> App | None:
    """Return the factory that a package's `__init__` passes on under another module's name."""
    package, _, attribute = name.rpartition(".")
    path = path_of(view, folder, package) if package else None
    parsed = view.python(path) if path else None
    target = parsed.imports.get(attribute) if parsed and path else None
    return factories.get(absolute(target, path, folder)) if target and path else None
