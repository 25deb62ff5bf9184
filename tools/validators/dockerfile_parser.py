"""Parse Dockerfiles with the tree-sitter grammar: instructions that do not exist, files without FROM."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import re2
import tree_sitter_containerfile
from tree_sitter import Language, Node, Parser

from ._model import Item, Problem, Verdict, Workspace, verdict

TOOL = "containerfile grammar"
KINDS = ("dockerfile",)
OUTSIDE = False
INSTALL = "comes with deploybook"
_ESCAPE = re2.compile(r"(?im)^#\s*escape\s*=\s*`")
_INSTRUCTIONS = frozenset(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR"
    " CROSS_BUILD".split()
)


def available() -> bool:
    """Say that the grammar is always there."""
    return True


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return Parser(Language(tree_sitter_containerfile.language()))


def validate(items: Sequence[Item], workspace: Workspace) -> list[Verdict]:
    """Return a verdict for each Dockerfile; the grammar is lenient, so a good one is `syntax-only`."""
    return [_one(item.text) for item in items]


@lru_cache(maxsize=512)
def _one(text: str) -> Verdict:
    data = text.encode("utf-8", "replace")
    if len(data) > 400_000:
        return Verdict("absent", note="too large to read")
    if _ESCAPE.search(text[:500]):
        return Verdict("absent", note="another escape character than the grammar's own")
    root = _parser().parse(data + b"\n").root_node
    lines = text.split("\n")
    problems = [
        Problem(child.start_point.row + 1, f"no such instruction: {_first(child)}")
        for child in root.children
        if child.is_error
        and _first(child).isalpha()
        and _first(child).upper() not in _INSTRUCTIONS
        and not (child.start_point.row and lines[child.start_point.row - 1].rstrip().endswith("\\"))  # what goes on is no instruction
    ]
    if not any(child.type == "from_instruction" for child in root.children):
        problems.append(Problem(1, "no FROM instruction"))
    return verdict(problems, good="syntax-only")


def _first(node: Node) -> str:
    words = (node.text or b"").decode("utf-8", "replace").split()
    return words[0] if words else ""
