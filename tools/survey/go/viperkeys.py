"""Follow a program's own type of configuration keys: constants of it, whose methods hand themselves to Viper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..parsers.golang import GoFile, Node, arguments, descend, literal, name_of, receiver
from ..parsers.grammar import line_of, words
from .packages import go_file, holding

if TYPE_CHECKING:
    from .values import Place, Values


@dataclass(slots=True)
class Keys:
    """Be such types: Viper's function by method, the text and place of each constant by its name."""

    methods: dict[str, str] = field(default_factory=dict)
    constants: dict[str, tuple[str, Place]] = field(default_factory=dict)


def keys_of(values: Values, package: str) -> Keys:
    """Return the keys that `func (k Key) GetString() string { return viper.GetString(string(k)) }` and its like read."""
    found, kinds = Keys(), set[str]()
    for _, file in holding(values.view, values.files, package):
        if package not in file.aliases.values() or "string(" not in file.text:
            continue
        for function in file.functions:
            kind, name = _receiver(function)
            for call in descend(function.child_by_field_name("body"), "call_expression") if kind else ():
                owner, inner = file.callee(call)
                given = arguments(call)
                if owner == package and given and words(given[0]) == f"string({name})":
                    found.methods[name_of(function)] = inner
                    kinds.add(kind)
    for path in values.files if kinds else ():
        parsed = go_file(values.view, path)
        for spec in parsed.specs if parsed is not None else ():
            named = spec.child_by_field_name("type")
            if named is not None and words(named) in kinds:
                found.constants.update({n: (t, (path, line_of(spec))) for n, t in _constants(spec)})
    return found


def uses(file: GoFile, keys: Keys) -> Iterator[tuple[Node, str, str]]:
    """Yield (call, Viper's function, key) of every call of such a method on such a constant."""
    for call in file.calls if keys.constants else ():
        owner, name = file.callee(call)
        inner = receiver(call) if owner == "." and name in keys.methods else None
        known = keys.constants.get(words(inner).rpartition(".")[2]) if inner is not None else None
        if known is not None:
            yield call, keys.methods[name], known[0]


def _receiver(function: Node) -> tuple[str, str]:
    """Return (type, name) of a method's receiver, empty for a function."""
    listed = function.child_by_field_name("receiver")
    one = listed.named_children[0] if listed is not None and listed.named_children else None
    kind, name = (one.child_by_field_name("type"), one.child_by_field_name("name")) if one is not None else (None, None)
    return (words(kind).lstrip("*"), words(name)) if kind is not None and name is not None else ("", "")


def _constants(spec: Node) -> Iterator[tuple[str, str]]:
    value = spec.child_by_field_name("value")
    for name, node in zip(spec.children_by_field_name("name"), value.named_children if value is not None else (), strict=False):
        text = literal(node)
        if text:
            yield words(name), text
