"""Find the calls by which Python code starts a server itself: what they bind, and whether the server is one for development."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ..parsers.python import PythonFile, argument
from ..view import View
from .apps import WORDS, apps, constructor, names_of
from .sources import meeting, seek


@dataclass(frozen=True, slots=True)
class Runner:
    """Be a call that starts a server from a script: what it binds, and whether it is a development server."""

    path: str
    line: int
    server: str
    default: int
    port: ast.expr | None
    development: bool
    guarded: bool  # stands below `if __name__ == "__main__"` or in a function called there
    framework: str | None = None  # of the application, where the same file makes it


_RUNNERS = {
    "uvicorn.run": ("uvicorn", 8000), "waitress.serve": ("waitress", 8080), "aiohttp.web.run_app": ("aiohttp", 8080),
    "hypercorn.run": ("hypercorn", 8000),
    "bjoern.run": ("bjoern", 8080), "werkzeug.serving.run_simple": ("werkzeug", 5000), "eventlet.wsgi.server": ("eventlet", 8090),
    "bottle.run": ("bottle", 8080), "fasthtml.common.serve": ("uvicorn", 5001), "granian.Granian": ("granian", 8000),
    "nicegui.ui.run": ("uvicorn", 8080),
    "robyn.start": ("robyn", 8080), "gevent.pywsgi.WSGIServer": ("gevent", 8000),
}  # fmt: skip
_METHODS = {  # framework -> (method, server, default)
    "flask": ("run", "werkzeug", 5000), "quart": ("run", "hypercorn", 5000), "sanic": ("run", "sanic", 8000),
    "bottle": ("run", "bottle", 8080),
    "tornado": ("listen", "tornado", 8888), "connexion": ("run", "werkzeug", 5000), "dash": ("run_server", "werkzeug", 8050),
    "robyn": ("start", "robyn", 8080),
    "eve": ("run", "werkzeug", 5000), "gradio": ("launch", "gradio", 7860),
}  # fmt: skip
_STANDARD = (
    "http.server.HTTPServer", "http.server.ThreadingHTTPServer", "socketserver.TCPServer", "socketserver.ThreadingTCPServer",
    "wsgiref.simple_server.make_server", "xmlrpc.server.SimpleXMLRPCServer", "BaseHTTPServer.HTTPServer", "SocketServer.TCPServer",
)  # fmt: skip


_STARTS = seek(
    ".run(", "run_app(", "serve(", "listen(", "HTTPServer", "TCPServer", "make_server", "run_simple", "add_insecure_port", "WSGIServer",
    "launch(", "start(", "run(", "prepare(",
)  # fmt: skip


def runners(view: View, folder: str) -> list[Runner]:
    """Return the calls of a code base that start a server, in path order."""
    return view.kept(f"python_runners:{folder}", lambda: list(_runners(view, folder)))


def _runners(view: View, folder: str) -> Iterator[Runner]:
    frameworks = {a.name: a.framework for a in apps(view, folder)}
    for path, parsed in meeting(view, folder, _STARTS):
        local = _local(parsed) if view.meets(path, WORDS) else {}
        for call in parsed.calls():
            found = _runner(path, parsed, call, {**frameworks, **local})
            if found:
                yield found


def _local(parsed: PythonFile) -> dict[str, str]:
    """Return the variables of a file, at any depth, that hold an application or the server around one -> framework."""
    found: dict[str, str] = {}
    for node in parsed.nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            framework = constructor(parsed, node.value)
            if parsed.full_name(node.value.func) == "tornado.httpserver.HTTPServer":
                framework = "tornado"
            found.update(dict.fromkeys(names_of(node), framework) if framework else {})
    return found


def _runner(path: str, parsed: PythonFile, call: ast.Call, frameworks: dict[str, str]) -> Runner | None:
    name = parsed.full_name(call.func)
    if name == "serve" and parsed.imports.get("*", "").startswith("fasthtml"):
        name = "fasthtml.common.serve"
    debug = argument(call, None, "debug", "reload", "use_reloader")
    development = isinstance(debug, ast.Constant) and debug.value is True
    guarded = any(isinstance(n, ast.If) and "__name__" in ast.dump(n.test) for n in parsed.tree.body)
    if name in _RUNNERS:
        server, default = _RUNNERS[name]
        first = argument(call, 0, "app")
        made = frameworks.get(first.id) if isinstance(first, ast.Name) else constructor(parsed, first) if first else None
        made = "aiohttp" if server == "aiohttp" else made
        return Runner(path, call.lineno, server, default, argument(call, None, "port"), development, guarded, made)
    if name in _STANDARD:
        where = argument(call, 1 if name.endswith("make_server") else 0, "server_address")
        port = where.elts[1] if isinstance(where, ast.Tuple) and len(where.elts) == 2 else where if name.endswith("make_server") else None
        return Runner(path, call.lineno, "http.server", 8000, port, False, guarded)
    return _method(path, parsed, call, frameworks, development, guarded)


def _method(path: str, parsed: PythonFile, call: ast.Call, frameworks: dict[str, str], development: bool, guarded: bool) -> Runner | None:
    """Return the runner that a method call is: `app.run(port=80)`, `server.listen(8888)`, `server.add_insecure_port("[::]:50051")`."""
    if not isinstance(call.func, ast.Attribute):
        return None
    name = call.func.attr
    if name in ("add_insecure_port", "add_secure_port"):
        return Runner(path, call.lineno, "grpc", 50051, argument(call, 0, "address"), False, guarded, "grpc")
    owner = call.func.value.id if isinstance(call.func.value, ast.Name) else ""
    made = constructor(parsed, call.func.value)
    framework = made or frameworks.get(owner) or ("flask" if owner == "socketio" else None)
    if framework is None and name == "prepare" and any(m.partition(".")[0] == "sanic" for m in parsed.modules):
        framework = "sanic"
    method = _METHODS.get(framework or "")
    if not method or not (owner or made) or name not in (method[0], "run", "prepare" if framework == "sanic" else method[0]):
        return None
    position = 0 if framework == "tornado" else 1 if framework == "flask" and owner != "socketio" else None
    return Runner(path, call.lineno, method[1], method[2], argument(call, position, "port"), development, guarded, framework)
