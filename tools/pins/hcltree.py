"""Read HCL with tree-sitter into blocks and attributes, with variables, locals and simple templates resolved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser

_MAX_DEPTH = 20


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return Parser(Language(tree_sitter_hcl.language()))


@dataclass
class Block:
    """Hold one block: its type, labels, attributes (name to expression) and inner blocks."""

    type: str
    labels: list[str]
    line: int
    attributes: dict[str, Node] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def inner(self, *types: str) -> Iterator[Block]:
        """Yield the blocks of the given types directly inside."""
        return (b for b in self.blocks if b.type in types)


@dataclass
class File:
    """Hold a parsed file and the values of its variables and locals."""

    source: bytes
    root: Node
    blocks: list[Block] = field(default_factory=list)
    attributes: dict[str, Node] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    def text(self, node: Node) -> str:
        """Return the source of a node."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def value(self, node: Node | None) -> str | None:
        """Return the text an expression evaluates to, or None when it depends on something outside this file."""
        if node is None:
            return None
        inner = node
        for _ in range(_MAX_DEPTH):
            if inner.type in ("expression", "literal_value", "template_expr") and inner.named_child_count == 1:
                inner = inner.named_children[0]
        if inner.type == "string_lit" or inner.type in ("quoted_template", "heredoc_template"):
            return self._template(inner)
        if inner.type in ("numeric_lit", "bool_lit"):
            return self.text(inner)
        return self.values.get("".join(self.text(node).split()))

    def _template(self, node: Node) -> str:
        parts = []
        for child in node.named_children:
            if child.type == "template_literal":
                parts.append(self.text(child))
            elif child.type == "template_interpolation":
                known = self.values.get("".join(self.text(child)[2:-1].split()))
                parts.append(known if known is not None else self.text(child))
            elif child.type == "heredoc_template":
                parts.append(self._template(child))
        return "".join(parts)


def line_of(node: Node) -> int:
    """Return the line of a node, counted from 1."""
    return int(node.start_point[0]) + 1


def read(text: str) -> File:
    """Parse a text; broken parts are skipped, what surrounds them is kept."""
    source = text.encode("utf-8", "replace")
    root = _parser().parse(source).root_node
    file = File(source, root)
    top = Block("", [], 1)
    stack: list[tuple[Node, Block, int]] = [(root, top, 0)]
    while stack:
        node, parent, depth = stack.pop()
        if node.type == "block" and depth < 200:
            block = _block(node, file)
            parent.blocks.append(block)
            stack.extend((n, block, depth + 1) for n in reversed(node.named_children) if n.type in ("body", "ERROR"))
        elif node.type == "attribute":
            if node.named_child_count > 1:
                parent.attributes[file.text(node.named_children[0])] = node.named_children[-1]
        elif node.type in ("config_file", "body", "ERROR"):
            stack.extend((n, parent, depth) for n in reversed(node.named_children))
    file.blocks, file.attributes = top.blocks, top.attributes
    _resolve(file)
    return file


def _block(node: Node, file: File) -> Block:
    names = [n for n in node.named_children if n.type in ("identifier", "string_lit")]
    labels = [file.text(n).strip('"') for n in names]
    return Block(labels[0] if labels else "", labels[1:], line_of(node))


def _resolve(file: File) -> None:
    """Take variable defaults, then locals (twice, so that a local may use another)."""
    for block in file.blocks:
        if block.type == "variable" and block.labels:
            value = file.value(block.attributes.get("default"))
            if value is not None:
                file.values[f"var.{block.labels[0]}"] = value
    for _ in range(2):
        for block in file.blocks:
            if block.type == "locals":
                for name, node in block.attributes.items():
                    value = file.value(node)
                    if value is not None and "${" not in value:
                        file.values[f"local.{name}"] = value


def pairs(node: Node, file: File) -> list[tuple[str, Node]]:
    """Return the pairs of an object expression, or nothing for anything else."""
    inner = node
    for _ in range(_MAX_DEPTH):
        if inner.type in ("expression", "collection_value") and inner.named_child_count == 1:
            inner = inner.named_children[0]
    if inner.type != "object":
        return []
    found = []
    for element in (n for n in inner.named_children if n.type == "object_elem"):
        sides = [n for n in element.named_children if n.type == "expression"]
        if len(sides) == 2:
            found.append((file.text(sides[0]).strip('"'), sides[1]))
    return found


def every_pair(file: File) -> Iterator[tuple[str, Node]]:
    """Yield every `name = expression` of the file, attributes and object elements alike, in the order of the text."""
    stack: list[Node] = [file.root]
    while stack:
        node = stack.pop()
        if node.type == "attribute" and node.named_child_count > 1:
            yield file.text(node.named_children[0]), node.named_children[-1]
        elif node.type == "object_elem":
            sides = [n for n in node.named_children if n.type == "expression"]
            if len(sides) == 2:
                yield file.text(sides[0]).strip('"'), sides[1]
        stack.extend(reversed(node.named_children))
