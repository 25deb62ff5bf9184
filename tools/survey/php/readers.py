"""Find what a PHP code base reads by functions and methods of its own that hand a name on to `getenv`, and the `_FILE` twins they know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..envfacts import Read, twins
from ..parsers.grammar import line_of, words
from ..parsers.php import Call, Node, PhpFile, call_of, descend, enclosing, literal, text_of
from ..view import View
from .composer import Project, matching

_MARKS = ("getenv", "$_ENV", "$_SERVER", "env(")
_GENERAL = {"get", "has", "read", "value", "string", "config", "fetch", "load"}  # told apart by their class only
_CALLS = ("function_call_expression", "member_call_expression", "scoped_call_expression", "subscript_expression")
_GIVE_UP = ("throw_expression", "throw_statement", "exit_statement")


@dataclass(frozen=True, slots=True)
class Reader:
    """Be one function: its class (empty for a plain one), which parameter names the variable, whether it gives up, endings of twins."""

    owner: str
    index: int
    fails: bool
    twins: tuple[str, ...]


def helped(view: View, project: Project) -> Iterator[Read]:
    """Yield the reads of a code base by readers of its own."""
    found: dict[str, Reader] = {}
    for _, parsed in matching(view, project.folder, *_MARKS):
        for method in parsed.methods:
            name, made = method.child_by_field_name("name"), _reader(method)
            if made is not None and name is not None and words(name) not in ("env", "getenv"):
                found[words(name)] = made
    for path, parsed in matching(view, project.folder, *found) if found else ():
        yield from _called(view, path, parsed, found)


def _called(view: View, path: str, parsed: PhpFile, found: dict[str, Reader]) -> Iterator[Read]:
    for call in parsed.calls:
        reader = found.get(call.name)
        if reader is None or not _meant(parsed, call, reader) or reader.index >= len(call.arguments):
            continue
        name = text_of(call.arguments[reader.index])
        if not name or not name.isupper():
            continue
        other = next((a for i, a in enumerate(call.arguments) if i != reader.index), None)
        default = None if other is None else "" if other.type == "null" else literal(other) or ""
        at = (path, line_of(other)) if other is not None else None
        yield Read(name, (path, call.line), default, at, reader.fails and other is None)
        yield from twins(view, name, reader.twins)


def _meant(parsed: PhpFile, call: Call, reader: Reader) -> bool:
    """Say whether a call means the reader: a plain function has no scope, a method of a general name the reader's class."""
    if not reader.owner:
        return not call.scope
    return parsed.full(call.scope).rpartition("\\")[2] == reader.owner if call.name in _GENERAL else bool(call.scope)


def _reader(method: Node) -> Reader | None:
    given, body = method.child_by_field_name("parameters"), method.child_by_field_name("body")
    parameters = [p.child_by_field_name("name") for p in given.named_children] if given is not None else []
    names = [words(p) for p in parameters if p is not None]
    if not names or len(names) > 4 or body is None:
        return None
    plain: list[int] = []
    endings: dict[str, None] = {}
    for node in descend(body, *_CALLS):
        key = _key(node)
        if key is not None and words(key) in names:
            plain.append(names.index(words(key)))
        elif key is not None and (ending := _ending(key, names)):
            endings[ending] = None
    if not plain:
        return None
    above = enclosing(method, "class_declaration")
    title = above.child_by_field_name("name") if above is not None else None
    fails = any(True for _ in descend(body, *_GIVE_UP))
    return Reader(words(title) if title is not None else "", plain[0], fails, tuple(endings))


def _key(node: Node) -> Node | None:
    """Return the expression that names a variable where a node reads the environment."""
    if node.type == "subscript_expression":
        parts = node.named_children
        return parts[1] if len(parts) == 2 and words(parts[0]) in ("$_ENV", "$_SERVER") else None
    call = call_of(node)
    return call.arguments[0] if call.name in ("getenv", "env") and not call.scope and call.arguments else None


def _ending(key: Node, names: list[str]) -> str | None:
    """Return `_FILE` of `$name . '_FILE'`."""
    if key.type == "binary_expression":
        left, right = key.child_by_field_name("left"), key.child_by_field_name("right")
        return text_of(right) if left is not None and words(left) in names and text_of(right) == "_FILE" else None
    inside = words(key).strip('"') if key.type == "encapsed_string" else ""
    return "_FILE" if any(inside in (f"{n}_FILE", f"{{{n}}}_FILE") or inside == "${" + n[1:] + "}_FILE" for n in names) else None
