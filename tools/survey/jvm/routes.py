"""Find the HTTP routes that an application of the JVM declares: Spring, JAX-RS, Micronaut, Ktor, Javalin, Spark, servlets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from ..parsers.grammar import words
from ..parsers.jvm import Annotation, Call, JvmFile, Node
from ..parsers.jvmnodes import enclosing
from ..view import View
from .applications import Application
from .model import Place
from .settings import settings
from .sources import code
from .values import Values, values_of

_SPRING = {
    "GetMapping": "GET",
    "PostMapping": "POST",
    "PutMapping": "PUT",
    "DeleteMapping": "DELETE",
    "PatchMapping": "PATCH",
    "RequestMapping": "ANY",
}
_MICRONAUT = {"Get": "GET", "Post": "POST", "Put": "PUT", "Delete": "DELETE", "Patch": "PATCH", "Head": "HEAD", "Options": "OPTIONS"}
_REST = {"GET": "GET", "POST": "POST", "PUT": "PUT", "DELETE": "DELETE", "PATCH": "PATCH", "HEAD": "HEAD", "OPTIONS": "OPTIONS"}
_VERBS = {v.lower(): v for v in _REST} | {"any": "ANY"}
_GUARDS = {"PreAuthorize", "RolesAllowed", "Authenticated", "Secured", "PostAuthorize"}
_CLIENTS = ("RegisterRestClient", "FeignClient", "HttpExchange", "Client", "ReactiveFeignClient")
_BASES = (
    "server.servlet.context-path",
    "spring.webflux.base-path",
    "server.context-path",
    "quarkus.http.root-path",
    "micronaut.server.context-path",
)
_CLASSES = ("class_declaration", "interface_declaration", "object_declaration", "record_declaration")
_WORDS = ("Mapping", "@Path", "@Controller", "@WebServlet", "@Get", "@Post", "routing", "route(", ".get(", ".post(", 'get("', "GET(")
_COLON = re2.compile(r":([A-Za-z_][A-Za-z0-9_]*)")
_PATTERN = re2.compile(r"\{([A-Za-z_][A-Za-z0-9_.]*)\s*:[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")


@dataclass(frozen=True, slots=True)
class Found:
    """Be one route."""

    method: str
    path: str
    at: Place
    protected: bool | None = None


def routes(view: View, app: Application) -> Iterator[Found]:
    """Yield the routes in the order of files and lines, the application's base path in front."""
    base = settings(view, app.unit).text(*_BASES) or ""
    values = values_of(view, app.unit)
    for path, file in code(view, app.unit, *_WORDS):
        for one in (*_annotated(values, path, file), *_called(values, path, file, app)):
            yield Found(one.method, spelled(base.rstrip("/") + one.path), one.at, one.protected)


def _annotated(values: Values, path: str, file: JvmFile) -> Iterator[Found]:
    names = {a.name for a in file.annotations}
    if not names & {*_SPRING, *_MICRONAUT, "Path", "WebServlet"}:
        return
    above = _class_prefixes(values, path, file)
    rest = {a.on.id: a for a in file.annotations if a.name == "Path" and a.kind == "method"}
    guarded = {a.on.id for a in file.annotations if a.name in _GUARDS}
    for one in file.annotations:
        if one.name == "WebServlet" and one.kind == "class":
            for text in _texts(values, path, file, one, "value", "urlPatterns"):
                yield Found("ANY", text, (path, one.line))
        if one.kind != "method":
            continue
        owner = enclosing(one.on, *_CLASSES)
        prefixes = above.get(owner.id, [""]) if owner is not None else [""]
        if owner is not None and (_is_client(file, owner) or (owner.id not in above and not _is_endpoint(file, owner))):
            continue
        protected = True if one.on.id in guarded or (owner is not None and owner.id in guarded) else None
        for method, texts in _mapped(values, path, file, one, rest):
            for prefix in prefixes:
                for text in texts:
                    yield Found(method, _joined(prefix, text), (path, one.line), protected)


def _is_endpoint(file: JvmFile, owner: Node) -> bool:
    wanted = ("RestController", "Controller", "Path", "RequestMapping", "RestControllerEndpoint")
    return any(a.on.id == owner.id and a.name in wanted for a in file.annotations)


def _is_client(file: JvmFile, owner: Node) -> bool:
    """Say whether a type describes the routes of somebody else's service."""
    return any(a.on.id == owner.id and a.name in _CLIENTS for a in file.annotations)


def _class_prefixes(values: Values, path: str, file: JvmFile) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for one in file.annotations:
        if one.kind == "class" and one.name in ("RequestMapping", "Path", "Controller", "RestController"):
            texts = _texts(values, path, file, one, "value", "path") if one.name != "RestController" else []
            if one.name == "Controller" and texts and not texts[0].startswith("/") and "micronaut" not in file.text:
                texts = []  # Spring's: the value is a bean's name
            if texts or one.on.id not in found:
                found[one.on.id] = texts or [""]
    return found


def _mapped(values: Values, path: str, file: JvmFile, one: Annotation, rest: dict[int, Annotation]) -> Iterator[tuple[str, list[str]]]:
    """Yield (method, paths) that an annotation on a method maps."""
    if one.name in _SPRING:
        method = _SPRING[one.name]
        if method == "ANY" and (stated := one.values.get("method")) is not None:
            method = words(stated).rpartition(".")[2].strip("{}[] ").upper() or "ANY"
        yield method, _texts(values, path, file, one, "value", "path") or [""]
    elif one.name in _MICRONAUT and "micronaut" in file.text:
        yield _MICRONAUT[one.name], _texts(values, path, file, one, "value", "uri") or [""]
    elif one.name in _REST and ("ws.rs" in file.text):
        inner = rest.get(one.on.id)
        yield one.name, (_texts(values, path, file, inner, "value") if inner is not None else []) or [""]


def _texts(values: Values, path: str, file: JvmFile, one: Annotation, *keys: str) -> list[str]:
    """Return the texts of the first of an annotation's keys that is given, one or several."""
    node = next((one.values[k] for k in keys if k in one.values), None)
    if node is None:
        return []
    if node.type in ("element_value_array_initializer", "collection_literal"):
        return [t for n in node.named_children if (t := values.of(path, file, n).text) is not None]
    text = values.of(path, file, node).text
    return [text] if text is not None else []


def _called(values: Values, path: str, file: JvmFile, app: Application) -> Iterator[Found]:
    """Yield the routes of frameworks whose routes are calls: `get("/x") { … }`, `app.get("/x", …)`, `GET("/x", …)`."""
    if app.framework not in ("ktor", "javalin", "spark", "vertx", "spring-boot", "http4k", "jooby"):
        return
    for call in file.calls:
        method = _VERBS.get(call.name) if app.framework != "spring-boot" else _REST.get(call.name)
        if method is None or not call.arguments or not _is_route(call, app):
            continue
        text = values.of(path, file, call.argument(0, "path")).text
        if text is not None and (text.startswith("/") or (app.framework == "ktor" and " " not in text and "://" not in text)):
            yield Found(method, _joined(_around(values, path, file, call), text), (path, call.line))


def _is_route(call: Call, app: Application) -> bool:
    last = call.arguments[-1][1]
    lambdas = ("lambda_literal", "annotated_lambda", "lambda_expression", "method_reference", "callable_reference")
    if app.framework == "ktor":
        return call.receiver in ("", "this") and last.type in lambdas
    return len(call.arguments) > 1 or (app.framework == "vertx" and bool(call.receiver))


def _around(values: Values, path: str, file: JvmFile, call: Call) -> str:
    """Return the prefix of the `route("/x") { … }` and `path("/x", …)` blocks around a call."""
    prefix = ""
    here = call.node.parent
    while here is not None:
        if here.type in ("call_expression", "method_invocation"):
            outer = next((c for c in file.calls if c.node.id == here.id), None)
            if outer is not None and outer.name in ("route", "path", "nest", "mount") and outer.arguments:
                text = values.of(path, file, outer.argument(0, "path")).text
                prefix = _joined(text, prefix) if text else prefix
        here = here.parent
    return prefix


def _joined(left: str, right: str) -> str:
    if not left or not right:
        return left or right
    return f"{left.rstrip('/')}/{right.lstrip('/')}"


def spelled(path: str) -> str:
    """Return a route as clients spell it: parameters in braces without their patterns, one slash in front."""
    text = str(_PATTERN.sub(r"{\1}", path))
    if "{" not in text:
        text = str(_COLON.sub(r"{\1}", text))
    return text if text.startswith("/") else "/" + text
