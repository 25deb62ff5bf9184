"""Find what fills the fields of settings structs: composite literals, assignments, and the tags of environment libraries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..parsers.golang import GoFile, Node, descend, elements, literal, name_of
from ..parsers.grammar import words
from .packages import go_file
from .tags import tagged

if TYPE_CHECKING:
    from .values import Value, Values


def filled(values: Values) -> Iterator[tuple[str, Value]]:
    """Yield (field, value) for every field of the program's structs that a literal, an assignment or a tag fills."""
    from .values import Value

    for path in values.files:
        file = go_file(values.view, path)
        if file is None:
            continue
        for one in file.literals:
            for key, node in elements(one):
                if key and key[:1].isalpha() and node.type != "composite_literal":
                    value = values.of(path, file, node, 2)
                    if value.env or value.text is not None:
                        yield key, value
        for one in file.assignments:
            left, right = one.child_by_field_name("left"), one.child_by_field_name("right")
            targets = left.named_children if left is not None else []
            sources = right.named_children if right is not None else []
            for target, source in zip(targets, sources, strict=False):
                if target.type == "selector_expression":
                    field = target.child_by_field_name("field")
                    value = values.of(path, file, source, 2)
                    if field is not None and value.env:
                        yield words(field), value
        for tag in tagged(values.view, path, file):
            yield tag.field, Value(tag.default, (path, tag.line) if tag.default else None, (tag.name,))
        yield from _mapped(values, file)


def _mapped(values: Values, file: GoFile) -> Iterator[tuple[str, Value]]:
    """Yield the fields that Viper fills: those whose `mapstructure` tag is the end of exactly one of its keys."""
    if values.viper is None or "mapstructure:" not in file.text:
        return
    keys = {*values.viper.filed, *values.viper.defaults, *values.viper.bound}
    for spec in file.types:
        for declared in descend(spec, "field_declaration"):
            name = mapped_name(declared)
            fits = [k for k in keys if name and (k == name or k.endswith("." + name))]
            if len(fits) == 1:
                yield name_of(declared), values.viper.value(values.viper.kinds.get(fits[0], fits[0]))


def mapped_name(declared: Node) -> str | None:
    """Return a field's `mapstructure` key in lower case, None without one."""
    tag = declared.child_by_field_name("tag")
    text = literal(tag) or "" if tag is not None else ""
    _, found, rest = text.partition('mapstructure:"')
    key = rest.partition('"')[0].partition(",")[0]
    return key.lower() if found and key and key != "-" else None
