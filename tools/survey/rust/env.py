"""Find what Rust programs read from the environment: `env::var`, dotenv crates, settings structs, and the program's own helpers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..envfacts import Read
from ..parsers.grammar import line_of, words
from ..parsers.rust import Call, Node, RustFile, descend, literal, text_of
from ..view import View
from .macros import listed
from .options import options
from .sources import matching
from .values import FALLBACKS, is_read, worth

_READS = {"var", "var_os"}
_KINDS = {"u8": "int", "u16": "int", "u32": "int", "u64": "int", "usize": "int", "i32": "int", "i64": "int", "bool": "bool", "f64": "float"}


@dataclass(frozen=True, slots=True)
class Helper:
    """Be one reader: which parameter names the variable, which one is the fallback, and whether it stops without a value."""

    name: int
    default: int | None
    needed: bool


def reads(view: View, paths: list[str]) -> Iterator[Read]:
    """Yield every read of a program's files."""
    helpers = _helpers(view, paths)
    for path, parsed in matching(view, paths, "env::", "dotenv", "var(", "var_os("):
        for call in parsed.calls:
            if is_read(parsed, call) and call.arguments:
                name = text_of(call.arguments[0]) or worth(path, parsed, call.arguments[0]).text
                if name:
                    yield _read(path, parsed, call.node, name)
        yield from _in_macros(path, parsed)
    for path, parsed in matching(view, paths, *helpers) if helpers else ():
        yield from _helped(path, parsed, helpers)
    yield from (o.read for o in options(view, paths))
    yield from listed(view, paths, helpers)


def _read(path: str, parsed: RustFile, node: Node, name: str) -> Read:
    """Return one read with what the calls chained behind it say: a fallback, or that the program stops without it."""
    at = (path, line_of(node))
    needed, here = False, node
    while True:
        above = here.parent
        if above is not None and above.type == "field_expression" and above.parent is not None and above.parent.type == "call_expression":
            method = above.child_by_field_name("field")
            name_of = words(method) if method is not None else ""
            call = above.parent
            if name_of in FALLBACKS or name_of == "unwrap_or_default":
                given = call.child_by_field_name("arguments")
                other = given.named_children[0] if given is not None and given.named_children else None
                value = worth(path, parsed, other)
                return Read(name, at, value.text or "", value.at)
            needed = needed or name_of in ("unwrap", "expect")
            if name_of in ("is_ok", "ok", "is_err"):
                return Read(name, at, kind="bool" if name_of.startswith("is_") else None)
            here = call
        elif above is not None and above.type == "try_expression":
            needed, here = True, above
        elif above is not None and above.type == "match_expression":
            fallback = worth(path, parsed, above)
            return Read(name, at, fallback.text, fallback.at)
        else:
            return Read(name, at, needed=needed)


def _in_macros(path: str, parsed: RustFile) -> Iterator[Read]:
    """Yield the reads inside macro calls, whose arguments the grammar leaves as tokens."""
    for text in parsed.strings:
        tokens = text.parent
        before = tokens.prev_named_sibling if tokens is not None and tokens.type == "token_tree" else None
        name = text_of(text)
        if before is not None and name and words(before) in _READS:
            yield Read(name, (path, line_of(text)))


def _helpers(view: View, paths: list[str]) -> dict[str, Helper]:
    """Return the program's own readers by name: functions that hand a parameter to `env::var` or to another reader."""
    found: dict[str, Helper] = {}
    functions = [(parsed, f) for _, parsed in matching(view, paths, "var(", "var_os(") for f in parsed.functions]
    for _ in range(2):  # readers that call readers
        for parsed, function in functions:
            title = function.child_by_field_name("name")
            made = _judged(parsed, function, found) if title is not None and words(title) not in found else None
            if made is not None and title is not None:
                found[words(title)] = made
    return found


def _judged(parsed: RustFile, function: Node, known: dict[str, Helper]) -> Helper | None:
    given = function.child_by_field_name("parameters")
    names = (
        [words(p.child_by_field_name("pattern") or p) for p in given.named_children if p.type == "parameter"] if given is not None else []
    )
    if not names or len(names) > 4:
        return None
    for call in (c for c in parsed.calls if function.start_byte <= c.node.start_byte < function.end_byte):
        inner = known.get(call.name)
        at = 0 if is_read(parsed, call) else inner.name if inner is not None else None
        argument = words(call.arguments[at]).lstrip("&") if at is not None and at < len(call.arguments) else ""
        if argument not in names:
            continue
        index = names.index(argument)
        other = next((i for i, n in enumerate(names) if i != index and n in ("default", "fallback", "default_value", "or")), None)
        return Helper(index, other, other is None and (bool(inner and inner.needed) or _gives_up(function)))
    return None


def _gives_up(function: Node) -> bool:
    """Say whether a reader stops without a value: by its own words, or by its name where it hands an error on."""
    title, back = function.child_by_field_name("name"), function.child_by_field_name("return_type")
    body = words(function.child_by_field_name("body") or function)
    if back is not None and "Option<" in words(back):
        return False
    named = title is not None and any(w in words(title) for w in ("required", "must", "expect"))
    return named or any(w in body for w in (".expect(", ".unwrap()", "panic!", "?;", "?\n", "ok_or", "bail!", ".context("))


def _helped(path: str, parsed: RustFile, helpers: dict[str, Helper]) -> Iterator[Read]:
    for call in parsed.calls:
        known = helpers.get(call.name)
        if known is None or known.name >= len(call.arguments):
            continue
        name = text_of(call.arguments[known.name])
        if name and name.replace("_", "").isalnum() and name.upper() == name:
            other = call.arguments[known.default] if known.default is not None and known.default < len(call.arguments) else None
            if other is not None:
                yield Read(name, (path, call.line), literal(other) or "", (path, line_of(other)), False, _turbofish(call))
            else:
                after = _read(path, parsed, call.node, name)
                yield Read(name, after.at, after.default, after.default_at, known.needed, _turbofish(call))


def _turbofish(call: Call) -> str | None:
    return next(
        (_KINDS[words(t)] for t in descend(call.node.child_by_field_name("function"), "primitive_type") if words(t) in _KINDS), None
    )
