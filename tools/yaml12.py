"""Load YAML with line numbers, YAML 1.2 booleans and duplicate keys noted; no tag is constructed, aliases are shared: no bomb grows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

MAX_BYTES = 2_000_000
MAX_NESTING = 60
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Map(dict[str, Any]):
    """Be a mapping that knows its line and the line of each key."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}

    def line_of(self, key: str) -> int:
        """Return the line of a key, or the mapping's own."""
        return self.lines.get(key, self.line)


class Seq(list[Any]):
    """Be a sequence that knows its line and the line of each item."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


class YamlError(Exception):
    """Say why a text is no YAML, and where."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(problem)
        self.problem, self.line = problem, line


def load_all(text: str) -> tuple[list[Any], list[tuple[int, str]]]:
    """Return the documents and (line, key) of each duplicate key; raise YamlError for what does not parse."""
    if len(text) > MAX_BYTES:
        raise YamlError(f"longer than {MAX_BYTES} characters", 1)
    _refuse_depth(text)
    reader = _Reader()
    try:
        documents = [reader.document(node) for node in yaml.compose_all(text, Loader=_Loader)]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(error.problem or "unreadable", mark.line + 1 if mark is not None else 1) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise YamlError(str(error).partition("\n")[0] or type(error).__name__, 1) from None
    return documents, reader.duplicates


def _refuse_depth(text: str) -> None:
    """Refuse flow nesting before the parser recurses into it."""
    depth = 0
    for char in text:
        if char in "[{":
            depth += 1
            if depth > 500:
                raise YamlError("nested too deeply", 1)
        elif char in "]}" and depth:
            depth -= 1


class _Reader:
    def __init__(self) -> None:
        self.made: dict[int, Any] = {}
        self.duplicates: list[tuple[int, str]] = []

    def document(self, root: yaml.Node) -> Any:
        """Return one document; aliases end with it, and so do its nodes, whose identities the next document's may take over."""
        self.made.clear()
        return self.value(root, 0)

    def value(self, node: yaml.Node, depth: int) -> Any:
        if depth > MAX_NESTING:
            raise YamlError("nested too deeply", node.start_mark.line + 1)
        if id(node) in self.made:
            return self.made[id(node)]
        if isinstance(node, yaml.MappingNode):
            return self._map(node, depth)
        if isinstance(node, yaml.SequenceNode):
            seq = Seq(node.start_mark.line + 1)
            self.made[id(node)] = seq
            for item in node.value:
                seq.append(self.value(item, depth + 1))
                seq.lines.append(item.start_mark.line + 1)
            return seq
        return _scalar(node) if isinstance(node, yaml.ScalarNode) else None

    def _map(self, node: yaml.MappingNode, depth: int) -> Map:
        mapping = Map(node.start_mark.line + 1)
        self.made[id(node)] = mapping
        merged: list[Any] = []
        for key_node, value_node in node.value:
            value = self.value(value_node, depth + 1)
            if key_node.tag == "tag:yaml.org,2002:merge":
                merged.extend(value if isinstance(value, list) else [value])
                continue
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            if key in mapping:
                self.duplicates.append((key_node.start_mark.line + 1, key))
            mapping[key] = value
            mapping.lines[key] = key_node.start_mark.line + 1
        for other in merged:
            if isinstance(other, Map):
                for key, value in other.items():
                    if key not in mapping:
                        mapping[key] = value
                        mapping.lines[key] = other.line_of(key)
        return mapping


def _scalar(node: yaml.ScalarNode) -> Any:
    text = str(node.value)
    if node.style and node.style in "'\"|>":
        return text
    if node.tag == "tag:yaml.org,2002:null":
        return None
    if node.tag == "tag:yaml.org,2002:bool":  # YAML 1.2: only true and false are booleans
        return text.lower() == "true" if text.lower() in ("true", "false") else text
    if node.tag == "tag:yaml.org,2002:int":
        try:
            return int(text)
        except ValueError:
            return text
    if node.tag == "tag:yaml.org,2002:float":
        try:
            return float(text)
        except ValueError:
            return text
    return text


def strings(value: Any, limit: int = 20_000) -> Iterator[tuple[str, int]]:
    """Yield every string below a value with its line, each shared node once."""
    stack: list[tuple[Any, int]] = [(value, getattr(value, "line", 1))]
    seen: set[int] = set()
    count = 0
    while stack and count < limit:
        count += 1
        current, line = stack.pop()
        if isinstance(current, str):
            yield current, line
        elif isinstance(current, Map) and id(current) not in seen:
            seen.add(id(current))
            stack.extend((v, current.line_of(k)) for k, v in reversed(current.items()))
        elif isinstance(current, Seq) and id(current) not in seen:
            seen.add(id(current))
            stack.extend(zip(reversed(current), reversed(current.lines), strict=True))


def as_map(value: Any) -> Map:
    """Return the mapping, or an empty one in place of anything else."""
    return value if isinstance(value, Map) else Map(getattr(value, "line", 1))


def as_list(value: Any) -> list[Any]:
    """Return the sequence; a single value as one item, null as none."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
