"""Parse one Java or Kotlin file once and answer what it imports, declares, annotates and calls, in one form for both languages."""

from __future__ import annotations

from functools import cache, cached_property

from tree_sitter import Query, QueryCursor

from .grammar import Node as Node
from .grammar import language, line_of, tree, words
from .jvmnodes import Annotation as Annotation
from .jvmnodes import Call as Call
from .jvmnodes import annotation_of, call_of, declared_name, enclosing, initial

MAX_CHARS = 500_000
_QUERIES = {
    "java": """
(import_declaration) @import
(annotation) @annotation
(marker_annotation) @annotation
(method_invocation) @call
(object_creation_expression) @new
(class_declaration) @class
(interface_declaration) @class
(record_declaration) @class
(enum_declaration) @class
(field_declaration) @field
(method_declaration) @method
""",
    "kotlin": """
(import) @import
(annotation) @annotation
(call_expression) @call
(class_declaration) @class
(object_declaration) @class
(property_declaration) @field
(class_parameter) @field
(function_declaration) @method
""",
}


@cache
def _query(name: str) -> Query:
    return Query(language(name), _QUERIES[name])


class JvmFile:
    """Be one parsed file; every answer is worked out once, on demand."""

    def __init__(self, text: str, kotlin: bool) -> None:
        self.text, self.kotlin = text, kotlin
        self.root = tree("kotlin" if kotlin else "java", text)

    @cached_property
    def _found(self) -> dict[str, list[Node]]:
        found = QueryCursor(_query("kotlin" if self.kotlin else "java")).captures(self.root)
        return {name: sorted(nodes, key=lambda n: (n.start_byte, -n.end_byte)) for name, nodes in found.items()}

    @cached_property
    def package(self) -> str:
        """Return the package, empty for the default one."""
        head = next((c for c in self.root.named_children if c.type in ("package_declaration", "package_header")), None)
        return words(head.named_children[-1]).strip() if head is not None and head.named_children else ""

    @cached_property
    def imports(self) -> tuple[tuple[str, int], ...]:
        """Return (dotted name, line) of every import; `a.b.*` for all of a package."""
        found = []
        for node in self._found.get("import", []):
            text = words(node).removeprefix("import").strip().removeprefix("static ").rstrip("; \n").partition(" as ")[0].strip()
            found.append((text, line_of(node)))
        return tuple(found)

    @cached_property
    def annotations(self) -> tuple[Annotation, ...]:
        """Return every annotation on a class, method, field or parameter."""
        return tuple(a for n in self._found.get("annotation", []) if (a := annotation_of(n, self.kotlin)) is not None)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Return every call and constructor call, in source order, outer before inner."""
        nodes = [*self._found.get("call", []), *self._found.get("new", [])]
        return tuple(c for n in sorted(nodes, key=lambda n: (n.start_byte, -n.end_byte)) if (c := call_of(n, self.kotlin)) is not None)

    @property
    def classes(self) -> list[Node]:
        """Return every class, interface, record, enum and object."""
        return self._found.get("class", [])

    @property
    def methods(self) -> list[Node]:
        """Return every method and function."""
        return self._found.get("method", [])

    @property
    def fields(self) -> list[Node]:
        """Return every field, property and constructor property."""
        return self._found.get("field", [])

    @cached_property
    def constants(self) -> dict[str, Node]:
        """Return the value of every field or property that is set where it is declared, by its name."""
        found: dict[str, Node] = {}
        for node in self.fields:
            name, value = declared_name(node), initial(node)
            if name and value is not None:
                found.setdefault(name, value)
        return found

    def main(self) -> tuple[str, int] | None:
        """Return (class that starts, line of its main), in Kotlin the file's class for a top-level `main`; None without one."""
        for method in self.methods:
            name = declared_name(method)
            if name != "main":
                continue
            head = words(method).partition("{")[0]
            if self.kotlin and (method.parent is None or method.parent.type in ("source_file", "ERROR")):
                return "", line_of(method)
            if ("static" in head and "String" in head) or "@JvmStatic" in head:
                owner = enclosing(method, *_CLASSES)
                return (declared_name(owner) if owner is not None else ""), line_of(method)
        return None


_CLASSES = ("class_declaration", "object_declaration", "interface_declaration", "record_declaration", "enum_declaration")


def read_java(text: str) -> JvmFile | None:
    """Return the parsed Java file, None for a generated giant."""
    return JvmFile(text, False) if len(text) <= MAX_CHARS else None


def read_kotlin(text: str) -> JvmFile | None:
    """Return the parsed Kotlin file, None for a generated giant."""
    return JvmFile(text, True) if len(text) <= MAX_CHARS else None
