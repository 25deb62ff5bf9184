"""Find every read of the environment in a file: where, with which default, and whether the program can do without it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from ..parsers.javascript import Script
from ..parsers.javascript.linking import pattern_names
from ..parsers.javascript.nodes import FUNCTIONS, WRAPPERS, arguments, callee, line, string, strip, text, walk
from .envreaders import env_helper
from .evaluate import Evaluator
from .guards import guarded, missing_is_fatal
from .schemas import is_setting, schemas_in
from .settings import GETTERS, is_settings
from .values import Code, EnvRead, Known, Place

CLIMB = frozenset({"binary_expression", "ternary_expression", "call_expression", "unary_expression", "arguments"}) | WRAPPERS

PROBE = "__ANY_NAME__"
MAX_CLIMB = 16  # expressions around a read that may still be the read with its default
SCHEMA_WORDS = ("env", "validationSchema", "plainTo", "validateConfig", "transformAndValidate")


@dataclass(frozen=True, slots=True)
class Read:
    """Be one read of one variable. `required`: True and False are known, None is open."""

    name: str
    at: Place
    default: Known | None = None
    required: bool | None = None
    type: str | None = None
    choices: tuple[str, ...] = ()
    secret: bool = False
    also: tuple[Place, ...] = field(default=())


def reads_in(ev: Evaluator, script: Script) -> list[Read]:
    """Return every read of the environment in one file, in source order; worked out once per file."""
    known: dict[str, list[Read]] = ev.remembered.setdefault("reads", {})
    if script.path not in known:
        known[script.path] = _reads_in(ev, script)
    return known[script.path]


def _reads_in(ev: Evaluator, script: Script) -> list[Read]:
    found: list[Read] = []
    if any(word in script.source for word in SCHEMA_WORDS):
        for node in script.environments:
            found += _environment(ev, script, node)
        found += [Read(d.name, d.at, d.default, d.required, d.type, d.choices, d.secret) for d in schemas_in(ev, script)]
        for local, module in _environments_elsewhere(ev, script):
            found += _aliased(ev, script, module, local)
    found += _calls(ev, script)
    return sorted(set(found), key=lambda r: (r.at.line, r.name))


def _environments_elsewhere(ev: Evaluator, script: Script) -> list[tuple[str, Node]]:
    """Return the imported names that stand for the environment: `import environment from './environment'` of a file that spreads it."""
    found = []
    for item in script.imports:
        for local, name in item.names.items() if item.form in ("import", "require") and not item.types_only else ():
            if "env" not in local.lower() or ev.resolver.resolve(item.module, script.path) is None:
                continue
            value = ev.whole(ev.imported(item.module, name, script.path))
            probe = ev.member(value, PROBE)
            if isinstance(probe, EnvRead) and probe.name == PROBE:
                found.append((local, script.root))
    return found


def _environment(ev: Evaluator, script: Script, node: Node) -> list[Read]:
    parent = node.parent
    if parent is None:
        return []
    if parent.type in ("member_expression", "subscript_expression") and _is(parent.child_by_field_name("object"), node):
        key = parent.child_by_field_name("property")
        name = text(key) if key is not None else string(parent.child_by_field_name("index"))
        if name in ("get", "toObject", "has", "set", "delete") and text(node).startswith("Deno"):
            return []
        return _member(ev, script, parent, name) if name else []
    outer = node
    while outer.parent is not None and outer.parent.type in WRAPPERS:
        outer = outer.parent
    owner = outer.parent
    if owner is not None and owner.type == "variable_declarator" and _is(owner.child_by_field_name("value"), outer):
        return _destructured(ev, script, owner)
    if owner is not None and owner.type == "binary_expression" and text(owner.child_by_field_name("operator")) == "in":
        name = string(owner.child_by_field_name("left"))
        return [Read(name, Place(script.path, line(owner)), None, False)] if name else []
    return []


def _is(one: Node | None, other: Node) -> bool:
    return one is not None and one.id == other.id


def _destructured(ev: Evaluator, script: Script, owner: Node) -> list[Read]:
    """Read `const { A, B = 'x' } = process.env` and `const env = process.env; env.A`."""
    target = owner.child_by_field_name("name")
    if target is None:
        return []
    if target.type == "identifier":
        return _aliased(ev, script, owner, text(target))
    found = []
    for local, path in pattern_names(target):
        value = ev.named(script, local, owner)
        default = value.settled() if isinstance(value, EnvRead) else None
        at = next((n for n in walk(target) if text(n) == path[0] and "identifier" in n.type), target)
        required = False if default is not None else missing_is_fatal(script, local)
        found.append(Read(path[0], Place(script.path, line(at)), default, required))
    return found


def _aliased(ev: Evaluator, script: Script, owner: Node, name: str) -> list[Read]:
    found: list[Read] = []
    for node in script.of_type("member_expression"):
        if node.type == "member_expression":
            under = node.child_by_field_name("object")
            if under is not None and under.type == "identifier" and text(under) == name:
                key = text(node.child_by_field_name("property"))
                if is_setting(key) and isinstance(ev.value(script, node), EnvRead):
                    found += _member(ev, script, node, key)
    return found


def _member(ev: Evaluator, script: Script, node: Node, name: str) -> list[Read]:
    if _is_written(node) or not name.replace("_", "a").isalnum():
        return []
    outer = _outermost(ev, script, node, name)
    value = ev.value(script, outer)
    default, kind, also = None, None, ()
    if isinstance(value, EnvRead) and value.name == name:
        default, kind = value.settled(), value.type
    elif isinstance(value, EnvRead):
        default = _rest_default(value, name)
    if isinstance(value, EnvRead) and len(value.names()) > 1 and default is None:
        last = value.names()[-1] == name  # of several names the one that is asked last decides
        return [Read(name, Place(script.path, line(node)), None, None if last else False, kind)]
    if default is not None and default.value is None:
        default = None
    bound = _bound_name(outer)
    if default is None and bound is not None:
        default = _later_default(ev, script, bound, outer)
    required = False if default is not None else guarded(script, outer, bound)
    return [Read(name, Place(script.path, line(node)), default, required, kind, (), False, also)]


def _rest_default(value: EnvRead, name: str) -> Known | None:
    inner = value.default
    while isinstance(inner, EnvRead):
        if inner.name == name:
            return inner.settled()
        inner = inner.default
    return None


def _is_written(node: Node) -> bool:
    """Tell whether a variable is only set or removed here: `process.env.X = …`, `delete process.env.X`."""
    parent = node.parent
    if parent is not None and parent.type == "assignment_expression" and _is(parent.child_by_field_name("left"), node):
        return True
    return parent is not None and parent.type == "unary_expression" and text(parent).startswith("delete ")


def _outermost(ev: Evaluator, script: Script, node: Node, name: str) -> Node:
    """Return the widest expression around a read that still is this read with its default: `Number(process.env.X || 3)`."""
    best, current = node, node
    for _ in range(MAX_CLIMB):
        if current.parent is None or current.parent.type not in CLIMB:
            break
        current = current.parent
        if current.type == "arguments":
            continue
        if (
            current.type == "call_expression"
            and not any(a.start_byte <= node.start_byte < a.end_byte for a in arguments(current))
            and (callee(current)[-1:] == ("get",))
        ):
            break
        value = ev.value(script, current)
        if not isinstance(value, EnvRead) or name not in value.names():
            break
        best = current
    return best


def _bound_name(outer: Node) -> str | None:
    parent = outer.parent
    if parent is not None and parent.type == "variable_declarator":
        target = parent.child_by_field_name("name")
        return text(target) if target is not None and target.type == "identifier" else None
    return None


def _later_default(ev: Evaluator, script: Script, bound: str, outer: Node) -> Known | None:
    """Return the default given where the constant is used, or by a later assignment: `listen(PORT || 3000)`, `if (!port) port = 80`."""
    value = ev.named(script, bound, outer.parent or outer)
    if isinstance(value, EnvRead) and value.default is not None:
        return value.settled()
    for node in script.of_type("binary_expression"):
        if text(node.child_by_field_name("operator")) in ("||", "??"):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and text(strip(left)) == bound:
                found = ev.value(script, right)
                if isinstance(found, Known) and found.value is not None:
                    return found
    return None


def _calls(ev: Evaluator, script: Script) -> list[Read]:
    """Return the reads through settings services and the project's own helpers: `config.get('X')`, `env('X', 'y')`."""
    found: list[Read] = []
    for call in script.calls:
        given, names = arguments(call), callee(call)
        if not given or not names:
            continue
        first = strip(given[0])
        name = string(first) if first.type in ("string", "template_string") else None
        if name is None or not is_setting(name):
            continue
        service = names[-1] in GETTERS and len(names) > 1 and is_settings(call, names)
        direct = names in (("Deno", "env", "get"), ("Deno", "env", "has"))
        if not (service or direct or names[0] == "env" or _is_helper(ev, script, call)):
            continue
        value = ev.value(script, call)
        if isinstance(value, EnvRead) and value.name.endswith(name):
            default = value.settled()
            known = default if default is not None and default.value is not None else None
            outer = _outermost(ev, script, call, value.name)
            wider = ev.value(script, outer)
            if known is None and isinstance(wider, EnvRead):
                known = wider.settled()
            required = value.required if value.required is not None else guarded(script, outer, _bound_name(outer))
            found.append(Read(value.name, value.at, known, False if known is not None else required, value.type))
    return found


def _is_helper(ev: Evaluator, script: Script, call: Node) -> bool:
    made = ev.value(script, call.child_by_field_name("function"), 8)
    return isinstance(made, Code) and made.node.type in FUNCTIONS and env_helper(ev, made) is not None
