"""Read YAML from libyaml's events: lines for every key, text as written, and no bomb: size, depth and aliases are bounded."""

from __future__ import annotations

from typing import Any

import yaml

from .document import Document, Path

_MAX_DEPTH = 100
_MAX_SIZE = 400_000  # nodes, aliases counted as what they stand for


class Refused(Exception):
    """Say that a document is not read: broken, a cycle, too deep, or larger than any real one."""


class _Node:
    """Be a value with the line of each child; an alias is the same node again."""

    __slots__ = ("lines", "size", "value")

    def __init__(self, value: Any) -> None:
        self.value: Any = value
        self.lines: dict[str | int, tuple[int, _Node]] = {}
        self.size = 1


def read_yaml(path: str, text: str) -> tuple[Document, ...]:
    """Return the documents of a YAML stream, none for what cannot be read (templates, broken or hostile files)."""
    try:
        return tuple(Document(path, node.value, _locator(node)) for node in _nodes(text))
    except (Refused, yaml.YAMLError, ValueError):
        return ()


def _locator(top: _Node) -> Any:
    def locate(path: Path) -> int | None:
        here, line = top, None
        for step in path:
            found = here.lines.get(step)
            if found is None:
                return None
            line, here = found
        return line

    return locate


def _nodes(text: str) -> list[_Node]:
    builder = _Builder()
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        builder.take(event)
    return builder.done


class _Builder:
    """Build nodes from events with a stack of its own, so that depth is a number and not a crash."""

    def __init__(self) -> None:
        self.done: list[_Node] = []
        self._stack: list[tuple[_Node, list[tuple[_Node, int]], str | None]] = []
        self._anchors: dict[str, _Node] = {}
        self._size = 0

    def take(self, event: Any) -> None:
        """Take one event; raise Refused beyond a bound."""
        if isinstance(event, yaml.DocumentStartEvent):
            self._anchors = {}
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            node = _Node({} if isinstance(event, yaml.MappingStartEvent) else [])
            self._stack.append((node, [], event.anchor))
            node.lines["#"] = (_line(event), node)
            if len(self._stack) > _MAX_DEPTH:
                raise Refused
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._close()
        elif isinstance(event, yaml.ScalarEvent):
            node = _Node(_scalar(event))
            self._anchor(event.anchor, node)
            self._give(node, _line(event))
        elif isinstance(event, yaml.AliasEvent):
            known = self._anchors.get(event.anchor or "")
            if known is None:  # unknown, or its own ancestor: a cycle
                raise Refused
            self._give(known, _line(event))

    def _anchor(self, name: str | None, node: _Node) -> None:
        if name:
            self._anchors[name] = node

    def _give(self, node: _Node, line: int) -> None:
        self._size += node.size
        if self._size > _MAX_SIZE:
            raise Refused
        if self._stack:
            self._stack[-1][1].append((node, line))
        else:
            self.done.append(node)

    def _close(self) -> None:
        node, parts, anchor = self._stack.pop()
        line = node.lines.pop("#")[0]
        node.size = 1 + sum(part.size for part, _ in parts)
        if isinstance(node.value, list):
            node.value.extend(part.value for part, _ in parts)
            node.lines.update((i, (at, part)) for i, (part, at) in enumerate(parts))
        else:
            _fill(node, parts)
        self._anchor(anchor, node)
        self._size -= node.size - 1
        self._give(node, line)
        self._size -= 1


def _fill(node: _Node, parts: list[tuple[_Node, int]]) -> None:
    """Fill a mapping from its keys and values in turn; what `<<` merges yields to what is written here."""
    merged: list[_Node] = []
    for (key, line), (value, _) in zip(parts[::2], parts[1::2], strict=True):
        if isinstance(key.value, dict | list):
            raise Refused  # `{{ template }}` reads as a mapping whose key is a mapping
        name = "null" if key.value is None else str(key.value).lower() if isinstance(key.value, bool) else str(key.value)
        if name == "<<":
            merged.extend(_mappings(value))
        else:
            node.value[name] = value.value
            node.lines[name] = (line, value)
    for source in merged:
        for key_name, found in source.lines.items():
            name = str(key_name)
            if name not in node.value:
                node.value[name] = source.value[name]
                node.lines[name] = found


def _mappings(node: _Node) -> list[_Node]:
    if isinstance(node.value, dict):
        return [node]
    return [part for _, part in node.lines.values() if isinstance(part.value, dict)] if isinstance(node.value, list) else []


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1


def _scalar(event: Any) -> str | int | bool | None:
    """Return a plain scalar as null, boolean or integer by the core schema; anything else is text as written."""
    text: str = event.value
    if not event.implicit[0] or event.style:
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    digits = text[1:] if text[0] in "+-" else text
    if digits.isascii() and digits.isdigit() and len(digits) < 19 and (digits[0] != "0" or digits == "0"):
        return int(text)
    return text
