"""Find what fills the fields of settings structs: composite literals, assignments, and the tags of environment libraries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..parsers.golang import GoFile, Node, descend, elements, literal, name_of, parameters
from ..parsers.grammar import words
from ..view import folder_of
from .packages import go_file
from .tags import TAGS, tagged

if TYPE_CHECKING:
    from .values import Value, Values


def filled(values: Values) -> Iterator[tuple[str, Value]]:
    """Yield (field, value) for every field of the program's structs that a tag, a literal or an assignment fills.

    A field whose struct is known comes as `Type.Field` too, one that a package fills as `folder:Field`.
    Tags come first: what is filled later may be read from them.
    """
    from .values import Value

    for path in values.files:
        wanted = path == values.files[0] or _is_filled(values, path) or values.view.holds(path, "mapstructure:", *TAGS)
        file = go_file(values.view, path) if wanted else None
        if file is None:
            continue
        for tag in tagged(values.view, path, file):
            value = Value(tag.default, (path, tag.line) if tag.default else None, (tag.name,))
            yield tag.field, value
            yield f"{tag.owner}.{tag.field}", value
        yield from _mapped(values, path, file)
    for path in values.files:
        file = go_file(values.view, path)
        if file is not None:
            yield from _literals(values, path, file)
            yield from _assignments(values, path, file)


def _is_filled(values: Values, path: str) -> bool:
    return values.viper is not None and folder_of(path) in values.viper.unmarshalled


def _literals(values: Values, path: str, file: GoFile) -> Iterator[tuple[str, Value]]:
    for one in file.literals:
        kind = one.child_by_field_name("type")
        owner = words(kind).rpartition(".")[2] if kind is not None else ""
        for key, node in elements(one):
            if key and key[:1].isalpha() and node.type != "composite_literal":
                value = values.of(path, file, node, 2)
                if value.env or value.text is not None:
                    yield key, value
                    yield f"{owner}.{key}", value
                    yield f"{folder_of(path)}:{key}", value


def _assignments(values: Values, path: str, file: GoFile) -> Iterator[tuple[str, Value]]:
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
                    yield f"{folder_of(path)}:{words(field)}", value


def field_types(values: Values) -> dict[str, set[str]]:
    """Return, for every name of a field, variable or parameter, the struct types that those of that name have."""
    found: dict[str, set[str]] = {}
    for path in values.files:
        file = go_file(values.view, path)
        for spec in file.types if file is not None else ():
            for declared in descend(spec, "field_declaration"):
                kind = declared.child_by_field_name("type")
                if kind is not None and kind.type in ("type_identifier", "pointer_type", "qualified_type"):
                    found.setdefault(name_of(declared) or words(kind), set()).add(words(kind).lstrip("*").rpartition(".")[2])
        for name, kind_of in _variables(file) if file is not None else ():
            found.setdefault(name, set()).add(kind_of)
    return found


def _variables(file: GoFile) -> Iterator[tuple[str, str]]:
    """Yield (variable, type) of a file's variables and parameters whose type is written: `cfg := config{}`, `var c Config`, `c *Config`."""
    for spec in file.specs:
        kind = spec.child_by_field_name("type")
        if kind is not None and kind.type in ("type_identifier", "pointer_type", "qualified_type"):
            yield from ((words(n), words(kind).lstrip("*").rpartition(".")[2]) for n in spec.children_by_field_name("name"))
    for one in file.assignments:
        left, right = one.child_by_field_name("left"), one.child_by_field_name("right")
        made = right.named_children[0] if right is not None and len(right.named_children) == 1 else None
        if made is not None and made.type == "unary_expression" and made.named_children:
            made = made.named_children[-1]
        kind = made.child_by_field_name("type") if made is not None and made.type == "composite_literal" else None
        if kind is not None and left is not None and len(left.named_children) == 1:
            yield words(left), words(kind).rpartition(".")[2]
    for function in file.functions:
        yield from ((name, kind.lstrip("*").rpartition(".")[2]) for name, kind in parameters(function) if kind)


def _mapped(values: Values, path: str, file: GoFile) -> Iterator[tuple[str, Value]]:
    """Yield the fields that Viper fills: those whose key is the end of exactly one of its keys.

    A field's key is its `mapstructure` tag; beside the call that fills a struct it is the field's own name.
    """
    viper = values.viper
    plain = viper is not None and folder_of(path) in viper.unmarshalled
    if viper is None or not (plain or "mapstructure:" in file.text):
        return
    keys = {*viper.filed, *viper.defaults, *viper.bound}
    for spec in file.types:
        for declared in descend(spec, "field_declaration"):
            name = mapped_name(declared) or (name_of(declared).lower() if plain and declared.child_by_field_name("tag") is None else None)
            fits = [k for k in keys if name and (k == name or k.endswith("." + name))]
            if len(fits) == 1 or (plain and name in fits):
                key = name if name in fits and name is not None else fits[0]
                yield name_of(declared), viper.value(viper.kinds.get(key, key))


def mapped_name(declared: Node) -> str | None:
    """Return a field's `mapstructure` key in lower case, None without one."""
    tag = declared.child_by_field_name("tag")
    text = literal(tag) or "" if tag is not None else ""
    _, found, rest = text.partition('mapstructure:"')
    key = rest.partition('"')[0].partition(",")[0]
    return key.lower() if found and key and key != "-" else None
