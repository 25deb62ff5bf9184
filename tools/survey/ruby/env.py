"""Find what Ruby code reads from the environment: `ENV["X"]`, `ENV.fetch`, ERB settings, and the project's own helper methods."""

from __future__ import annotations

from collections.abc import Iterator

from ..envfacts import Place, Read
from ..parsers.grammar import line_of, words
from ..parsers.ruby import Call, Node, RubyFile, block_value, call_of, descend, literal, text_of
from ..view import View
from .erb import expressions
from .sources import matching, settings_files

_CASTS = {"to_i": "int", "to_f": "float", "to_sym": "str", "to_s": "str"}
_READERS = ("fetch", "key?", "has_key?", "include?", "[]", "values_at", "dig", "slice")
_WORDS = ("ENV",)


def reads(view: View, folder: str) -> Iterator[Read]:
    """Yield every read of the code base's programs and settings."""
    helpers = _helpers(view, folder)
    for path, parsed in matching(view, folder, *_WORDS):
        yield from reads_of(path, parsed, 0)
    for path, parsed in matching(view, folder, *helpers) if helpers else ():
        yield from _helped(path, parsed, helpers)
    for path in settings_files(view, folder):
        if view.holds(path, "ENV") and not _is_aside(path):
            for line, parsed in expressions(view, path):
                yield from reads_of(path, parsed, line - 1)


def _is_aside(path: str) -> bool:
    return path.endswith((".md", ".html.erb", ".js.erb", ".css.erb"))


def reads_of(path: str, parsed: RubyFile, offset: int) -> Iterator[Read]:
    """Yield the reads of one parsed text that stands `offset` lines below the top of its file."""
    for call in parsed.calls:
        if call.receiver == "ENV" and call.name in _READERS and call.arguments:
            yield from _called(path, call, offset)
    for node in parsed.indexed:
        holder = node.child_by_field_name("object")
        keys = [c for c in node.named_children if c is not holder and c != holder]
        name = text_of(keys[0]) if holder is not None and words(holder) == "ENV" and keys and keys[0].type == "string" else None
        if name and not _is_target(node):
            at = (path, line_of(node) + offset)
            default = _otherwise(node)
            gives_up = default is not None and default.type == "call" and call_of(default).name in ("raise", "abort", "fail", "exit")
            yield Read(name, at, literal(default), _place(path, default, offset), gives_up, _kind(node))


def _called(path: str, call: Call, offset: int) -> Iterator[Read]:
    at = (path, call.line + offset)
    if call.name in ("values_at", "slice"):
        yield from (Read(name, at) for name in map(text_of, call.arguments) if name)
        return
    name = text_of(call.arguments[0]) if call.arguments[0].type == "string" else None
    if name is None:
        return
    fallback = call.arguments[1] if len(call.arguments) > 1 else block_value(call)
    given = len(call.arguments) > 1 or call.block is not None
    if call.name == "fetch":
        default = fallback if fallback is not None and fallback.type != "nil" else None
        text = literal(default) if default is not None else ("" if given else None)
        yield Read(name, at, text if text is not None or not given else "", _place(path, default, offset), not given, _kind(call.node))
    else:
        yield Read(name, at, None, None, False, "bool" if call.name.endswith("?") else None)


def _otherwise(node: Node) -> Node | None:
    """Return what stands behind `||` or `.presence ||` of a read, or in the other branch of a condition on it."""
    here, above = node, node.parent
    while above is not None and above.type in ("call", "parenthesized_statements", "assignment"):
        if above.type == "call" and above.child_by_field_name("receiver") != here:
            return None
        if above.type == "assignment" and above.child_by_field_name("right") != here:
            return None
        here, above = above, above.parent
    if above is not None and above.type == "binary" and above.child_by_field_name("left") == here:
        operator = above.child_by_field_name("operator")
        if operator is not None and words(operator) in ("||", "or"):
            return above.child_by_field_name("right")
    return None


def _is_target(node: Node) -> bool:
    """Say whether an element is assigned (`ENV["X"] = y`, `ENV["X"] ||= y`) rather than read."""
    above = node.parent
    return above is not None and above.type in ("assignment", "operator_assignment") and above.child_by_field_name("left") == node


def _place(path: str, node: Node | None, offset: int) -> Place | None:
    return (path, line_of(node) + offset) if node is not None else None


def _kind(node: Node) -> str | None:
    above = node.parent
    if above is not None and above.type == "call" and above.child_by_field_name("receiver") == node:
        return _CASTS.get(call_of(above).name)
    if above is not None and above.type == "argument_list" and above.parent is not None and above.parent.type == "call":
        return {"Integer": "int", "Float": "float"}.get(call_of(above.parent).name)
    return None


def _helpers(view: View, folder: str) -> dict[str, tuple[int, bool]]:
    """Return {method: (index of the parameter that names the variable, whether a value is demanded)} of the code base's own readers."""
    found: dict[str, tuple[int, bool]] = {}
    for _, parsed in matching(view, folder, "ENV"):
        for method in parsed.methods:
            given = method.child_by_field_name("parameters")
            names = [words(p).partition(":")[0].partition("=")[0].strip() for p in given.named_children] if given is not None else []
            name = method.child_by_field_name("name")
            if not names or name is None or len(names) > 4:
                continue
            for node in descend(method.child_by_field_name("body"), "call", "element_reference"):
                index, needed = _reading(node, names)
                if index is not None and len(words(name)) > 2:
                    found[words(name)] = (index, needed)
    return found


def _reading(node: Node, names: list[str]) -> tuple[int | None, bool]:
    """Return (which parameter names the variable, whether it must be set) where a node reads `ENV` with a parameter."""
    if node.type == "element_reference":
        holder = node.child_by_field_name("object")
        keys = [c for c in node.named_children if c != holder]
        if holder is not None and words(holder) == "ENV" and keys and words(keys[0]) in names:
            return names.index(words(keys[0])), False
        return None, False
    call = call_of(node)
    if call.receiver == "ENV" and call.name == "fetch" and call.arguments and words(call.arguments[0]) in names:
        return names.index(words(call.arguments[0])), len(call.arguments) < 2 and call.block is None
    return None, False


def _helped(path: str, parsed: RubyFile, helpers: dict[str, tuple[int, bool]]) -> Iterator[Read]:
    for call in parsed.calls:
        index, needed = helpers.get(call.name, (None, False))
        if index is None or index >= len(call.arguments) or call.arguments[index].type != "string":
            continue
        name = text_of(call.arguments[index])
        if name and name.isupper():
            other = [a for i, a in enumerate(call.arguments) if i != index]
            default = literal(other[0]) if other else None
            yield Read(name, (path, call.line), default, _place(path, other[0], 0) if other else None, needed and not other)
