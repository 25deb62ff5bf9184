"""Find what Ruby code reads from the environment: `ENV["X"]`, `ENV.fetch`, ERB settings, and the project's own helper methods."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..envfacts import Place, Read, twins
from ..parsers.grammar import line_of, words
from ..parsers.ruby import Call, Node, RubyFile, block_value, call_of, descend, literal, text_of
from ..view import View
from .config import settings_reads
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
        yield from _helped(view, path, parsed, helpers)
    yield from settings_reads(view, folder)
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
            yield Read(name, at, literal(default), _place(path, default, offset), default is not None and _gives_up(default), _kind(node))


def _gives_up(node: Node) -> bool:
    """Say whether an expression ends the program or raises."""
    return node.type == "call" and call_of(node).name in ("raise", "abort", "fail", "exit")


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
        if call.block is not None and fallback is not None and _gives_up(fallback):
            yield Read(name, at, None, None, True, _kind(call.node))
            return
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


@dataclass(frozen=True, slots=True)
class Helper:
    """Be one reader method of the code base: which parameter names the variable, whether it must be set, what a twin's name ends in."""

    index: int
    needed: bool = False
    twins: tuple[str, ...] = ()  # `_FILE` of `ENV["#{name}_FILE"]`


def _helpers(view: View, folder: str) -> dict[str, Helper]:
    """Return the code base's own readers by name."""
    found: dict[str, Helper] = {}
    for _, parsed in matching(view, folder, "ENV"):
        for method in parsed.methods:
            given = method.child_by_field_name("parameters")
            names = [words(p).partition(":")[0].partition("=")[0].strip() for p in given.named_children] if given is not None else []
            name = method.child_by_field_name("name")
            if not names or name is None or len(names) > 4 or len(words(name)) < 3:
                continue
            seen = [h for n in descend(method.child_by_field_name("body"), "call", "element_reference") if (h := _reading(n, names))]
            plain = [h for h in seen if not h.twins]
            if plain:
                endings = tuple(dict.fromkeys(t for h in seen if h.index == plain[0].index for t in h.twins))
                found[words(name)] = Helper(plain[0].index, any(h.needed for h in plain), endings)
    return found


def _reading(node: Node, names: list[str]) -> Helper | None:
    """Return what a node says of its method where it reads `ENV` with a parameter, or with a parameter and an ending."""
    if node.type == "element_reference":
        holder = node.child_by_field_name("object")
        keys = [c for c in node.named_children if c != holder]
        return _keyed(keys[0], names, False) if holder is not None and words(holder) == "ENV" and keys else None
    call = call_of(node)
    if call.receiver != "ENV" or call.name not in ("fetch", "key?") or not call.arguments:
        return None
    fallback = call.arguments[1] if len(call.arguments) > 1 else block_value(call)
    needed = call.name == "fetch" and (_gives_up(fallback) if fallback is not None else call.block is None)
    return _keyed(call.arguments[0], names, needed)


def _keyed(key: Node, names: list[str], needed: bool) -> Helper | None:
    bare = words(key).removesuffix(".to_s").removesuffix(".upcase")
    if bare in names:
        return Helper(names.index(bare), needed)
    parts = key.named_children if key.type == "string" else []
    if len(parts) == 2 and parts[0].type == "interpolation" and parts[1].type == "string_content":
        inside = words(parts[0].named_children[0]) if parts[0].named_children else ""
        return Helper(names.index(inside), False, (words(parts[1]),)) if inside in names and words(parts[1]) == "_FILE" else None
    return None


def _helped(view: View, path: str, parsed: RubyFile, helpers: dict[str, Helper]) -> Iterator[Read]:
    for call in parsed.calls:
        helper = helpers.get(call.name)
        if helper is None or helper.index >= len(call.arguments) or call.arguments[helper.index].type != "string":
            continue
        name = text_of(call.arguments[helper.index])
        if name and name.isupper():
            other = [a for i, a in enumerate(call.arguments) if i != helper.index]
            default = literal(other[0]) if other else None
            at = _place(path, other[0], 0) if other else None
            yield Read(name, (path, call.line), default, at, helper.needed and not other)
            yield from twins(view, name, helper.twins)
