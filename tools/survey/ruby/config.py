"""Find the variables of Ruby's settings libraries: Hanami's settings, Anyway Config, Figaro, and names that Dotenv demands."""

from __future__ import annotations

from collections.abc import Iterator

from ..envfacts import Read
from ..parsers.grammar import line_of, words
from ..parsers.ruby import Call, Node, RubyFile, call_of, enclosing, literal, text_of
from ..view import View
from .sources import matching

_MARKS = ("Hanami::Settings", "Anyway::Config", "Figaro.", "Dotenv.require_keys")
_TYPES = {"Integer": "int", "Float": "float", "Bool": "bool"}
_TAIL = ("Config", "Settings")


def settings_reads(view: View, folder: str) -> Iterator[Read]:
    """Yield what the settings classes of a code base take from the environment, and what it demands by name."""
    for path, parsed in matching(view, folder, *_MARKS):
        above = dict(_derived(parsed))
        if "Hanami::Settings" in above:
            yield from _hanami(path, parsed)
        if "Anyway::Config" in above:
            yield from _anyway(path, parsed, above["Anyway::Config"])
        for call in parsed.calls:
            if call.receiver == "Figaro.env":
                kind = "bool" if call.name.endswith("?") else None
                yield Read(call.name.rstrip("!?").upper(), (path, call.line), needed=call.name.endswith("!"), kind=kind)
            elif (call.receiver, call.name) in (("Figaro", "require_keys"), ("Dotenv", "require_keys")):
                yield from (Read(n, (path, call.line), needed=True) for n in map(text_of, call.arguments) if n)


def _derived(parsed: RubyFile) -> Iterator[tuple[str, Node]]:
    for node in parsed.classes:
        above = node.child_by_field_name("superclass")
        if above is not None and above.named_children:
            yield words(above.named_children[0]).lstrip(":"), node


def _hanami(path: str, parsed: RubyFile) -> Iterator[Read]:
    """Yield `setting :name`, needed where it has no default and its type is not optional."""
    for call in parsed.named("setting"):
        name = call.first()
        if name and not call.receiver:
            default, kind = call.get("default"), call.get("constructor")
            written = words(kind) if kind is not None else ""
            told = next((t for w, t in _TYPES.items() if w in written), None)
            needed = default is None and kind is not None and "optional" not in written
            at = (path, line_of(default)) if default is not None else None
            yield Read(name.upper(), (path, call.line), literal(default), at, needed, told)


def _anyway(path: str, parsed: RubyFile, owner: Node) -> Iterator[Read]:
    """Yield `attr_config` with the prefix that the class's name or `config_name` gives, `_` for every other sign."""
    named = next((c.first() for c in parsed.named("config_name", "env_prefix") if c.first()), None)
    title = owner.child_by_field_name("name")
    bare = words(title).rpartition("::")[2] if title is not None else ""
    for tail in _TAIL:
        bare = bare.removesuffix(tail)
    prefix = (named or bare).upper().replace("-", "_")
    demanded = {n for c in parsed.named("required") for n in map(text_of, c.arguments) if n}
    for call in parsed.named("attr_config") if prefix else ():
        if call.receiver or enclosing(call.node, "class") != owner:
            continue
        for name in (n for n in map(text_of, call.arguments) if n):
            yield Read(f"{prefix}_{name.upper()}", (path, call.line), needed=name in demanded)
        yield from _defaulted(path, prefix, call)


def _defaulted(path: str, prefix: str, call: Call) -> Iterator[Read]:
    for name, node in call.pairs:
        plain = node.type not in ("hash", "array") and not (node.type == "call" and call_of(node).name)
        yield Read(f"{prefix}_{name.upper()}", (path, line_of(node)), (literal(node) or "") if plain else "", (path, line_of(node)))
