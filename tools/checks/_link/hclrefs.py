"""Read what a Terraform block refers to: names in its expressions and templates, not in comments or in plain text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from ...pins import hcltree
from .._view import Folder, PlanView
from .._view.terraform import Block

_NO_VALUES = frozenset({"provider", "providers", "ignore_changes", "configuration_aliases"})  # names of other things stand there
_PAST = frozenset({"moved", "removed", "import"})  # what they name may be gone, or yet to come


@dataclass(frozen=True, slots=True)
class Reference:
    """Be one reference: its parts (`var`, `region`; `aws_lb`, `main`, `arn`), the line, and the attribute it stands in."""

    parts: tuple[str, ...]
    line: int
    attribute: str


def references(block: Block) -> Iterator[Reference]:
    """Yield the references of a block and of those inside of it, in no order that means something."""
    if block.type in _PAST:
        return
    stack: list[tuple[hcltree.Block, frozenset[str]]] = [(block.raw, frozenset())]
    while stack:
        current, bound = stack.pop()
        if current.type == "dynamic":
            bound |= {*current.labels, block.file.text(current.attributes["iterator"]) if "iterator" in current.attributes else ""}
        for name, node in current.attributes.items():
            if name not in _NO_VALUES and not (block.type == "variable" and name == "type"):
                yield from (r for r in _of(node, block.file, name) if r.parts[0] not in bound)
        stack.extend((inner, bound) for inner in current.blocks)


def _of(node: Node, file: hcltree.File, attribute: str) -> Iterator[Reference]:
    """Yield the references of an expression, those to the names that its own loops bind left out."""
    found: list[Reference] = []
    bound: set[str] = set()
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type == "for_intro":
            bound |= {file.text(child) for child in current.named_children if child.type == "identifier"}
        found += _chains(current, file, attribute)
        stack.extend(child for child in current.named_children if child.type != "comment")
    yield from (reference for reference in found if reference.parts[0] not in bound)


def _chains(node: Node, file: hcltree.File, attribute: str) -> Iterator[Reference]:
    """Yield what stands directly in a node: a name and the attributes that are read of it."""
    parts: list[str] = []
    line = 0
    for child in node.named_children:
        if child.type == "variable_expr":
            parts, line = [file.text(child)], hcltree.line_of(child)
        elif child.type == "get_attr" and parts:
            parts.append(file.text(child).lstrip(". \n\t"))
        elif child.type not in ("index", "splat", "comment") and parts:
            if len(parts) > 1:
                yield Reference(tuple(parts), line, attribute)
            parts = []
    if len(parts) > 1:
        yield Reference(tuple(parts), line, attribute)


def whole(view: PlanView, folder: Folder) -> bool:
    """Say whether all files of a folder are known and read: what a generated, linked or broken one declares is not seen."""
    taken = {a.installed for a in view.of_kind("hcl")}
    there = [f for f in view.files or () if f.rpartition("/")[0] == folder.path]
    if any(f.endswith((".tf.json", ".tofu", "terragrunt.hcl")) or (f.endswith(".tf") and f not in taken) for f in there):
        return False
    return all(b.artifact.installed.endswith(".tf") for b in folder.blocks) and not (view.foreign and _unread(view, folder))


def _unread(view: PlanView, folder: Folder) -> bool:
    """Say whether a file of the folder cannot be read to its end: what it declares is not seen."""
    read = {b.artifact.installed for b in folder.blocks}
    files = [a for a in view.of_kind("hcl") if a.installed.rpartition("/")[0] == folder.path]
    return any(b.file.root.has_error for b in folder.blocks) or any(a.installed not in read and "{" in a.text for a in files)
