"""Walk syntax trees without recursion: what is below a node, what is around it, what a query captures."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from tree_sitter import Query, QueryCursor

from .grammar import Node, language

MAX_CHARS = 500_000  # larger source files are generated


def descend(node: Node | None, *kinds: str) -> Iterator[Node]:
    """Yield the node and everything below it that is of one of the kinds, in source order."""
    pending = [node] if node is not None else []
    while pending:
        here = pending.pop()
        if here.type in kinds:
            yield here
        pending.extend(reversed(here.children))


def below(node: Node | None, *kinds: str) -> Iterator[Node]:
    """Yield the named nodes of these kinds below a node, itself not among them, in source order."""
    stack = list(reversed(node.named_children)) if node is not None else []
    while stack:
        here = stack.pop()
        if here.type in kinds:
            yield here
        stack.extend(reversed(here.named_children))


def enclosing(node: Node, *kinds: str) -> Node | None:
    """Return the nearest node around this one that is of one of the kinds, None without one."""
    here = node.parent
    while here is not None and here.type not in kinds:
        here = here.parent
    return here


@cache
def _query(name: str, text: str) -> Query:
    return Query(language(name), text)


def captures(name: str, text: str, root: Node) -> dict[str, list[Node]]:
    """Return {capture: nodes in source order, outer before inner} of a query over a tree."""
    found = QueryCursor(_query(name, text)).captures(root)
    return {key: sorted(nodes, key=lambda n: (n.start_byte, -n.end_byte)) for key, nodes in found.items()}
