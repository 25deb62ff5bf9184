"""Read JSON, JSON with comments and JSON5 with the line of every key, and never fail on a broken file."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from tree_sitter import Node

from ..parsers.javascript import MISSING, Script
from ..parsers.javascript.nodes import elements, line, literal, pairs, strip

MAX_CHARS = 1_000_000


class JsonFile:
    """Be one parsed file: values by key path, and the line on which each key stands."""

    def __init__(self, path: str, source: str) -> None:
        self.path, self.source = path, source

    @cached_property
    def root(self) -> Node | None:
        """Return the object at the top; None where the file holds none."""
        if len(self.source) > MAX_CHARS:
            return None
        script = Script(self.path, "(" + self.source.removeprefix("\ufeff") + "\n)", "javascript")
        found = next((c for c in script.root.named_children if c.type == "expression_statement"), None)
        inner = strip(found.named_children[0]) if found is not None and found.named_children else None
        return inner if inner is not None and inner.type == "object" else None

    @cached_property
    def data(self) -> dict[str, Any]:
        """Return everything as plain values; empty where the file is no object."""
        value = plain(self.root) if self.root is not None else {}
        return value if isinstance(value, dict) else {}

    def node(self, *keys: str) -> Node | None:
        """Return the value's node under a path of keys."""
        node = self.root
        for key in keys:
            node = next((p.value for p in pairs(node) if p.key == key), None) if node is not None else None
        return node

    def get(self, *keys: str) -> Any:
        """Return the value under a path of keys; None where it is missing."""
        value: Any = self.data
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def text(self, *keys: str) -> str | None:
        """Return the string under a path of keys; None for anything else or an empty one."""
        value = self.get(*keys)
        return value if isinstance(value, str) and value else None

    def table(self, *keys: str) -> dict[str, Any]:
        """Return the object under a path of keys; empty for anything else."""
        value = self.get(*keys)
        return value if isinstance(value, dict) else {}

    def line(self, *keys: str) -> int:
        """Return the line of the last key of the path that exists; 1 for none."""
        node, at = self.root, 1
        for key in keys:
            pair = next((p for p in pairs(node) if p.key == key), None)
            if pair is None:
                break
            node, at = pair.value, line(pair.at)
        return at

    def item_line(self, index: int, *keys: str) -> int:
        """Return the line of one element of the array under a path of keys."""
        items = elements(self.node(*keys))
        return line(items[index]) if index < len(items) else self.line(*keys)


def plain(node: Node, depth: int = 60) -> Any:
    """Return a literal node as plain values; what is no literal, or nested deeper, becomes None."""
    if depth <= 0:
        return None
    node = strip(node)
    if node.type == "object":
        return {p.key: plain(p.value, depth - 1) for p in pairs(node) if p.key != "..."}
    if node.type == "array":
        return [plain(e, depth - 1) for e in elements(node)]
    value = literal(node)
    return None if value is MISSING else value
