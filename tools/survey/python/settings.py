"""Read pydantic settings classes: fields, prefixes, aliases, nested models, as the environment must spell them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ..parsers.python import PythonFile, argument, string
from ..view import View
from .envhelpers import text_of
from .sources import absolute, dotted, files, meeting, seek
from .values import resolve

_BASES = {
    "pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings", "pydantic_settings.main.BaseSettings",
    "pydantic.env_settings.BaseSettings",
}  # fmt: skip
_FIRST = {b for b in _BASES if not b.startswith("pydantic_settings")}  # pydantic before 2: what may be None need not be given
_MAX_DEPTH = 4
_BASE, _CLASSES = seek("BaseSettings"), seek("BaseSettings", "BaseModel", "Settings")


@dataclass(frozen=True, slots=True)
class Setting:
    """Be one field of a settings class: every name it may be read from (first the usual one), default, type, choices."""

    names: tuple[str, ...]
    path: str
    line: int
    required: bool
    default: str | None
    type: str | None
    choices: tuple[str, ...]
    owner: str
    secret: bool = False
    attribute: str = ""  # the field's name in the code


@dataclass(slots=True)
class _Class:
    name: str
    path: str
    node: ast.ClassDef
    parsed: PythonFile
    bases: list[str]
    prefix: str | None = None
    delimiter: str | None = None
    fields: dict[str, ast.AnnAssign] = field(default_factory=dict)


def settings(view: View, folder: str) -> list[Setting]:
    """Return the fields of every settings class of a code base, in path and line order."""
    return view.kept(f"python_settings:{folder}", lambda: sorted(_find(view, folder), key=lambda s: (s.path, s.line, s.names)))


def _find(view: View, folder: str) -> Iterator[Setting]:
    known: dict[str, _Class] = {}
    if not any(view.meets(path, _BASE) for path in files(view, folder)):
        return
    for path, parsed in meeting(view, folder, _CLASSES):
        for node in parsed.nodes:
            if isinstance(node, ast.ClassDef):
                made = _class(path, parsed, node, folder)
                known[made.name] = made
    extended = {b for c in known.values() if _is_settings(c, known) for b in c.bases}
    for one in known.values():
        if _is_settings(one, known) and (one.name not in extended or one.fields):
            yield from _fields(one, known, folder)


def _class(path: str, parsed: PythonFile, node: ast.ClassDef, folder: str) -> _Class:
    module = dotted(path, folder)
    bases = []
    for base in node.bases:
        name = parsed.full_name(base)
        local = f"{module}.{name}" if "." not in name and name not in parsed.imports.values() else absolute(name, path, folder)
        bases.append(local)
    made = _Class(f"{module}.{node.name}", path, node, parsed, bases)
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            if (
                "ClassVar" not in ast.dump(statement.annotation)
                and not statement.target.id.startswith("_")
                and statement.target.id != "model_config"
            ):
                made.fields[statement.target.id] = statement
        elif isinstance(statement, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "model_config" for t in statement.targets):
            _configure(made, statement.value)
        elif isinstance(statement, ast.ClassDef) and statement.name in ("Config", "Meta"):
            for inner in statement.body:
                if isinstance(inner, ast.Assign) and isinstance(inner.targets[0], ast.Name):
                    _set(made, inner.targets[0].id, inner.value)
    for keyword in node.keywords:
        if keyword.arg:
            _set(made, keyword.arg, keyword.value)
    return made


def _configure(made: _Class, value: ast.expr) -> None:
    if isinstance(value, ast.Call):
        for keyword in value.keywords:
            if keyword.arg:
                _set(made, keyword.arg, keyword.value)
    elif isinstance(value, ast.Dict):
        for key, one in zip(value.keys, value.values, strict=True):
            name = string(key)
            if name:
                _set(made, name, one)


def _set(made: _Class, key: str, value: ast.expr) -> None:
    text = string(value)
    if key == "env_prefix" and text is not None:
        made.prefix = text
    elif key == "env_nested_delimiter" and text:
        made.delimiter = text


def _is_settings(one: _Class, known: dict[str, _Class], depth: int = 0) -> bool:
    return depth < 8 and any(b in _BASES or (b in known and b != one.name and _is_settings(known[b], known, depth + 1)) for b in one.bases)


def _inherited(one: _Class, known: dict[str, _Class], key: str, depth: int = 0) -> str | None:
    own: str | None = getattr(one, key)
    if own is not None or depth > 8:
        return own
    return next(
        (v for b in one.bases if b in known and b != one.name and (v := _inherited(known[b], known, key, depth + 1)) is not None), None
    )


def _fields(one: _Class, known: dict[str, _Class], folder: str) -> Iterator[Setting]:
    prefix, delimiter = _inherited(one, known, "prefix") or "", _inherited(one, known, "delimiter")
    lineage = _lineage(one, known)
    for source in lineage:
        for name, statement in source.fields.items():
            if any(name in nearer.fields for nearer in lineage[: lineage.index(source)]):
                continue
            nested = _model(source, statement.annotation, known, folder)
            if nested is not None and delimiter:
                yield from _nested(nested, known, folder, f"{prefix}{name}{delimiter}".upper(), delimiter, 0, statement)
            elif nested is None or not _is_settings(nested, known):
                yield _setting(source, name, statement, prefix, one)


def _lineage(one: _Class, known: dict[str, _Class], depth: int = 0) -> list[_Class]:
    found = [one]
    for base in one.bases:
        if base in known and base != one.name and depth < 8:
            found.extend(c for c in _lineage(known[base], known, depth + 1) if c not in found)
    return found


def _model(source: _Class, annotation: ast.expr, known: dict[str, _Class], folder: str) -> _Class | None:
    """Return the class of the code base that a field is annotated with, None for plain types."""
    name = source.parsed.full_name(annotation)
    module = dotted(source.path, folder)
    return known.get(f"{module}.{name}") or known.get(absolute(name, source.path, folder)) if name else None


def _nested(
    one: _Class, known: dict[str, _Class], folder: str, prefix: str, delimiter: str, depth: int, outer: ast.AnnAssign
) -> Iterator[Setting]:
    for source in _lineage(one, known):
        for name, statement in source.fields.items():
            inner = _model(source, statement.annotation, known, folder)
            if inner is not None and depth < _MAX_DEPTH:
                yield from _nested(inner, known, folder, f"{prefix}{name}{delimiter}".upper(), delimiter, depth + 1, outer)
            else:
                found = _setting(source, name, statement, prefix, one)
                yield found if outer.value is None else replace(found, required=False)


def _setting(source: _Class, name: str, statement: ast.AnnAssign, prefix: str, owner: _Class) -> Setting:
    value = statement.value
    aliases, fallback, has_default = _field_call(source.parsed, value)
    has_default = has_default or (value is None and _may_be_none(source.parsed, statement.annotation))
    names = tuple(a.upper() for a in aliases) or (f"{prefix}{name}".upper(),)
    type_, choices = _type(source.parsed, statement.annotation)
    default = None if fallback is None else text_of(resolve(source.parsed, fallback).value)
    secret = "Secret" in ast.dump(statement.annotation)
    return Setting(names, source.path, statement.lineno, not has_default, default, type_, choices, owner.name, secret, name)


def _may_be_none(parsed: PythonFile, annotation: ast.expr) -> bool:
    """Say whether a field without a value is None by itself: `Optional[str]` before pydantic 2, whose own module held the settings."""
    if not _FIRST & set(parsed.imports.values()):
        return False
    if isinstance(annotation, ast.BinOp):
        return any(isinstance(n, ast.Constant) and n.value is None for n in (annotation.left, annotation.right))
    return isinstance(annotation, ast.Subscript) and parsed.full_name(annotation.value).rpartition(".")[2] == "Optional"


def _field_call(parsed: PythonFile, value: ast.expr | None) -> tuple[list[str], ast.expr | None, bool]:
    """Return (aliases, default expression, whether there is a default) of a field's right-hand side."""
    if value is None:
        return [], None, False
    if not (isinstance(value, ast.Call) and parsed.full_name(value.func).rpartition(".")[2] in ("Field", "PrivateAttr")):
        return [], value, not (isinstance(value, ast.Constant) and value.value is ...)
    aliases: list[str] = []
    for word in ("validation_alias", "alias", "env"):
        node = argument(value, None, word)
        if isinstance(node, ast.Call):
            aliases.extend(a for a in map(string, node.args) if a)
        elif isinstance(node, ast.List | ast.Tuple):
            aliases.extend(a for a in map(string, node.elts) if a)
        elif (text := string(node)) is not None:
            aliases.append(text)
        if aliases:
            break
    default = argument(value, 0, "default")
    if isinstance(default, ast.Constant) and default.value is ...:
        default = None
    return aliases, default, default is not None or argument(value, None, "default_factory") is not None


_TYPES = {
    "str": "str", "int": "int", "bool": "bool", "float": "float", "list": "list", "List": "list", "dict": "json", "Dict": "json",
    "SecretStr": "str", "AnyUrl": "url", "AnyHttpUrl": "url", "HttpUrl": "url", "PostgresDsn": "url", "RedisDsn": "url", "AmqpDsn": "url",
    "MongoDsn": "url", "MySQLDsn": "url", "EmailStr": "str", "Path": "path", "DirectoryPath": "path", "FilePath": "path",
    "Literal": "enum", "set": "list", "tuple": "list",
}  # fmt: skip


def _type(parsed: PythonFile, annotation: ast.expr) -> tuple[str | None, tuple[str, ...]]:
    """Return (type, choices) of an annotation; `X | None`, Optional and Annotated are looked through."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        left = _type(parsed, annotation.left)
        return left if left[0] else _type(parsed, annotation.right)
    if isinstance(annotation, ast.Subscript):
        head = parsed.full_name(annotation.value).rpartition(".")[2]
        inner = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        if head == "Literal":
            return "enum", tuple(str(c) for c in (resolve(parsed, e).value for e in inner) if c is not None)
        if head in ("Optional", "Annotated", "Union", "Final"):
            return _type(parsed, inner[0])
        return _TYPES.get(head), ()
    return _TYPES.get(parsed.full_name(annotation).rpartition(".")[2]), ()
