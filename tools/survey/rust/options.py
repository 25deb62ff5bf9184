"""Read the structs that hold a Rust program's settings: clap options with `env`, envconfig, envy, `config` and figment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..envfacts import Read
from ..parsers.grammar import line_of, words
from ..parsers.rust import Attribute, Field, RustFile, descend, enclosing, text_of
from ..view import View
from .defaults import default_of
from .sources import matching

_CLAP = ("arg", "clap", "structopt")
_INTEGERS = ("u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize")
_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Option:
    """Be one setting of a struct: the variable that sets it, its default as written, whether the program stops without it."""

    field: str
    read: Read


def options(view: View, paths: list[str]) -> list[Option]:
    """Return the settings that structs of these files read from the environment."""
    known = _structs(view, paths)
    found: list[Option] = []
    for path, parsed in matching(view, paths, "env", "Env"):
        for name, (above, fields) in parsed.structs.items():
            for one in fields:
                found.extend(_declared(path, parsed, one))
            found.extend(_plain(path, name, above, fields))
        found.extend(_filled(view, path, parsed, known))
    return found


def _structs(view: View, paths: list[str]) -> dict[str, tuple[str, tuple[Field, ...]]]:
    """Return {name: (file, fields)} of every struct that serde fills."""
    found: dict[str, tuple[str, tuple[Field, ...]]] = {}
    for path, parsed in matching(view, paths, "Deserialize"):
        for name, (_, fields) in parsed.structs.items():
            found.setdefault(name, (path, fields))
    return found


def _declared(path: str, parsed: RustFile, field: Field) -> Iterator[Option]:
    """Yield the option of a field with `#[arg(env = "X", default_value = "y")]` or `#[envconfig(from = "X")]`."""
    for one in field.attributes:
        if one.name in _CLAP and one.has("env"):
            name = one.get("env") or field.name.upper()
            default, line = _default(parsed, one)
            needed = default is None and not field.type.startswith(("Option<", "bool", "Vec<"))
            yield Option(field.name, Read(name, _line(path, parsed, one, name, field), default, (path, line), needed, _kind(field.type)))
        elif one.name == "envconfig" and one.get("from"):
            default = one.get("default")
            needed = default is None and not field.type.startswith("Option<")
            name = one.get("from") or ""
            yield Option(
                field.name, Read(name, _line(path, parsed, one, name, field), default, (path, one.line), needed, _kind(field.type))
            )


def _default(parsed: RustFile, attribute: Attribute) -> tuple[str | None, int]:
    for key in ("default_value", "default_value_t"):
        value = attribute.get(key)
        if value is None and not attribute.has(key):
            continue
        token = next(
            (t for t in descend(attribute.node, "string_literal", "integer_literal") if value and value in words(t)), attribute.node
        )
        plain = value is not None and (not value.isidentifier() or text_of(token) == value)
        return (value if plain or value in ("true", "false") or not value else ""), line_of(token)
    return None, attribute.line


def _line(path: str, parsed: RustFile, attribute: Attribute, name: str, field: Field) -> tuple[str, int]:
    """Return the line that spells the variable: inside the attribute, else the field's own."""
    for token in descend(attribute.node, "string_literal"):
        if text_of(token) == name:
            return path, line_of(token)
    return path, field.line


def _kind(written: str) -> str | None:
    inner = written.removeprefix("Option<").rstrip(">")
    return "int" if inner in _INTEGERS else "bool" if inner == "bool" else "float" if inner in ("f32", "f64") else None


def _plain(path: str, name: str, above: tuple[Attribute, ...], fields: tuple[Field, ...]) -> Iterator[Option]:
    """Yield the options of a struct that derives `Envconfig` where a field names no variable of its own."""
    if not any(a.name == "derive" and a.has("Envconfig") for a in above):
        return
    for field in fields:
        if not any(a.name == "envconfig" for a in field.attributes):
            yield Option(
                field.name,
                Read(field.name.upper(), (path, field.line), None, None, not field.type.startswith("Option<"), _kind(field.type)),
            )


def _filled(view: View, path: str, parsed: RustFile, known: dict[str, tuple[str, tuple[Field, ...]]]) -> Iterator[Option]:
    """Yield the options that `envy`, `config::Environment` and figment's `Env` spell from the fields of the struct they fill."""
    for call in parsed.named("from_env", "with_prefix", "prefixed", "raw", "default", "split"):
        owner = call.path.rpartition("::")[2]
        prefix = call.text(0) or ""
        if call.name == "from_env" and owner == "envy":
            start, glue = "", None
        elif call.name == "prefixed" and owner == "envy":
            start, glue = prefix, None
        elif call.name in ("with_prefix", "default") and owner == "Environment":
            glue = _separator(parsed, call.node) or "_"
            start = f"{prefix}{_text_after(parsed, call.node, 'prefix_separator') or (glue if glue != '_' else '_')}" if prefix else ""
        elif call.name in ("prefixed", "raw") and owner == "Env":
            start, glue = prefix, _split(parsed, call.node)
        else:
            continue
        target = _target(parsed, call.node, known)
        if target is not None:
            function = enclosing(call.node, "function_item")
            whole = function is not None and "::default()" in words(function)
            yield from _named(view, target, start, glue, known, whole, _DEPTH)


def _split(parsed: RustFile, node: object) -> str | None:
    return _text_after(parsed, node, "split")


def _separator(parsed: RustFile, node: object) -> str | None:
    return _text_after(parsed, node, "separator")


def _text_after(parsed: RustFile, node: object, name: str) -> str | None:
    """Return the text argument of a method chained behind a call."""
    for call in parsed.named(name):
        here = call.receiver
        while here is not None:
            if here == node:
                return call.text(0)
            function = here.child_by_field_name("function") if here.type == "call_expression" else None
            here = function.child_by_field_name("value") if function is not None and function.type == "field_expression" else None
    return None


def _target(parsed: RustFile, node: object, known: dict[str, tuple[str, tuple[Field, ...]]]) -> str | None:
    """Return the struct that the function around a call fills: one of its types that serde knows."""
    function = enclosing(node, "function_item")  # type: ignore[arg-type]
    if function is None:
        return None
    implemented = enclosing(function, "impl_item")
    names = [words(n) for n in descend(function, "type_identifier")]
    if "Self" in words(function) and implemented is not None:
        kind = implemented.child_by_field_name("type")
        names.insert(0, words(kind) if kind is not None else "")
    return next((n for n in names if n in known), None)


def _named(
    view: View, target: str, start: str, glue: str | None, known: dict[str, tuple[str, tuple[Field, ...]]], whole: bool, depth: int
) -> Iterator[Option]:
    """Yield the options of a struct; `whole` says that the struct's own default stands below what the environment sets."""
    path, fields = known[target]
    for field in fields:
        inner = field.type.removeprefix("Option<").rstrip(">")
        renamed = next((a.get("rename") for a in field.attributes if a.name == "serde" and a.get("rename")), None)
        name = (start + (renamed or field.name)).upper()
        if inner in known and glue is not None and depth:
            yield from _named(view, inner, f"{start}{field.name}{glue}", glue, known, whole, depth - 1)
        elif inner not in known:
            default = default_of(view, path, target, field, whole)
            needed = glue is None and default is None and not field.type.startswith("Option<")
            text, at = (default.text, default.at) if default is not None else (None, None)
            yield Option(field.name, Read(name, (path, field.line), text, at, needed, _kind(field.type)))
