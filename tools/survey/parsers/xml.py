"""Read XML (pom.xml, project files) as plain elements with lines; entities, DTDs and the network stay out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_MAX_DEPTH = 60
_MAX_CHARS = 3_000_000


@dataclass(slots=True)
class Element:
    """Be one element: local name, attributes, own text (trimmed), line where it begins, line where its text stands."""

    name: str
    line: int
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text_line: int = 0

    def all(self, *path: str) -> Iterator[Element]:
        """Yield the elements at a path of names below this one, in document order."""
        if not path:
            yield self
            return
        for child in self.children:
            if child.name == path[0]:
                yield from child.all(*path[1:])

    def first(self, *path: str) -> Element | None:
        """Return the first element at a path, None without one."""
        return next(self.all(*path), None)

    def value(self, *path: str) -> str | None:
        """Return the text of the first element at a path, None without one or for empty text."""
        found = self.first(*path)
        return found.text or None if found is not None else None

    def walk(self) -> Iterator[Element]:
        """Yield this element and everything below it, in document order."""
        stack = [self]
        while stack:
            here = stack.pop()
            yield here
            stack.extend(reversed(here.children))


def read_xml(text: str) -> Element | None:
    """Return the root element, None for what is no XML, too large or too deep."""
    if len(text) > _MAX_CHARS:
        return None
    from lxml import etree  # only where there is XML to read

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    try:
        root = etree.fromstring(text.lstrip("\ufeff").encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return _made(root, 0)


def _made(node: Any, depth: int) -> Element | None:
    if depth > _MAX_DEPTH or not isinstance(node.tag, str):
        return None
    raw = node.text or ""
    line = int(node.sourceline or 1)
    lead = len(raw) - len(raw.lstrip())
    found = Element(
        name=node.tag.rpartition("}")[2],
        line=line,
        text=raw.strip(),
        attributes={str(k).rpartition("}")[2]: str(v) for k, v in node.attrib.items()},
        text_line=line + raw[:lead].count("\n"),
    )
    for child in node:
        made = _made(child, depth + 1)
        if made is not None:
            found.children.append(made)
    return found
