"""Follow what binds a value: destructuring defaults, later assignments, arguments of known calls, class fields, enum members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from ..parsers.javascript import Binding, Script
from ..parsers.javascript.nodes import CLASSES, FUNCTIONS, arguments, callee, chain, enclosing, key_name, line, literal, text
from .values import Code, EnvRead, Known, Place, Value

if TYPE_CHECKING:
    from .evaluate import Evaluator


def _at(script: Script, node: Node) -> Place:
    return Place(script.path, line(node))


def pattern_default(ev: Evaluator, script: Script, binding: Binding, name: str, value: EnvRead) -> EnvRead:
    """Add the default that a pattern gives: `const { PORT = 3000 } = process.env`."""
    target = binding.node.child_by_field_name("name")
    for child in target.named_children if target is not None else ():
        left, right = child.child_by_field_name("left"), child.child_by_field_name("right")
        if child.type == "object_assignment_pattern" and text(left) == name:
            default = ev.value(script, right)
            return EnvRead(value.name, value.at, default if isinstance(default, Known | EnvRead) else None, value.required, value.type)
    return value


def reassigned(ev: Evaluator, script: Script, name: str, value: Value | None, depth: int) -> Value | None:
    """Add what later assignments say: `let port = process.env.PORT; if (!port) port = 80`."""
    for node in script.assignments:
        if text(node.child_by_field_name("left")) != name or (value is not None and not isinstance(value, Known | EnvRead)):
            continue
        other = ev.value(script, node.child_by_field_name("right"), depth - 1)
        if isinstance(value, EnvRead) and value.default is None and isinstance(other, Known):
            value = EnvRead(value.name, value.at, other, value.required, value.type)
        elif isinstance(other, EnvRead) and (value is None or isinstance(value, Known)):
            value = EnvRead(other.name, other.at, other.default or value, other.required, other.type)
        elif value is None:
            value = other
    return value


def argument(ev: Evaluator, script: Script, binding: Binding, depth: int) -> Value | None:
    """Return what a parameter gets where the same file calls its function with something known."""
    function = enclosing(binding.node, FUNCTIONS)
    listed = function.child_by_field_name("parameters") if function is not None else None
    if function is None or listed is None or depth <= 0:
        return None
    index = next((i for i, p in enumerate(listed.named_children) if p.id == binding.node.id), None)
    name = text(function.child_by_field_name("name"))
    if not name and function.parent is not None and function.parent.type == "variable_declarator":
        name = text(function.parent.child_by_field_name("name"))
    if index is None or not name:
        return None
    if name == "constructor":
        return constructed(ev, script, function, index, depth)
    for call in script.calls:
        given = arguments(call) if text(call.child_by_field_name("function")) == name else []
        value = ev.value(script, given[index], depth - 4) if index < len(given) else None
        if value is not None:
            return value if not binding.path else path(ev, value, binding.path, depth - 4)
    value = _from_elsewhere(ev, script, name, index, depth)
    return value if not binding.path else path(ev, value, binding.path, depth - 4)


def _from_elsewhere(ev: Evaluator, script: Script, name: str, index: int, depth: int) -> Value | None:
    """Return what a function that this file exports gets where a file of the same folder tree calls it with something known."""
    stem = script.path.rsplit("/", 1)[-1].split(".", 1)[0]
    for path, links in _importers(ev, script, stem if stem != "index" else name):
        other = ev.sources.script(path)
        if other is None:
            continue
        for local in sorted(links):
            for call in other.calls_on.get(local, ()):
                given = arguments(call)
                if callee(call)[-1] in (*links, name) and index < len(given):
                    value = ev.value(other, given[index], depth - 4)
                    if value is not None:
                        return value
    return None


def _importers(ev: Evaluator, script: Script, word: str) -> list[tuple[str, frozenset[str]]]:
    """Return (path, local names) of the files of the same folder tree that hold a word and import the script; found once."""
    known = ev.remembered.setdefault("importers", {})
    if (script.path, word) not in known:
        found = []
        for other in ev.sources.scripts(_near(ev, script), word):
            links = {
                local for i in other.imports if i.names and ev.resolver.resolve(i.module, other.path) == script.path for local in i.names
            }
            if links:
                found.append((other.path, frozenset(links)))
        known[script.path, word] = found
    return list(known[script.path, word])


def _near(ev: Evaluator, script: Script) -> list[str]:
    """Return the code files of the same top folder as a file, and those at the root."""
    top = tuple(script.path.split("/")[:-1][:1])
    known = ev.remembered.setdefault("near", {})
    if top not in known:
        known[top] = [f for f in ev.sources.code if not top or "/" not in f or f.startswith(top[0] + "/")]
    return list(known[top])


def constructed(ev: Evaluator, script: Script, function: Node, index: int, depth: int) -> Value | None:
    """Return what a constructor's parameter gets where a file of the same folder tree makes one object with something known."""
    around = enclosing(function, CLASSES)
    name = text(around.child_by_field_name("name")) if around is not None else ""
    for other in ev.sources.scripts(_near(ev, script), f"new {name}") if name else ():
        for made in other.news:
            given = arguments(made)
            if text(made.child_by_field_name("constructor")) == name and index < len(given):
                return ev.value(other, given[index], depth - 4)
    return None


def path(ev: Evaluator, value: Value | None, path: tuple[str, ...], depth: int) -> Value | None:
    """Return the member of a value under a path of keys."""
    for key in path:
        value = ev.member(value, key, depth - 1)
    return value


def field(ev: Evaluator, script: Script, around: Node, name: str, depth: int) -> Value | None:
    """Return a class's member: its field, getter or method, or what `this.x = …` or `Class.x = …` puts there."""
    body, own = around.child_by_field_name("body"), text(around.child_by_field_name("name"))
    for item in body.named_children if body is not None else ():
        key = item.child_by_field_name("name") or item.child_by_field_name("property")
        if key is None or key_name(key) != name:
            continue
        if item.type == "method_definition":
            return ev.returned(script, item, depth) if text(item).lstrip().startswith(("get ", "static get ")) else Code(script, item)
        if (initial := item.child_by_field_name("value")) is not None:
            return ev.value(script, initial, depth - 1)
    for node in script.assignments:
        names = chain(node.child_by_field_name("left"))
        inside = around.start_byte <= node.start_byte < around.end_byte
        if (names == ("this", name) and inside) or (own and names == (own, name)):
            found = ev.value(script, node.child_by_field_name("right"), depth - 1)
            if found is not None:
                return found
    return None


def enum_member(script: Script, node: Node, name: str) -> Known | None:
    """Return the literal of an enum's member."""
    body = node.child_by_field_name("body")
    for item in body.named_children if body is not None else ():
        value = literal(item.child_by_field_name("value"))
        if item.type == "enum_assignment" and text(item.child_by_field_name("name")) == name and isinstance(value, str | int):
            return Known(value, _at(script, item))
    return None
