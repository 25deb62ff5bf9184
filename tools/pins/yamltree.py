"""Read YAML into located nodes, tolerating Go templates, and walk it without following an alias twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import re2
import yaml

MAX_TEXT = 2_000_000
"""Texts beyond this size are not parsed, but scanned line by line."""

MAX_ACTIONS = 20_000
"""Texts with more template actions are not parsed, but scanned line by line."""

_PAIR = re2.compile(r"^\s*(?:-\s+)?[\"']?([A-Za-z_][\w.-]*)[\"']?\s*:\s+(\S.*)$")
_OPEN, _CLOSE = "⟦", "⟧"
_MASK = re2.compile(_OPEN + r"(\d+)" + _CLOSE)


@dataclass
class Tree:
    """Hold the documents of a text, the template actions masked in them, and the pairs found line by line when parsing failed."""

    documents: list[yaml.Node] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    loose: list[tuple[str, str, int]] = field(default_factory=list)

    def restore(self, text: str) -> str:
        """Return text with the template actions back in place."""
        if _OPEN not in text:
            return text
        return str(_MASK.sub(lambda m: self.actions[int(m.group(1))], text))


def read(text: str) -> Tree:
    """Parse a YAML text; an unreadable one gives no documents but the `key: value` pairs of its lines."""
    actions: list[str] = []
    tree = Tree(actions=actions)
    if len(text) <= MAX_TEXT:
        tree.documents = _compose(text) or []
        if not tree.documents and 0 < text.count("{{") <= MAX_ACTIONS:
            tree.documents = _compose(_masked(text, actions)) or []
    if not tree.documents:
        tree.actions.clear()
        tree.loose = list(_pairs_by_line(text))
    return tree


def _compose(text: str) -> list[yaml.Node] | None:
    try:
        return list(yaml.compose_all(text, Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, ValueError, RecursionError, UnicodeError):
        return None


def _masked(text: str, actions: list[str]) -> str:
    """Replace every `{{ … }}` by a token; lines that hold nothing else become empty, so indentation stays what it was."""
    parts: list[str] = []
    place = 0
    while True:
        start = text.find("{{", place)
        end = text.find("}}", start + 2) if start >= 0 else -1
        if start < 0 or end < 0:
            break
        parts.append(text[place:start])
        action = text[start : end + 2]
        parts.append(f"{_OPEN}{len(actions)}{_CLOSE}" + "\n" * action.count("\n"))
        actions.append(action)
        place = end + 2
    parts.append(text[place:])
    return "\n".join(_without_bare_actions(line) for line in "".join(parts).split("\n"))


def _without_bare_actions(line: str) -> str:
    stripped = line.strip()
    return "" if stripped.startswith(_OPEN) and not _MASK.sub("", stripped).strip(" -") else line


def _pairs_by_line(text: str) -> Iterator[tuple[str, str, int]]:
    for number, line in enumerate(text.split("\n"), 1):
        found = _PAIR.match(line) if len(line) < 4096 else None
        if found:
            value = found.group(2).split(" #")[0].strip()
            yield found.group(1), value.strip("\"'"), number


def line_of(node: yaml.Node) -> int:
    """Return the line of a node, counted from 1."""
    return int(node.start_mark.line) + 1


def scalar(node: yaml.Node | None) -> str | None:
    """Return the text of a scalar, or None for anything else and for null."""
    if not isinstance(node, yaml.ScalarNode) or node.tag == "tag:yaml.org,2002:null":
        return None
    return str(node.value)


def pairs(node: yaml.Node | None) -> list[tuple[str, yaml.Node]]:
    """Return the pairs of a mapping with merge keys (`<<`) applied; its own keys win over merged ones."""
    if not isinstance(node, yaml.MappingNode):
        return []
    own: dict[str, yaml.Node] = {}
    merged: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = scalar(key)
        if name is None:
            continue
        if name == "<<" or key.tag == "tag:yaml.org,2002:merge":
            for source in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                for inner_key, inner in source.value if isinstance(source, yaml.MappingNode) else []:
                    merged.setdefault(scalar(inner_key) or "", inner)
        else:
            own[name] = value
    return list({**merged, **own}.items())


def get(node: yaml.Node | None, *path: str) -> yaml.Node | None:
    """Return the node at a path of mapping keys, or None."""
    for key in path:
        node = dict(pairs(node)).get(key)
        if node is None:
            return None
    return node


def text_at(node: yaml.Node | None, *path: str) -> str | None:
    """Return the scalar text at a path of mapping keys, or None."""
    return scalar(get(node, *path))


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """Return the items of a sequence; a single node counts as a sequence of one, nothing as none."""
    if node is None:
        return []
    return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]


def mappings(root: yaml.Node) -> Iterator[yaml.MappingNode]:
    """Yield every mapping below and including root once, in the order of the text, however often aliases repeat it."""
    seen: set[int] = set()
    stack: list[yaml.Node] = [root]
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            yield node
            stack.extend(value for _, value in reversed(node.value))
        elif isinstance(node, yaml.SequenceNode):
            stack.extend(reversed(node.value))
