"""Find settings schemas and what they declare: zod, Joi, valibot, envalid, convict, env-var, t3-env, fastify-env, class-validator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tree_sitter import Node

from ..parsers.javascript import Script
from ..parsers.javascript.nodes import arguments, callee, decorators, entry, key_name, line, literal, pairs, receiver, string, strip, text
from .evaluate import Evaluator, is_environment
from .fields import TYPES, Declared, chained, configured, json_schema, links
from .values import Code, Known, Place, settled

CLEANERS = frozenset({"cleanEnv", "customCleanEnv", "envsafe", "parseEnv", "testOnlyEnv", "makeValidator"})
PARSERS = frozenset(
    { "parse", "safeParse", "parseAsync", "safeParseAsync", "validate", "validateSync", "validateAsync", "cast", "assert", "attempt",
    "decode", "is", "create", "rules", "validateEnv", "check", "coerce", }
)  # fmt: skip
OBJECTS = frozenset({"object", "strictObject", "looseObject", "keys", "extend", "shape", "Object", "append", "passthrough"})
CLASS_READERS = frozenset(
    { "plainToClass", "plainToInstance", "validateConfig", "validateEnv", "transformAndValidateSync", "transformAndValidate",
    "plainToInstanceSync", "validateUtil", }
)  # fmt: skip


def is_setting(name: str) -> bool:
    """Tell whether a name is spelled like an environment variable: upper case, digits and underscores."""
    return bool(name) and name[0].isalpha() and name == name.upper() and name.replace("_", "").isalnum() and len(name) > 1


def schemas_in(ev: Evaluator, script: Script) -> list[Declared]:
    """Return everything that the settings schemas of one file declare, in source order, each variable and line once."""
    found: dict[tuple[str, int], Declared] = {}
    for call in script.calls:
        for item in declared_by(ev, script, call):
            found.setdefault((item.name, item.at.line), item)
    return sorted(found.values(), key=lambda d: (d.at.path, d.at.line, d.name))


def declared_by(ev: Evaluator, script: Script, call: Node) -> list[Declared]:
    """Return the variables that one call declares; none for a call that is no settings schema."""
    known: dict[tuple[str, int, int], list[Declared]] = ev.remembered.setdefault("schemas", {})
    key = (script.path, call.start_byte, call.end_byte)
    if key not in known:
        known[key] = []
        known[key] = list(_declared(ev, script, call))
    return known[key]


def _declared(ev: Evaluator, script: Script, call: Node) -> Iterator[Declared]:
    names, given = callee(call), arguments(call)
    last = names[-1] if names else ""
    if last in CLEANERS:
        yield from _cleaned(ev, script, last, given)
    elif last == "createEnv" and given:
        yield from _t3(ev, script, given[0])
    elif last == "convict" and given:
        yield from _convict(ev, script, given[0])
    elif last in ("envSchema", "fastifyEnv", "register") or (last == "load" and names[0].lower().startswith("env")):
        yield from _by_json_schema(ev, script, names, given)
    elif last == "forRoot" and given:
        yield from _nest(ev, script, given[0])
    elif last in CLASS_READERS:
        yield from _classes(ev, script, call, given)
    elif last in PARSERS:
        yield from _parsed(ev, script, call, names, given)
    elif last == "get" and len(given) >= 1 and _is_env_var(script, names):
        yield from _env_var(ev, script, call, given[0])


def _cleaned(ev: Evaluator, script: Script, last: str, given: list[Node]) -> Iterator[Declared]:
    specs = given[0] if last == "envsafe" and given else given[1] if len(given) > 1 else None
    owner, table = _object(ev, script, specs)
    for pair in pairs(table):
        if pair.key == "...":
            inner_owner, inner = _object(ev, owner, pair.value)
            yield from (_one(ev, inner_owner, p.key, p.at, p.value, last) for p in pairs(inner))
        else:
            yield _one(ev, owner, pair.key, pair.at, pair.value, last)


def _one(ev: Evaluator, script: Script, name: str, at: Node, value: Node, last: str) -> Declared:
    return chained(ev, script, name, at, value, False) if last == "parseEnv" else configured(ev, script, name, at, value)


def _object(ev: Evaluator, script: Script, node: Node | None) -> tuple[Script, Node | None]:
    """Return the object literal that a node is or names, with its file."""
    if node is None:
        return script, None
    inner = strip(node)
    if inner.type == "object":
        return script, inner
    value = ev.value(script, inner)
    if isinstance(value, Code) and value.node.type == "object":
        return value.script, value.node
    return script, None


def _t3(ev: Evaluator, script: Script, options: Node) -> Iterator[Declared]:
    for part in ("server", "client", "shared"):
        owner, table = _object(ev, script, entry(strip(options), part))
        for pair in pairs(table):
            if pair.key != "...":
                yield chained(ev, owner, pair.key, pair.at, pair.value, False)


def _convict(ev: Evaluator, script: Script, schema: Node) -> Iterator[Declared]:
    owner, table = _object(ev, script, schema)
    stack = list(pairs(table))
    while stack:
        pair = stack.pop(0)
        inner = strip(pair.value)
        name = string(entry(inner, "env"))
        if name is None:
            stack = [*pairs(inner), *stack]
            continue
        at = entry(inner, "env")
        default = settled(ev.value(owner, entry(inner, "default")))
        kind = text(entry(inner, "format")).strip("\"'")
        sensitive = literal(entry(inner, "sensitive")) is True
        has_default = default is not None and default.value is not None
        yield Declared(
            name,
            Place(owner.path, line(at) if at is not None else line(inner)),
            not has_default,
            default if has_default else None,
            TYPES.get(kind),
            (),
            sensitive,
        )


def _by_json_schema(ev: Evaluator, script: Script, names: tuple[str, ...], given: list[Node]) -> Iterator[Declared]:
    options = given[0] if names[-1] in ("envSchema", "load") and given else given[1] if len(given) > 1 else None
    if names[-1] == "register":
        plugin = ev.value(script, given[0]) if given else None
        if getattr(plugin, "module", None) not in ("@fastify/env", "fastify-env"):
            return
    owner, table = _object(ev, script, options)
    schema = entry(table, "schema") if table is not None else None
    if schema is None:
        return
    value = ev.value(owner, schema)
    if isinstance(value, Code):
        yield from json_schema(ev, value.script, value.node)


def _nest(ev: Evaluator, script: Script, options: Node) -> Iterator[Declared]:
    """Read `ConfigModule.forRoot({ validationSchema, validate })`."""
    owner, table = _object(ev, script, options)
    schema = entry(table, "validationSchema") if table is not None else None
    if schema is not None:
        yield from object_fields(ev, owner, schema, True)


def object_fields(ev: Evaluator, script: Script, schema: Node, optional: bool) -> list[Declared]:
    """Return the fields of an object schema, through `extend`, `merge`, `keys` and names; only when all look like settings."""
    found: list[Declared] = []
    value = ev.value(script, schema)
    node, owner = (value.node, value.script) if isinstance(value, Code) else (strip(schema), script)
    if node.type == "object":
        found = [chained(ev, owner, p.key, p.at, p.value, optional) for p in pairs(node) if p.key != "..."]
    for method, call in links(node) if node.type == "call_expression" else ():
        for given in arguments(call) if call.type == "call_expression" else ():
            if method in OBJECTS:
                inner_owner, table = _object(ev, owner, given)
                found += [
                    chained(ev, inner_owner, p.key, p.at, p.value, optional or "partial" in text(node)[-40:])
                    for p in pairs(table)
                    if p.key != "..."
                ]
            elif method in ("merge", "and", "concat", "intersect", "intersection"):
                found += object_fields(ev, owner, given, optional)
    under = _base(node)
    if under is not None and under.type == "identifier" and owner.imported(text(under)) != ("zod", "z"):
        inner = ev.value(owner, under)
        if isinstance(inner, Code) and inner.node.id != node.id:
            found = object_fields(ev, inner.script, inner.node, optional) + found
    return [d for d in found if is_setting(d.name)]


def _base(node: Node) -> Node | None:
    """Return what a call chain begins with: `schema` of `schema.extend({}).strict()`."""
    current: Node | None = node
    while current is not None and current.type in ("call_expression", "member_expression"):
        current = current.child_by_field_name("function") or current.child_by_field_name("object")
        current = strip(current) if current is not None else None
    return current if current is not None and current.id != node.id else None


def _parsed(ev: Evaluator, script: Script, call: Node, names: tuple[str, ...], given: list[Node]) -> Iterator[Declared]:
    """Read `schema.parse(process.env)`, `Joi.validate(process.env, schema)`, `v.parse(schema, process.env)`, `Env.create(root, {…})`."""
    if names[-1] in ("create", "rules"):
        if names[0].lower() == "env" and given:
            owner, table = _object(ev, script, given[-1])
            yield from (chained(ev, owner, p.key, p.at, p.value, False) for p in pairs(table) if is_setting(p.key))
        return
    environment = next((i for i, a in enumerate(given) if _is_env(ev, script, a)), None)
    if environment is None:
        return
    others = [
        a
        for i, a in enumerate(given)
        if i != environment and strip(a).type in ("identifier", "call_expression", "object", "member_expression")
    ]
    under = receiver(call)
    alone = under is None or (names[0] in ("Joi", "joi", "v", "valibot", "z") and len(names) == 2)
    candidates = others if alone or under is None else [under, *others]
    for schema in candidates:
        read = object_fields(ev, script, schema, False)
        if read:
            yield from read
            return


def _is_env(ev: Evaluator, script: Script, node: Node) -> bool:
    inner = strip(node)
    if is_environment(inner):
        return True
    value = ev.value(script, inner) if inner.type in ("identifier", "member_expression") else None
    if isinstance(value, Code) and is_environment(value.node):
        return True
    if inner.type == "identifier":
        binding = ev.sources.scopes(script).find(text(inner), inner)
        if binding is not None and binding.value is not None and is_environment(strip(binding.value)):
            return True
        return binding is not None and binding.kind == "parameter" and text(inner) in ("config", "env", "environment", "configuration")
    return inner.type == "object" and any(p.key == "..." and is_environment(strip(p.value)) for p in pairs(inner))


def _classes(ev: Evaluator, script: Script, call: Node, given: list[Node]) -> Iterator[Declared]:
    """Read a class of settings with class-validator's decorators: each upper-case field is a variable."""
    for node in given:
        value = ev.value(script, node) if strip(node).type == "identifier" else None
        if not isinstance(value, Code) or "class" not in value.node.type:
            continue
        body = value.node.child_by_field_name("body")
        for item in body.named_children if body is not None else ():
            key = item.child_by_field_name("name")
            if key is None or "field" not in item.type or not is_setting(key_name(key)):
                continue
            yield _field(ev, value.script, item, key)


def _field(ev: Evaluator, script: Script, item: Node, key: Node) -> Declared:
    marks = [callee(d)[-1:] or (text(d),) for d in decorators(item) if d.type == "call_expression"]
    names = [m[0] for m in marks]
    initial = item.child_by_field_name("value")
    default = settled(ev.value(script, initial)) if initial is not None else None
    kind = next((k for n in names for k in (_DECORATED.get(n),) if k), None)
    optional = "IsOptional" in names or "?:" in text(item).replace(" ", "")
    return Declared(key_name(key), Place(script.path, line(key)), not optional and default is None, default, kind)


_DECORATED = {
    "IsInt": "int", "IsNumber": "int", "IsPort": "int", "IsBoolean": "bool", "IsString": "str", "IsUrl": "url", "IsEnum": "enum",
    "IsNumberString": "int", "IsBooleanString": "bool", "IsArray": "list", "IsIn": "enum",
}  # fmt: skip


def _is_env_var(script: Script, names: tuple[str, ...]) -> bool:
    module, _ = script.imported(names[0]) or ("", "")
    return module == "env-var"


def _env_var(ev: Evaluator, script: Script, call: Node, name: Node) -> Iterator[Declared]:
    """Read env-var's `env.get('X').required().default('y').asString()`."""
    given = string(name)
    if given is None:
        return
    whole = call
    while whole.parent is not None and whole.parent.type in ("member_expression", "call_expression"):
        whole = whole.parent
    read = chained(ev, script, given, call, whole, True)
    yield replace(read, required="required" in [m for m, _ in links(whole)] and read.default is None)


def schema_value(ev: Evaluator, script: Script, call: Node, name: str) -> Declared | Code | None:
    """Return what a member of a schema call's result is: a declared variable, or the result itself under `data` or `value`."""
    declared = declared_by(ev, script, call)
    if not declared:
        return None
    if name in ("data", "value"):
        return Code(script, call)
    return next((d for d in declared if d.name == name), None)


__all__ = ["Known", "declared_by", "is_setting", "schema_value", "schemas_in"]
