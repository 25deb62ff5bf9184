"""Tell whether a request handler reaches a data store: calls are followed through the repository's own functions, methods and services."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice

from tree_sitter import Node

from ..parsers.javascript import Script
from ..parsers.javascript.nodes import CLASSES, FUNCTIONS, callee, chain, enclosing, entry, key_name, line, strip, text, walk
from .evaluate import Evaluator
from .guarding import refuses
from .resolve import library_of
from .stores import BUILT_IN, DRIVERS, ORMS
from .values import Code, Foreign, Module, Place, Value

MAX_FUNCTIONS = 60
MAX_CALLS = 300
OTHER = frozenset(
    { "@prisma/client", "knex", "kysely", "objection", "sequelize", "typeorm", "drizzle-orm", "@nestjs/typeorm", "@nestjs/sequelize",
    "@mikro-orm/core", "@nestjs/mongoose", "pg-promise", "@adonisjs/lucid", }
)  # fmt: skip
LIBRARIES = frozenset(DRIVERS) | frozenset(ORMS) | OTHER | frozenset(BUILT_IN)


def store_use(ev: Evaluator, script: Script, handler: Node | None) -> Place | None:
    """Return a line where a handler, or what it calls, uses a data store; None where none is found."""
    return next((step for step in _steps(ev, script, handler) if isinstance(step, Place)), None)


def may_refuse(ev: Evaluator, script: Script, handler: Node | None) -> bool:
    """Tell whether a handler, or what it calls in the repository, may answer that the caller is not allowed."""
    return any(not isinstance(step, Place) and refuses(step[1]) for step in _steps(ev, script, handler))


def _steps(ev: Evaluator, script: Script, handler: Node | None) -> Iterator[Place | tuple[Script, Node]]:
    """Yield each function that a handler leads to, nearest first, and each line that uses a data store."""
    queue: deque[tuple[Script, Node]] = deque()
    if handler is not None:
        start = _function_of(ev, script, handler)
        queue.append(start if start is not None else (script, handler))
    seen: set[tuple[str, int]] = set()
    while queue and len(seen) < MAX_FUNCTIONS:
        where, node = queue.popleft()
        if (where.path, node.start_byte) in seen:
            continue
        seen.add((where.path, node.start_byte))
        yield where, node
        calls = (n for n in walk(node) if n.type in ("call_expression", "new_expression"))
        for call in islice(calls, MAX_CALLS):
            found = _judge(ev, where, call)
            if isinstance(found, Place):
                yield found
            else:
                queue.extend(found)


def _function_of(ev: Evaluator, script: Script, node: Node) -> tuple[Script, Node] | None:
    inner = strip(node)
    if inner.type in FUNCTIONS or inner.type == "call_expression":
        return script, inner
    value = ev.whole(ev.value(script, inner))
    return (value.script, value.node) if isinstance(value, Code) else None


def _judge(ev: Evaluator, script: Script, call: Node) -> Place | list[tuple[Script, Node]]:
    """Return the line of a call on a client of a data store, or the functions of the repository that a call leads to."""
    names = callee(call)
    if not names:
        return []
    base = _base(call)
    value = ev.whole(ev.value(script, base)) if base is not None and base.type != "this" else None
    if names[0] == "this" and len(names) > 2:
        return _of_member(ev, script, call, names)
    if len(names) > 1 and is_client(ev, value):
        return Place(script.path, line(call))
    found: list[tuple[Script, Node]] = []
    made = ev.called(script, call)
    if isinstance(made, Code) and made.node.type in FUNCTIONS:
        found.append((made.script, made.node))
    elif names[0] == "this" and len(names) == 2:
        around = enclosing(call, CLASSES)
        method = _method(around, names[1]) if around is not None else None
        found += [(script, method)] if method is not None else []
    elif isinstance(value, Code) and value.node.type in CLASSES | {"new_expression"} and len(names) == 2:
        found += _class_method(ev, value, names[1])
    found += [target for given in _arguments_that_run(call) if (target := _function_of(ev, script, given)) is not None]
    return found


def _base(call: Node) -> Node | None:
    """Return the leftmost name of what a call calls."""
    node: Node | None = call.child_by_field_name("function") or call.child_by_field_name("constructor")
    while node is not None:
        node = strip(node)
        if node.type in ("member_expression", "subscript_expression"):
            node = node.child_by_field_name("object")
        elif node.type == "call_expression":
            node = node.child_by_field_name("function")
        else:
            return node
    return None


def _arguments_that_run(call: Node) -> list[Node]:
    given = call.child_by_field_name("arguments")
    return (
        [n for n in given.named_children if n.type == "identifier"]
        if given is not None and callee(call)[-1:] in (("handle",), ("run",))
        else []
    )


def is_client(ev: Evaluator, value: Value | None, depth: int = 4) -> bool:
    """Tell whether a value is a client, model or connection of a data-store library."""
    if isinstance(value, Foreign | Module):
        module = value.module
        return (library_of(module) in LIBRARIES or module in BUILT_IN) and getattr(value, "path", None) is None
    if not isinstance(value, Code) or depth <= 0:
        return False
    if value.node.type in ("new_expression", "call_expression"):
        names = callee(value.node)
        made = ev.called(value.script, value.node)
        if is_client(ev, made, depth - 1):
            return True
        if isinstance(made, Code) and made.node.type in FUNCTIONS:
            return is_client(ev, ev.returned(made.script, made.node), depth - 1)
        if isinstance(made, Code) and made.node.type in CLASSES:
            return _extends(ev, made, depth)
        base = _base(value.node)
        return bool(names) and len(names) > 1 and base is not None and is_client(ev, ev.whole(ev.value(value.script, base)), depth - 1)
    return value.node.type in CLASSES and _extends(ev, value, depth)


def _extends(ev: Evaluator, value: Code, depth: int) -> bool:
    """Tell whether a class extends one of a data-store library: `class User extends Model`."""
    for child in value.node.named_children:
        if child.type == "class_heritage":
            for node in walk(child):
                if node.type in ("identifier", "member_expression") and is_client(ev, ev.value(value.script, node), depth - 1):
                    return True
    return False


def _method(around: Node, name: str) -> Node | None:
    body = around.child_by_field_name("body")
    for item in body.named_children if body is not None else ():
        key = item.child_by_field_name("name") or item.child_by_field_name("property")
        if (
            key is not None
            and key_name(key) == name
            and (item.type == "method_definition" or item.child_by_field_name("value") is not None)
        ):
            return item
    return None


def _class_method(ev: Evaluator, value: Code, name: str) -> list[tuple[Script, Node]]:
    made = ev.called(value.script, value.node) if value.node.type == "new_expression" else value
    if isinstance(made, Code) and made.node.type in CLASSES:
        method = _method(made.node, name)
        return [(made.script, method)] if method is not None else []
    return []


def _of_member(ev: Evaluator, script: Script, call: Node, names: tuple[str, ...]) -> Place | list[tuple[Script, Node]]:
    """Follow `this.service.find()` through the type that the constructor declares for `service`."""
    around = enclosing(call, CLASSES)
    declared = member_type(around, names[1]) if around is not None else None
    value: Value | None = None
    if declared is not None:
        value = ev.named(script, text(declared), declared)
    if value is None:
        member = next((n for n in walk(call) if n.type == "member_expression" and chain(n) == names[:2]), None)
        value = ev.value(script, member) if member is not None else None
    if is_client(ev, value):
        return Place(script.path, line(call))
    return _class_method(ev, value, names[2]) if isinstance(value, Code) else []


def member_type(around: Node, name: str) -> Node | None:
    """Return the type name of a class's member: of a constructor parameter or a field."""
    for node in walk(around):
        if node.type in ("required_parameter", "optional_parameter", "public_field_definition"):
            target = node.child_by_field_name("pattern") or node.child_by_field_name("name")
            annotation = node.child_by_field_name("type")
            if target is not None and text(target) == name and annotation is not None:
                return next((n for n in walk(annotation) if n.type in ("type_identifier", "identifier")), None)
    return None


__all__ = ["entry", "is_client", "may_refuse", "member_type", "store_use"]
