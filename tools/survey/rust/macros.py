"""Read a program's own macros of settings: lists of `name: Type, …, default;` whose names the macro upper-cases and looks up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..envfacts import Read
from ..parsers.grammar import line_of, words
from ..parsers.rust import Node, RustFile, descend, literal
from ..view import View
from .sources import matching

_KINDS = {
    "u8": "int", "u16": "int", "u32": "int", "u64": "int", "usize": "int", "i32": "int", "i64": "int", "bool": "bool", "f32": "float",
    "f64": "float",
}  # fmt: skip
_UPPER = (":upper>", "to_uppercase", "to_ascii_uppercase", "SHOUTY", ":snake:upper")
_CALLS = ("to_string", "into", "to_owned", "from", "String")


def listed(view: View, paths: list[str], readers: Iterable[str]) -> Iterator[Read]:
    """Yield the settings that macros of these files list, where the macro's own body reads the environment by one of the readers."""
    wanted = ("env::var", *(f"{r}(" for r in readers), *(f"{r}::" for r in readers))
    for path, parsed in matching(view, paths, "macro_rules!"):
        names = {n for n, body in _definitions(parsed) if any(u in body for u in _UPPER) and any(w in body for w in wanted)}
        for call in parsed.macros if names else ():
            title = call.child_by_field_name("macro")
            tokens = next((c for c in call.named_children if c.type == "token_tree"), None)
            if title is not None and words(title) in names and tokens is not None:
                yield from _items(path, tokens)


def _definitions(parsed: RustFile) -> Iterator[tuple[str, str]]:
    for node in descend(parsed.root, "macro_definition"):
        name = node.child_by_field_name("name")
        if name is not None:
            yield words(name), words(node)


def _items(path: str, tokens: Node) -> Iterator[Read]:
    """Yield the items of a token tree and of those inside it: an identifier at the start of an item, a colon, a type, further parts."""
    children = [c for c in tokens.children if c.type not in ("line_comment", "block_comment")]
    start = True
    for at, node in enumerate(children):
        following = words(children[at + 1]) if at + 1 < len(children) else ""
        if start and node.type == "identifier" and following == ":":
            end = next((i for i in range(at, len(children)) if words(children[i]) == ";"), len(children))
            yield _item(path, node, children[at + 2 : end])
        elif node.type == "token_tree" and words(node)[:1] == "{":
            yield from _items(path, node)
        start = words(node) in ("{", ";", "}") or (node.type == "token_tree" and words(node)[:1] == "{") or (start and _is_mark(node))


def _is_mark(node: Node) -> bool:
    """Say whether a token belongs to an attribute that stands before an item."""
    return words(node) == "#" or words(node)[:1] == "["


def _item(path: str, name: Node, rest: list[Node]) -> Read:
    parts: list[list[Node]] = [[]]
    for token in rest:
        if words(token) == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    kind = _KINDS.get(words(parts[0][0])) if parts[0] else None
    last = [t for t in parts[-1] if words(t) not in (".", "()", "::") and words(t) not in _CALLS] if len(parts) > 2 else []
    text = literal(last[0]) if len(last) == 1 else None
    at = (path, line_of(last[0])) if text is not None else None
    stated = text if len(parts) > 3 or text not in ("true", "false") else None
    return Read(words(name).upper(), (path, line_of(name)), stated or "", at, False, kind)
