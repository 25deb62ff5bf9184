"""Read TOML: data from the standard library, lines from the tree-sitter grammar, asked for only when a line is wanted."""

from __future__ import annotations

import tomllib
from typing import Any

from .document import Document, Path
from .grammar import Node, tree


def read_toml(path: str, text: str) -> Document | None:
    """Return the document, None where it does not parse."""
    try:
        data = tomllib.loads(text, parse_float=str)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return None
    lines: dict[Path, int] = {}

    def locate(wanted: Path) -> int | None:
        if not lines:
            _index(text, lines)
            lines[()] = 1
        return lines.get(wanted)

    return Document(path, data, locate)


def _index(text: str, lines: dict[Path, int]) -> None:
    counts: dict[Path, int] = {}
    for child in tree("toml", text).children:
        if child.type == "pair":
            _pair(child, (), lines)
        elif child.type in ("table", "table_array_element"):
            head = _head(child, counts)
            lines.setdefault(head, child.start_point[0] + 1)
            for shorter in range(1, len(head)):
                lines.setdefault(head[:shorter], child.start_point[0] + 1)
            for part in child.children:
                if part.type == "pair":
                    _pair(part, head, lines)


def _head(table: Node, counts: dict[Path, int]) -> Path:
    """Return the path of a table header, with the index of each array of tables on the way."""
    keys = next((_keys(c) for c in table.children if c.type.endswith("key")), ())
    here: Path = ()
    for position, key in enumerate(keys):
        here = (*here, key)
        if table.type == "table_array_element" and position == len(keys) - 1:
            counts[here] = counts.get(here, -1) + 1
        if here in counts:
            here = (*here, counts[here])
    return here


def _keys(node: Node) -> tuple[str, ...]:
    if node.type == "dotted_key":
        return tuple(k for child in node.children if child.type.endswith("key") for k in _keys(child))
    word = (node.text or b"").decode("utf-8", "replace")
    return (word[1:-1] if word[:1] in ("'", '"') else word,)


def _pair(node: Node, head: Path, lines: dict[Path, int]) -> None:
    keys = _keys(node.children[0])
    for length in range(1, len(keys) + 1):
        lines.setdefault((*head, *keys[:length]), node.start_point[0] + 1)
    if node.children:
        _value(node.children[-1], (*head, *keys), lines)


def _value(node: Node, at: Path, lines: dict[Path, int]) -> None:
    pending: list[tuple[Any, Path]] = [(node, at)]
    while pending:
        here, path = pending.pop()
        if here.type == "array":
            elements = [c for c in here.children if c.is_named and c.type != "comment"]
            for index, element in enumerate(elements):
                lines[*path, index] = element.start_point[0] + 1
                pending.append((element, (*path, index)))
        elif here.type == "inline_table":
            for child in here.children:
                if child.type == "pair":
                    keys = _keys(child.children[0])
                    lines[*path, *keys] = child.start_point[0] + 1
                    pending.append((child.children[-1], (*path, *keys)))
