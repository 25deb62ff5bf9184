"""Read one field of a settings schema: `z.number().default(3000)`, `Joi.string().required()`, `port({ default: 80 })`, JSON Schema."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tree_sitter import Node

from ..parsers.javascript import MISSING, Script
from ..parsers.javascript.nodes import arguments, callee, elements, entry, line, literal, pairs, strip, text
from .evaluate import Evaluator
from .values import Known, Place, settled

TYPES = {
    "number": "int", "int": "int", "num": "int", "integer": "int", "port": "int", "positive": "int", "nonnegative": "int",
    "bigint": "int", "boolean": "bool", "bool": "bool", "stringbool": "bool", "url": "url", "uri": "url", "host": "str", "email": "str",
    "string": "str", "str": "str", "json": "json", "enum": "enum", "nativeEnum": "enum", "picklist": "enum", "array": "list",
    "object": "json", "asPortNumber": "int", "asInt": "int", "asIntPositive": "int", "asFloat": "int", "asBool": "bool",
    "asBoolStrict": "bool", "asUrlString": "url", "asUrlObject": "url", "asArray": "list", "asJson": "json", "asEnum": "enum",
    "asString": "str", "Number": "int", "Integer": "int", "Boolean": "bool", "String": "str", "isInt": "int", "isString": "str",
    "Url": "url", "valid": "enum",
}  # fmt: skip


LOOSE = frozenset({"joi", "yup"})  # fields are optional unless `required()` is said


@dataclass(frozen=True, slots=True)
class Declared:
    """Be one variable that a settings schema declares."""

    name: str
    at: Place
    required: bool = True
    default: Known | None = None
    type: str | None = None
    choices: tuple[str, ...] = ()
    secret: bool = False


def links(node: Node) -> list[tuple[str, Node]]:
    """Return the methods of a call chain from its base on, with their calls: `z.string().url()` gives string, url."""
    found: list[tuple[str, Node]] = []
    current: Node | None = strip(node)
    while current is not None:
        if current.type == "call_expression":
            function = strip(current.child_by_field_name("function") or current)
            if function.type == "member_expression":
                found.append((text(function.child_by_field_name("property")), current))
                current = function.child_by_field_name("object")
                continue
            found.append((text(function), current))
            break
        if current.type == "member_expression":
            found.append((text(current.child_by_field_name("property")), current))
            current = current.child_by_field_name("object")
            continue
        break
    return list(reversed(found))


def _root_name(node: Node) -> str:
    """Return the name with which a chain begins: `Joi` of `Joi.string().required()`."""
    current: Node | None = strip(node)
    while current is not None and current.type in ("call_expression", "member_expression"):
        current = current.child_by_field_name("function") or current.child_by_field_name("object")
    return text(current)


def chained(ev: Evaluator, script: Script, name: str, at: Node, node: Node, optional: bool) -> Declared:
    """Read a field of zod, Joi, yup, valibot, env-var or AdonisJS: methods in a row; `optional` is how a bare field is taken."""
    found = Declared(name, Place(script.path, line(at)), not optional and _root_name(node).lower() not in LOOSE)
    for method, call in links(node):
        given = arguments(call) if call.type == "call_expression" else []
        if method in ("default", "catch", "prefault", "fallback", "devDefault"):
            found = replace(found, required=False, default=_default(ev, script, given) or found.default)
        elif method in ("optional", "nullish", "optionalWhen", "nullable", "allow", "empty", "exist", "undefinedable"):
            found = _loosened(ev, script, found, method, given)
        elif method in ("required", "nonempty", "requiredWhen"):
            found = replace(found, required=not (given and literal(given[0]) is False))
        elif method in ("valid", "equal", "enum", "oneOf", "picklist", "asEnum", "enumeration"):
            found = replace(found, choices=_choices(given), type="enum")
        elif method in ("union", "pipe", "transform", "preprocess") and given:
            found = _through(ev, script, found, method, given)
        if method in TYPES and found.type in (None, "str"):
            found = replace(found, type=TYPES[method])
    return found


def _loosened(ev: Evaluator, script: Script, found: Declared, method: str, given: list[Node]) -> Declared:
    if method in ("allow", "empty", "exist"):
        return found
    default = _default(ev, script, given[1:]) if method == "optional" and len(given) > 1 else None  # valibot: optional(schema, default)
    if given and method == "optional" and strip(given[0]).type == "call_expression":
        inner = chained(ev, script, found.name, given[0], given[0], False)
        found = replace(found, type=inner.type, choices=inner.choices)
    return replace(found, required=False, default=default or found.default)


def _through(ev: Evaluator, script: Script, found: Declared, method: str, given: list[Node]) -> Declared:
    inner = given[-1] if method == "preprocess" else given[0]
    if strip(inner).type != "call_expression":
        return found
    read = chained(ev, script, found.name, inner, inner, False)
    return replace(
        found,
        required=found.required and read.required,
        default=found.default or read.default,
        type=found.type or read.type,
        choices=found.choices or read.choices,
    )


def _default(ev: Evaluator, script: Script, given: list[Node]) -> Known | None:
    value = settled(ev.value(script, given[0])) if given else None
    return value if value is not None and value.value is not None else None


def _choices(given: list[Node]) -> tuple[str, ...]:
    listed = elements(given[0]) if given and strip(given[0]).type == "array" else given
    return tuple(str(v) for node in listed if (v := literal(node)) is not MISSING and v is not None)


def configured(ev: Evaluator, script: Script, name: str, at: Node, node: Node) -> Declared:
    """Read a field of envalid or envsafe: `port({ default: 3000, choices: [...] })`; required unless a default is written."""
    call = strip(node)
    given = arguments(call) if call.type == "call_expression" else []
    made = callee(call)[-1:] if call.type == "call_expression" else ()
    found = Declared(name, Place(script.path, line(at)), True, None, TYPES.get(made[0]) if made else None)
    options = strip(given[0]) if given else None
    for pair in pairs(options):
        if pair.key == "default":
            value = settled(ev.value(script, pair.value))
            found = replace(found, required=False, default=value if value is not None and value.value is not None else None)
        elif pair.key in ("choices", "allowed"):
            found = replace(found, choices=_choices([pair.value]), type="enum")
        elif pair.key in ("allowEmpty", "optional"):
            found = replace(found, required=found.required and literal(pair.value) is not True)
    return found


def json_schema(ev: Evaluator, script: Script, node: Node) -> list[Declared]:
    """Read the properties of a JSON Schema for settings: `required`, `default`, `type`, `enum`; TypeBox's `Type.Object` too."""
    node = strip(node)
    if node.type == "call_expression":
        given = arguments(node)
        properties, required = (strip(given[0]) if given else None), None
    else:
        properties = entry(node, "properties")
        required = {str(literal(e)) for e in elements(entry(node, "required"))}
    found = []
    for pair in pairs(properties):
        if pair.key == "...":
            continue
        options = strip(pair.value)
        kind, optional = None, False
        if options.type == "call_expression":
            methods = [m for m, _ in links(options)]
            kind, optional = next((TYPES[m] for m in methods if m in TYPES), None), "Optional" in methods
            inner = [a for a in arguments(options) if strip(a).type in ("object", "call_expression")]
            options = strip(inner[-1]) if inner else options
            if options.type == "call_expression":
                kind = kind or next((TYPES[m] for m, _ in links(options) if m in TYPES), None)
                options = next((strip(a) for a in arguments(options) if strip(a).type == "object"), options)
        declared = entry(options, "type")
        kind = kind or (TYPES.get(str(literal(declared))) if declared is not None else None)
        default = settled(ev.value(script, entry(options, "default")))
        must = default is None and not optional if required is None else pair.key in required and default is None
        found.append(
            Declared(
                pair.key, Place(script.path, line(pair.at)), must, default, kind, _choices([c]) if (c := entry(options, "enum")) else ()
            )
        )
    return found
