"""Find what PHP code reads from the environment: `env()`, `getenv`, `$_ENV`, `$_SERVER`, and `%env(…)%` of Symfony's settings."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ..envfacts import Place, Read
from ..parsers.grammar import line_of, words
from ..parsers.php import Call, Node, PhpFile, entries, literal, text_of
from ..view import View, join
from .composer import Project, matching
from .readers import helped

_MARKS = ("env(", "getenv", "$_ENV", "$_SERVER", "Env::get", "Autowire", "otenv->required", "->required([")
_REQUEST = (
    "HTTP_", "REQUEST_", "SERVER_", "REMOTE_", "SCRIPT_", "PHP_", "QUERY_", "DOCUMENT_", "PATH_", "HTTPS", "CONTENT_", "GATEWAY_",
    "AUTH_TYPE",
    "ORIG_", "REDIRECT_", "argv", "argc", "UNIQUE_ID", "X_", "SSL_", "CONTEXT_",
)  # fmt: skip
_SYMFONY = re2.compile(r"%env\(((?:[\w.\\-]*:)*)([A-Za-z_]\w*)\)%")
_DEFAULT = re2.compile(r"^\s*[\"']?env\((\w+)\)[\"']?:\s*(.*?)\s*$")
_AROUND = ("parenthesized_expression", "cast_expression", "argument", "arguments")
_KINDS = {"bool": "bool", "int": "int", "float": "float", "json": "json", "csv": "list", "url": "url"}


def reads(view: View, project: Project) -> Iterator[Read]:
    """Yield every read of a code base's programs and settings."""
    for path, parsed in matching(view, project.folder, *_MARKS):
        yield from _calls(path, parsed)
        yield from _superglobals(path, parsed)
        yield from _autowired(path, parsed)
    yield from helped(view, project)
    yield from _symfony(view, project)


def _calls(path: str, parsed: PhpFile) -> Iterator[Read]:
    for call in parsed.calls:
        facade = call.name in ("get", "getOrFail") and parsed.full(call.scope).endswith("Support\\Env")
        reader = facade or (call.name in ("env", "getenv") and not call.scope)
        name = call.text(0) if reader else None
        if not name:
            continue
        other = call.arguments[1] if call.name != "getenv" and len(call.arguments) > 1 else _otherwise(call.node)
        needed = _throws(other) or (facade and call.name == "getOrFail")
        yield Read(name, (path, line_of(call.arguments[0])), _text(other), _place(path, other), needed, _kind(call))
    for call in parsed.named("required", "notEmpty"):
        if "otenv" in call.scope:
            for node in call.arguments:
                yield from (Read(t, (path, line_of(v)), needed=True) for _, v in entries(node) if (t := text_of(v)))
                if (one := text_of(node)) is not None:
                    yield Read(one, (path, line_of(node)), needed=True)


def _autowired(path: str, parsed: PhpFile) -> Iterator[Read]:
    """Yield what `#[Autowire(env: 'X')]` and `#[Autowire('%env(X)%')]` put into Symfony's services."""
    for one in parsed.attributes:
        if one.name != "Autowire":
            continue
        named = text_of(one.get("env"))
        if named:
            parts = named.split(":")
            kind = next((_KINDS[p] for p in parts[:-1] if p in _KINDS), None)
            yield Read(parts[-1], (path, one.line), "" if "default" in parts[:-1] else None, None, False, kind)
        for node in (*one.arguments, *(v for k, v in one.named if k in ("value", "param"))):
            yield from _written(path, line_of(node), words(node))


def _text(node: Node | None) -> str | None:
    """Return a default's text; empty for one that is there but no literal."""
    if node is None or _throws(node):
        return None
    if node.type == "null":
        return ""
    return literal(node) or ""


def _superglobals(path: str, parsed: PhpFile) -> Iterator[Read]:
    for node in parsed.indexed:
        parts = node.named_children
        if len(parts) != 2 or words(parts[0]) not in ("$_ENV", "$_SERVER") or _is_target(node):
            continue
        name = text_of(parts[1])
        if name and name.isupper() and not (words(parts[0]) == "$_SERVER" and name.startswith(_REQUEST)):
            other = _otherwise(node)
            yield Read(name, (path, line_of(node)), _text(other), _place(path, other), _throws(other))


def _is_target(node: Node) -> bool:
    above = node.parent
    return (
        above is not None
        and above.type in ("assignment_expression", "augmented_assignment_expression")
        and (above.child_by_field_name("left") == node)
    )


def _otherwise(node: Node) -> Node | None:
    """Return what stands behind `?:` or `??` of a read."""
    above = node.parent
    while above is not None and (above.type in _AROUND or _converts(above)):
        node, above = above, above.parent
    if above is None:
        return None
    if above.type == "conditional_expression" and above.child_by_field_name("condition") == node:
        return above.child_by_field_name("alternative")
    if above.type == "binary_expression" and above.child_by_field_name("left") == node:
        operator = above.child_by_field_name("operator")
        return above.child_by_field_name("right") if operator is not None and words(operator) in ("??", "?:", "||", "or") else None
    return None


def _converts(node: Node) -> bool:
    """Say whether a call only changes a value's form (`intval(getenv('X')) ?: 389`)."""
    function = node.child_by_field_name("function") if node.type == "function_call_expression" else None
    return function is not None and words(function) in ("intval", "strtolower", "trim", "strval", "floatval", "boolval", "rtrim")


def _throws(node: Node | None) -> bool:
    return node is not None and node.type in ("throw_expression", "exit_statement")


def _place(path: str, node: Node | None) -> Place | None:
    return (path, line_of(node)) if node is not None else None


def _kind(call: Call) -> str | None:
    above = call.node.parent
    cast = above.child_by_field_name("type") if above is not None and above.type == "cast_expression" else None
    return {"int": "int", "integer": "int", "bool": "bool", "float": "float"}.get(words(cast)) if cast is not None else None


def _symfony(view: View, project: Project) -> Iterator[Read]:
    """Yield the variables of `config/**.yaml` and their defaults under `parameters`; what only holds in development is left out."""
    kinds = view.suffixed(".yaml", ".yml", ".php", ".xml")
    for path in (*view.under(join(project.folder, "config"), kinds), *view.under(join(project.folder, "app/config"), kinds)):
        if not view.holds(path, "env(") or path.endswith(("_dev.yml", "_test.yml")) or "/dev/" in path or "/test/" in path:
            continue
        elsewhere = False
        for number, line in enumerate(view.lines(path), 1):
            if line[:1].strip() and not line.startswith("#"):
                elsewhere = line.startswith(("when@dev", "when@test"))
            if "env(" in line and not elsewhere and not line.lstrip().startswith("#"):
                yield from _written(path, number, line)


def _written(path: str, number: int, line: str) -> Iterator[Read]:
    for match in _SYMFONY.finditer(line):
        processors = match.group(1).split(":")
        kind = next((_KINDS[p] for p in processors if p in _KINDS), None)
        yield Read(match.group(2), (path, number), "" if "default" in processors else None, None, False, kind)
    stated = _DEFAULT.match(line) if path.endswith((".yaml", ".yml")) else None
    if stated and "%env(" not in stated.group(2):
        value = stated.group(2).strip("\"'")
        yield Read(stated.group(1), (path, number), value if value not in ("~", "null") else "")
