"""Read the classes that settings are bound to: what a prefix's fields are called in the environment, their defaults, what must be set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..parsers.grammar import line_of, words
from ..parsers.jvm import JvmFile, Node
from ..parsers.jvmnodes import annotation_of, declared_name, declared_type, initial, text_of
from ..parsers.walking import below
from .model import Place
from .placeholders import environment_name

BOUND = ("ConfigurationProperties", "ConfigMapping")
_LITERALS = ("decimal_integer_literal", "number_literal", "integer_literal", "true", "false", "boolean_literal")
_CLASSES = ("class_declaration", "record_declaration", "interface_declaration", "object_declaration")
_HOLDERS = (*_CLASSES, "companion_object", "enum_declaration", "function_declaration", "constructor_declaration", "lambda_literal")
_WHOLE = ("List", "Map", "Set", "Collection", "Array")
_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Field:
    """Be one field below a prefix: its dotted key, how the environment spells it, its default, whether nothing works without it."""

    key: str
    name: str
    at: Place
    default: str | None
    needed: bool


def bound_fields(path: str, file: JvmFile, holder: Node, prefix: str, mapping: bool) -> Iterator[Field]:
    """Yield the plain fields of a class and of those of the same file that it nests; `mapping` for MicroProfile's interfaces."""
    named = {declared_name(c): c for c in file.classes}
    pending = [(holder, prefix, 0)]
    while pending:
        here, above, depth = pending.pop(0)
        for node in _members(here, mapping):
            field, kind = declared_name(node), declared_type(node).rstrip("?")
            inner = named.get(kind.rpartition(".")[2])
            word = _given(node, "WithName", file.kotlin) or field
            if not field or field.startswith("$") or "static" in words(node).partition("=")[0].split():
                continue
            if inner is not None and inner.type in _CLASSES and depth < _DEPTH:
                pending.append((inner, f"{above}.{_dashed(word)}", depth + 1))
            elif inner is None and _kind(node) not in _WHOLE:
                yield _field(path, node, f"{above}.{_dashed(word)}", mapping, file.kotlin)


def _field(path: str, node: Node, key: str, mapping: bool, kotlin: bool) -> Field:
    value = initial(node)
    default = text_of(value) if value is not None else None
    if default is None and value is not None and value.type in _LITERALS:
        default = words(value).rstrip("lL")
    default = default or _given(node, "WithDefault", kotlin) or _given(node, "DefaultValue", kotlin)
    name = environment_name(key) if mapping else environment_name(key.replace("-", ""))
    needed = mapping and default is None and not _kind(node).startswith("Optional")
    at = next((line_of(c) for c in node.named_children if c.type in ("identifier", "variable_declarator", "variable_declaration")), 0)
    return Field(key, name, (path, at or line_of(node)), default, needed)


def _members(holder: Node, mapping: bool) -> Iterator[Node]:
    """Yield what is bound of a class: fields and components, the methods of a mapping; those of classes inside are theirs."""
    kinds = ("method_declaration", "function_declaration") if mapping else ("field_declaration", "property_declaration")
    for node in below(holder, *kinds, "class_parameter", "formal_parameter"):
        around = node.parent
        while around is not None and around.type not in (*_HOLDERS, "method_declaration"):
            around = around.parent
        if around is not None and around.id == holder.id and not (mapping and node.type == "formal_parameter"):
            yield node


def _kind(node: Node) -> str:
    return declared_type(node).partition("<")[0].rpartition(".")[2].rstrip("?")


def _given(node: Node, annotation: str, kotlin: bool) -> str | None:
    for mark in below(node, "annotation"):
        found = annotation_of(mark, kotlin)
        if found is not None and found.name == annotation:
            return text_of(found.values.get("value"))
    return None


def _dashed(name: str) -> str:
    """Return a camel-case name as settings spell it: `baseUrl` -> `base-url`."""
    return "".join(f"-{c.lower()}" if c.isupper() and at and not name[at - 1].isupper() else c.lower() for at, c in enumerate(name))
