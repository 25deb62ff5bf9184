"""Say what the fields of a settings struct hold where nothing sets them: serde's default functions and `impl Default`."""

from __future__ import annotations

from ..evaluated import UNKNOWN, Value
from ..parsers.grammar import words
from ..parsers.rust import Field, RustFile, descend, enclosing
from ..view import View
from .cargo import rust_file
from .values import worth


def default_of(view: View, path: str, name: str, field: Field, whole: bool) -> Value | None:
    """Return what a field of a struct of a file holds by default, None where it has none; `whole`: the struct's own default counts."""
    parsed = rust_file(view, path)
    if parsed is None:
        return None
    function = next((a.get("default") for a in field.attributes if a.name == "serde" and a.has("default")), None)
    if function:
        return _returned(path, parsed, function)
    if any(a.name == "serde" and a.has("default") for a in field.attributes):
        return UNKNOWN
    above = parsed.structs.get(name, ((), ()))[0]
    return _own(path, parsed, name, field.name) if whole or any(a.name == "serde" and a.has("default") for a in above) else None


def _returned(path: str, parsed: RustFile, name: str) -> Value:
    for function in parsed.functions:
        title, body = function.child_by_field_name("name"), function.child_by_field_name("body")
        if title is not None and body is not None and words(title) == name.rpartition("::")[2]:
            return worth(path, parsed, body)
    return UNKNOWN


def _own(path: str, parsed: RustFile, name: str, field: str) -> Value | None:
    """Return what `impl Default for …` gives a field."""
    for function in parsed.functions:
        title, home = function.child_by_field_name("name"), enclosing(function, "impl_item")
        kind = home.child_by_field_name("type") if home is not None else None
        trait = home.child_by_field_name("trait") if home is not None else None
        if title is None or kind is None or trait is None or words(title) != "default" or words(kind) != name or words(trait) != "Default":
            continue
        for one in descend(function, "field_initializer"):
            key = one.child_by_field_name("field") or one.child_by_field_name("name")
            if key is not None and words(key) == field:
                return worth(path, parsed, one.child_by_field_name("value"))
        return UNKNOWN
    return None
