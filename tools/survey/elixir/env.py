"""Find what Elixir code reads from the environment: `System.get_env`, `fetch_env!`, `{:system, …}`, Dotenvy, and own helpers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..envfacts import Read
from ..parsers.elixir import Call, ElixirFile, Node, call_of, literal, text_of
from ..parsers.grammar import line_of, words
from ..view import View
from .mix import Project, matching
from .values import worth

_MARKS = ("System.get_env", "System.fetch_env", ":system", "{System, :", "env!(")


def reads(view: View, project: Project) -> Iterator[Read]:
    """Yield every read of a project's programs and settings."""
    helpers = _helpers(view, project)
    for path, parsed in matching(view, project, *_MARKS, *helpers):
        for call in parsed.calls:
            yield from _call(path, parsed, call, helpers)
        for node in parsed.tuples:
            value = worth(path, parsed, node)
            if value.env and value.env[0].upper() == value.env[0]:
                yield Read(value.env[0], (path, line_of(node)), value.text, value.at)


def _call(path: str, parsed: ElixirFile, call: Call, helpers: dict[str, Helper]) -> Iterator[Read]:
    at = (path, call.line)
    if call.owner == "System" and call.name in ("get_env", "fetch_env!", "fetch_env") and call.arguments:
        name = call.text(0)
        if name and call.arguments[0].type == "string":
            yield _read(path, parsed, call, name, call.arguments[1] if len(call.arguments) > 1 else None)
    elif (
        call.owner == "Map"
        and call.name in ("fetch!", "get", "fetch")
        and len(call.arguments) > 1
        and "System.get_env" in words(call.arguments[0])
    ):
        name = call.text(1)
        if name:
            yield Read(name, at, needed=call.name == "fetch!")
    elif call.name in ("env!", "env") and call.arguments and call.arguments[0].type == "string" and len(call.arguments) > 1:
        name = call.text(0) or ""
        default = call.arguments[2] if len(call.arguments) > 2 else None
        kind = {"integer": "int", "boolean": "bool", "integer!": "int", "boolean!": "bool"}.get(text_of(call.arguments[1]) or "")
        if name.upper() == name:
            yield Read(name, at, (literal(default) or "") if default is not None else None, None, default is None, kind)
    elif call.name in helpers:
        helper = helpers[call.name]
        index, other = helper.name, helper.default
        name = call.text(index) if index < len(call.arguments) and call.arguments[index].type == "string" else None
        if name and name.upper() == name:
            default = call.arguments[other] if other is not None and other < len(call.arguments) else None
            yield Read(
                name,
                at,
                (literal(default) or "") if default is not None else None,
                (path, line_of(default)) if default is not None else None,
                helper.needed and default is None and _otherwise(call.node) is None,
            )


def _read(path: str, parsed: ElixirFile, call: Call, name: str, default: Node | None) -> Read:
    """Return one read: its own default, else what stands behind `||`; `|| raise` and `fetch_env!` demand a value."""
    kind = _kind(call.node)
    if default is not None:
        value = worth(path, parsed, default)
        return Read(name, (path, call.line), value.text or "", value.at, False, kind)
    other = _otherwise(call.node)
    if other is not None and other.type == "call" and call_of(other).name in ("raise", "exit", "throw", "abort"):
        return Read(name, (path, call.line), needed=True, kind=kind)
    if other is not None:
        value = worth(path, parsed, other)
        return Read(name, (path, call.line), value.text or "", value.at, False, kind)
    return Read(name, (path, call.line), needed=call.name == "fetch_env!", kind=kind)


def _otherwise(node: Node) -> Node | None:
    above = node.parent
    if above is not None and above.type == "binary_operator" and above.child_by_field_name("left") == node:
        operator = above.child_by_field_name("operator")
        return above.child_by_field_name("right") if operator is not None and words(operator) in ("||", "or") else None
    return None


def _kind(node: Node) -> str | None:
    above = node.parent
    while above is not None and above.type in ("binary_operator", "arguments"):
        above = above.parent
    called = call_of(above) if above is not None and above.type == "call" else None
    return {"to_integer": "int", "to_float": "float"}.get(called.name) if called is not None else None


@dataclass(frozen=True, slots=True)
class Helper:
    """Be one reader of the project: which parameter names the variable, which one is the fallback, whether it raises without a value."""

    name: int
    default: int | None
    needed: bool


def _helpers(view: View, project: Project) -> dict[str, Helper]:
    """Return the project's own readers by name."""
    found: dict[str, Helper] = {}
    for _, parsed in matching(view, project, "System.get_env", "System.fetch_env"):
        for definition in parsed.named("def", "defp"):
            head = definition.arguments[0] if definition.arguments else None
            if head is not None and head.type == "binary_operator":  # `name(args) when guard`
                head = head.child_by_field_name("left")
            if head is None or head.type != "call":
                continue
            function = call_of(head)
            names = [words(a).partition("\\\\")[0].strip() for a in function.arguments]
            for call in (c for c in parsed.named("get_env", "fetch_env!", "fetch_env", owner="System") if _inside(c.node, definition.node)):
                argument = words(call.arguments[0]) if call.arguments else ""
                if argument in names:
                    rest = [i for i, n in enumerate(names) if n != argument and "default" in n]
                    stops = parsed.named("raise", "exit", "throw")
                    raises = call.name == "fetch_env!" or any(_inside(c.node, definition.node) for c in stops)
                    found[function.name] = Helper(names.index(argument), rest[0] if rest else None, raises)
    return found


def _inside(node: Node, outer: Node) -> bool:
    return outer.start_byte <= node.start_byte < outer.end_byte
