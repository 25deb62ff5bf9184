"""Give tree-sitter trees by language; each grammar is loaded on first use."""

from __future__ import annotations

import importlib
from functools import cache
from typing import TypeAlias

from tree_sitter import Language, Parser
from tree_sitter import Node as TreeNode

Node: TypeAlias = TreeNode

_MODULES = {
    "toml": ("tree_sitter_toml", "language"),
    "json": ("tree_sitter_json", "language"),
    "bash": ("tree_sitter_bash", "language"),
    "containerfile": ("tree_sitter_containerfile", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "php": ("tree_sitter_php", "language_php"),
}


@cache
def language(name: str) -> Language:
    """Return a grammar by its short name (`typescript`) or, for a package `tree_sitter_<name>` that is installed, by that name."""
    package, function = _MODULES.get(name, (f"tree_sitter_{name}", "language"))
    return Language(getattr(importlib.import_module(package), function)())


def tree(name: str, text: str) -> Node:
    """Return the root node of a text; errors are nodes of it, never exceptions. Positions are bytes of its UTF-8 form."""
    return Parser(language(name)).parse(text.encode("utf-8", "surrogatepass")).root_node


def words(node: Node) -> str:
    """Return the source text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def line_of(node: Node) -> int:
    """Return the 1-based line where a node begins."""
    return node.start_point[0] + 1
