"""Find what serves a Scala project and where it listens; the object that starts it; what its code reads from the environment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..envfacts import Read, port_among
from ..evaluated import UNKNOWN, Value, port_in
from ..knowledge.scalalibs import FRAMEWORKS, Framework
from ..parsers.grammar import line_of, words
from ..parsers.scala import Call, Node, ScalaFile, call_of, descend, literal
from ..view import View
from .model import Project
from .sbt import built_from, files, matching
from .settings import value_of

Place = tuple[str, int]
_PLAY = Framework("play", ("com.typesafe.play:", "org.playframework:"), (), (), 9000)
_MAINS = {
    "App", "IOApp", "IOApp.Simple", "ZIOAppDefault", "ZIOApp", "App.Simple", "cask.MainRoutes", "cask.Main", "HttpApp", "HttpServer",
    "ResourceApp.Forever", "TwitterServer", "CatsApp",
}  # fmt: skip
_BINDS = {  # call -> index of the port
    "newServerAt": 1, "bindAndHandle": 2, "bindServer": 1, "withPort": 0, "bindHttp": 0, "defaultWithPort": 0, "serve": 0, "start": 1,
    "port": 0, "forPort": 0, "listen": 0, "startServer": 1, "binding": 1, "bind": 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Serving:
    """Be what serves: framework, the line that loads it, the bound port."""

    framework: Framework
    at: Place
    port: Value = UNKNOWN


def serving(view: View, project: Project) -> Serving | None:
    """Return what serves a project, None where nothing does."""
    if project.plugins & {"PlayScala", "PlayJava", "PlayService", "PlayMinimalJava"}:
        port = value_of(view, project, "play.server.http.port", "http.port")
        return Serving(_PLAY, project.at, port)
    paths = built_from(view, project)
    for framework in FRAMEWORKS:
        if not project.requires(*framework.dependencies):
            continue
        for path, parsed in matching(view, paths, *framework.marks):
            if any(i in parsed.text for i in framework.imports):
                mark = next(m for m in framework.marks if m in parsed.text)
                return Serving(framework, (path, view.proof(path, mark).line), _port(view, project, paths))
    return None


def _port(view: View, project: Project, paths: list[str]) -> Value:
    fallback, unknown = UNKNOWN, False
    for path, parsed in matching(view, paths, *_BINDS):
        for call in parsed.named(*_BINDS):
            index = _BINDS[call.name]
            if index >= len(call.arguments) or not _binds(call):
                continue
            value = _worth(view, project, path, parsed, call.arguments[index])
            if port_in(value.text) is not None:
                return Value(str(port_in(value.text)), value.at, value.env)
            fallback = value if value.env and not fallback.env else fallback
            unknown = unknown or not value.env
        for function in parsed.functions:
            name, body = function.child_by_field_name("name"), function.child_by_field_name("body")
            if name is not None and words(name) == "port" and literal(body) and "cask" in parsed.text:
                return Value(literal(body), (path, line_of(function)))
    stated = fallback if fallback.env else value_of(view, project, "http.port", "server.port", "app.port")
    return port_among(reads(view, paths)) if unknown and stated == UNKNOWN else stated


def _binds(call: Call) -> bool:
    if call.name == "bind":  # of classes too
        return port_in(literal(call.arguments[-1])) is not None
    if call.name in ("serve", "start", "port", "listen", "binding"):
        return port_in(literal(call.arguments[-1])) is not None or "port" in words(call.arguments[_BINDS[call.name]]).lower()
    return True


def _worth(view: View, project: Project, path: str, parsed: ScalaFile, node: Node | None, depth: int = 8) -> Value:
    """Return what an expression is worth: literals, `val`s, `sys.env`, `System.getenv`, `config.getInt("http.port")`."""
    if node is None or depth == 0:
        return UNKNOWN
    plain = literal(node)
    if plain is not None:
        return Value(plain, (path, line_of(node)))
    if node.type == "identifier":
        return _worth(view, project, path, parsed, parsed.values.get(words(node)), depth - 1)
    if node.type == "field_expression":
        value, field = node.child_by_field_name("value"), node.child_by_field_name("field")
        name = words(field) if field is not None else ""
        if name == "port":
            known = value_of(view, project, ".".join(words(node).split(".")[-2:]), "port")
            return known if known.text or known.env else _worth(view, project, path, parsed, parsed.values.get("port"), depth - 1)
        return _worth(view, project, path, parsed, value, depth - 1)
    if node.type in ("infix_expression", "instance_expression", "postfix_expression", "parenthesized_expression", "block"):
        return _worth(view, project, path, parsed, node.named_children[0] if node.named_children else None, depth - 1)
    return _called(view, project, path, parsed, call_of(node), depth) if node.type == "call_expression" else UNKNOWN


def _called(view: View, project: Project, path: str, parsed: ScalaFile, call: Call, depth: int) -> Value:
    name = env_name(call)
    if name is not None:
        other = call.arguments[1] if call.name == "getOrElse" and len(call.arguments) > 1 else None
        return Value(None, None, (name,)).or_else(_worth(view, project, path, parsed, other, depth - 1))
    if call.name in ("getInt", "getString", "get") and (key := call.text(0)) is not None:
        return value_of(view, project, key)
    function = call.node.child_by_field_name("function")
    owner = function.child_by_field_name("value") if function is not None and function.type == "field_expression" else None
    if call.name in ("getOrElse", "fold", "orElse", "map", "flatMap", "filter"):
        inner = _worth(view, project, path, parsed, owner, depth - 1)
        last = call.arguments[0] if call.arguments and call.name in ("getOrElse", "fold", "orElse") else None
        return inner.or_else(_worth(view, project, path, parsed, last, depth - 1))
    if call.name in ("toInt", "get", "toIntOption", "trim"):
        return _worth(view, project, path, parsed, owner, depth - 1)
    return (
        _worth(view, project, path, parsed, call.arguments[0], depth - 1)
        if call.name in ("Option", "Some", "Try", "fromInt", "Integer.parseInt") and call.arguments
        else UNKNOWN
    )


def env_name(call: Call) -> str | None:
    """Return the variable that a call reads: `sys.env("X")`, `sys.env.get("X")`, `System.getenv("X")`, `Properties.envOrElse("X", …)`."""
    text = call.text(0)
    whole = f"{call.owner}.{call.name}" if call.owner else call.name
    if text and (
        whole in ("sys.env", "System.getenv", "scala.sys.env", "System.env")
        or (call.owner in ("sys.env", "System.getenv()") and call.name in ("get", "getOrElse", "apply", "contains"))
    ):
        return text
    if text and call.name in ("envOrElse", "envOrNone", "envOrSome"):
        return text
    return text if text and whole in ("env", "ciris.env") and text.upper() == text else None


def reads(view: View, paths: list[str]) -> Iterator[Read]:
    """Yield what the code itself reads from the environment."""
    for path, parsed in matching(view, paths, "sys.env", "getenv", "envOr", 'env("'):
        for call in parsed.calls:
            name = env_name(call)
            if name is None:
                continue
            default, outer = None, call.node
            if call.name in ("getOrElse", "envOrElse") and len(call.arguments) > 1:
                default = call.arguments[1]
            else:
                chained = _chained(outer)
                default = chained.arguments[0] if chained is not None and chained.arguments else None
            ciris = call.owner in ("", "ciris") and _demanded(call.node)
            needed = default is None and call.name == "env" and (call.owner == "sys" or ciris)
            yield Read(
                name,
                (path, call.line),
                (literal(default) or "") if default is not None else None,
                (path, line_of(default)) if default is not None else None,
                needed,
            )


def _chained(node: Node) -> Call | None:
    """Return the `getOrElse` that a read is wrapped in or followed by."""
    here = node.parent
    while here is not None and here.type in ("field_expression", "call_expression", "generic_function", "arguments"):
        if here.type == "call_expression":
            call = call_of(here)
            if call.name in ("getOrElse", "default", "orElse") and call.node != node:
                return call
        here = here.parent
    return None


def _demanded(node: Node) -> bool:
    """Say whether a ciris value has no other way out: no `.option` and no `.or(…)` behind it."""
    here = node
    while here.parent is not None and here.parent.type in ("field_expression", "call_expression", "generic_function"):
        here = here.parent
    return not any(words(f) in ("option", "or", "attempt") for f in descend(here, "identifier"))


def main_object(view: View, project: Project) -> tuple[str, Place] | None:
    """Return (object, line) of the program of a project: its `mainClass`, else the object that extends an application or has `main`."""
    if project.main is not None:
        return project.main
    for path, parsed in matching(view, files(view, project), "App", "def main", "@main", "HttpServer", "Main", "IOApp"):
        package = next((words(n.named_children[0]) for n in descend(parsed.root, "package_clause") if n.named_children), "")
        for node in parsed.objects:
            name = node.child_by_field_name("name")
            head = words(node).partition("{")[0].partition(":\n")[0]
            extends = next((c for c in node.named_children if c.type == "extends_clause"), None)
            above = {words(t) for t in descend(extends, "type_identifier", "stable_type_identifier")} if extends is not None else set()
            has_main = any(
                f.child_by_field_name("name") is not None and words(f.child_by_field_name("name") or f) == "main"
                for f in descend(node, "function_definition")
            )
            if name is not None and head.lstrip().startswith(("object", "case object")) and (above & _MAINS or has_main):
                return (f"{package}.{words(name)}" if package else words(name)), (path, line_of(name))
        for function in parsed.functions:
            name = function.child_by_field_name("name")
            if name is not None and "@main" in words(function)[:40]:
                return (f"{package}.{words(name)}" if package else words(name)), (path, line_of(function))
    return None
