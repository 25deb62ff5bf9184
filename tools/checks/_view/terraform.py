"""Read the plan's HCL files folder by folder: resources, data sources, modules, variables, with literal values where they are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ...pins import hcltree
from .items import ArtifactView

if TYPE_CHECKING:
    from tree_sitter import Node

    from . import PlanView


@dataclass(frozen=True)
class Block:
    """Be one block with the file it stands in."""

    raw: hcltree.Block
    file: hcltree.File
    artifact: ArtifactView

    @property
    def type(self) -> str:
        """Return the block's type (`resource`, `data`, `module`, …)."""
        return self.raw.type

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the labels."""
        return tuple(self.raw.labels)

    @property
    def line(self) -> int:
        """Return the first line."""
        return self.raw.line

    @property
    def address(self) -> str:
        """Return how it is referred to (`aws_lb.main`, `data.aws_lb.main`, `module.vpc`)."""
        head = () if self.type == "resource" else ("data",) if self.type == "data" else (self.type,)
        return ".".join((*head, *self.labels))

    def names(self) -> tuple[str, ...]:
        """Return the attribute names."""
        return tuple(self.raw.attributes)

    def text(self, name: str) -> str | None:
        """Return an attribute's expression as written, or null."""
        node = self.raw.attributes.get(name)
        return self.file.text(node) if node is not None else None

    def value(self, name: str) -> str | None:
        """Return an attribute's value where this folder knows it, or null."""
        return self.file.value(self.raw.attributes.get(name))

    def line_of(self, name: str) -> int:
        """Return the line of an attribute, or the block's own."""
        node = self.raw.attributes.get(name)
        return hcltree.line_of(node) if node is not None else self.line

    def blocks(self, *types: str) -> Iterator[Block]:
        """Yield the blocks of these types directly inside."""
        for inner in self.raw.blocks:
            if not types or inner.type in types:
                yield Block(inner, self.file, self.artifact)

    def pairs(self, name: str) -> list[tuple[str, Node]]:
        """Return the pairs of an attribute that is an object."""
        node = self.raw.attributes.get(name)
        return hcltree.pairs(node, self.file) if node is not None else []

    @cached_property
    def everything(self) -> str:
        """Return the text of all attributes of the block and of those inside it."""
        parts, stack = [], [self.raw]
        while stack:
            block = stack.pop()
            parts += [f"{name} = {self.file.text(node)}" for name, node in block.attributes.items()]
            stack.extend(block.blocks)
        return "\n".join(parts)


@dataclass(frozen=True)
class Folder:
    """Be one Terraform root or module: all blocks of the files in one folder."""

    path: str
    blocks: tuple[Block, ...]

    def of(self, *types: str) -> tuple[Block, ...]:
        """Return the blocks of these types."""
        return tuple(b for b in self.blocks if b.type in types)

    def resources(self, *types: str) -> tuple[Block, ...]:
        """Return the resources of these types."""
        return tuple(b for b in self.of("resource") if b.labels[:1] and b.labels[0] in types)

    def modules(self, *sources: str) -> tuple[Block, ...]:
        """Return the modules whose source begins with one of these."""
        return tuple(b for b in self.of("module") if (b.value("source") or "").startswith(sources))

    def default_of(self, variable: str) -> tuple[str | None, Block] | None:
        """Return the default of a variable as written and its block, or null when it is not declared here."""
        for block in self.of("variable"):
            if block.labels == (variable,):
                return block.text("default"), block
        return None


def folders(view: PlanView) -> tuple[Folder, ...]:
    """Return the plan's Terraform folders, sorted by path."""
    found: dict[str, list[Block]] = {}
    for artifact in view.of_kind("hcl"):
        if artifact.installed.endswith((".tfvars", ".hcl")) or len(artifact.text) > 400_000 or _overlong(artifact.text):
            continue
        file = hcltree.read(artifact.text)
        path = artifact.installed.rpartition("/")[0]
        found.setdefault(path, []).extend(Block(block, file, artifact) for block in file.blocks)
    return tuple(Folder(path, tuple(blocks)) for path, blocks in sorted(found.items()))


def _overlong(text: str) -> bool:
    """Say whether a line is longer than anybody writes: the grammar's recovery from such a line costs seconds."""
    return len(text) > _LONGEST and any(len(line) > _LONGEST for line in text.split("\n"))


_LONGEST = 20_000
