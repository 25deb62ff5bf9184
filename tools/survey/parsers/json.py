"""Read JSON, with comments and trailing commas where files have them: data from a JSON reader, lines from the grammar on demand."""

from __future__ import annotations

import json
from typing import Any

from .document import Document, Path
from .grammar import Node, tree, words

_JSON5_BYTES = 200_000
_MAX_DEPTH = 200


def read_json(path: str, text: str) -> Document | None:
    """Return the document, None for what is no JSON, JSONC or JSON5 in any way."""
    data = _data(text)
    if data is None:
        return None
    kept: dict[str, Node] = {}

    def locate(wanted: Path) -> int | None:
        if "top" not in kept:
            kept["top"] = tree("json", text)
        return _line(kept["top"], wanted)

    return Document(path, data[0], locate)


def _data(text: str) -> tuple[Any] | None:
    """Return the value in a tuple, so that `null` is not mistaken for a failure."""
    try:
        return (json.loads(text, parse_float=str),)
    except (ValueError, RecursionError):
        pass
    if len(text) > _JSON5_BYTES or text.lstrip()[:1] not in ("{", "[", "/"):
        return None
    if _depth(text) > _MAX_DEPTH:
        return None
    top = tree("json", text)
    if not _broken(top):
        found = [c for c in top.children if c.is_named and c.type != "comment"]
        return (_value(found[0]),) if len(found) == 1 else None
    return _json5(text)


def _json5(text: str) -> tuple[Any] | None:
    import json5

    try:
        return (json5.loads(text),)
    except (ValueError, RecursionError):
        return None


def _depth(text: str) -> int:
    deepest = depth = 0
    for character in text:
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _broken(top: Node) -> bool:
    """Say whether the tree holds an error beyond a missing element behind a trailing comma."""
    pending = [top]
    while pending:
        node = pending.pop()
        if node.type == "ERROR":
            return True
        if node.has_error:
            pending.extend(node.children)
    return False


def _value(node: Node) -> Any:
    if node.type == "object":
        pairs = (_pair(c) for c in node.children if c.type == "pair")
        return {key: value for key, value in pairs if key}
    if node.type == "array":
        return [_value(c) for c in node.children if c.is_named and c.type != "comment" and not c.is_missing]
    try:
        return json.loads(words(node), parse_float=str)
    except ValueError:
        return None


def _pair(node: Node) -> tuple[str, Any]:
    key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
    return (str(_value(key)) if key else "", None if value is None or value.is_missing else _value(value))


def _line(top: Node, wanted: Path) -> int | None:
    here: Node | None = next((c for c in top.children if c.type in ("object", "array")), None)
    line: int | None = None
    for step in wanted:
        if here is None:
            return None
        found = _child(here, step)
        if found is None:
            return None
        line, here = found
    return line


def _child(node: Node, step: str | int) -> tuple[int, Node | None] | None:
    if isinstance(step, int):
        elements = [c for c in node.children if c.is_named and c.type != "comment"] if node.type == "array" else []
        return (elements[step].start_point[0] + 1, elements[step]) if 0 <= step < len(elements) else None
    for pair in node.children if node.type == "object" else ():
        key = pair.child_by_field_name("key") if pair.type == "pair" else None
        if key is not None and words(key).strip("\"'") == step:
            return pair.start_point[0] + 1, pair.child_by_field_name("value")
    return None
