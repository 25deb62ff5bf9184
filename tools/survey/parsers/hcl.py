"""Read HCL (Terraform, OpenTofu, Nomad, Packer) with the tree-sitter grammar: blocks with their labels, attributes, lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .grammar import Node, line_of, tree, words

_MAX_CHARS = 1_000_000


@dataclass(slots=True)
class Block:
    """Be one block: `resource "aws_db_instance" "main" { … }` has type `resource` and two labels."""

    type: str
    labels: tuple[str, ...]
    line: int
    attributes: dict[str, tuple[str, int]] = field(default_factory=dict)  # name -> (literal text, or the expression as written; line)
    blocks: list[Block] = field(default_factory=list)

    def text(self, name: str) -> str | None:
        """Return an attribute's text."""
        found = self.attributes.get(name)
        return found[0] if found else None

    def line_of(self, name: str) -> int:
        """Return an attribute's line, the block's own where it has none."""
        found = self.attributes.get(name)
        return found[1] if found else self.line

    def all(self, *types: str) -> Iterator[Block]:
        """Yield the inner blocks of these types."""
        return (b for b in self.blocks if b.type in types)


def read_hcl(text: str) -> Block | None:
    """Return a block of the file's own blocks and attributes; None for a text that is too large."""
    if len(text) > _MAX_CHARS:
        return None
    top = Block("", (), 1)
    pending: list[tuple[Node, Block]] = [(n, top) for n in tree("hcl", text).named_children if n.type == "body"]
    while pending:
        body, owner = pending.pop()
        for child in body.named_children:
            if child.type == "attribute":
                _attribute(child, owner)
            elif child.type == "block":
                made = _block(child)
                owner.blocks.append(made)
                pending.extend((n, made) for n in child.named_children if n.type == "body")
    return top


def _block(node: Node) -> Block:
    names = [c for c in node.named_children if c.type in ("identifier", "string_lit")]
    return Block(words(names[0]) if names else "", tuple(words(n).strip('"') for n in names[1:]), line_of(node))


def _attribute(node: Node, owner: Block) -> None:
    parts = node.named_children
    if len(parts) >= 2:
        owner.attributes.setdefault(words(parts[0]), (_text(parts[1]), line_of(parts[0])))


def _text(node: Node) -> str:
    """Return a string's text without quotes, anything else as written."""
    text = words(node).strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' and "${" not in text else text
