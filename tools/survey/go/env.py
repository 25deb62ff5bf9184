"""Find the environment variables that a Go program reads: direct reads, own helpers, struct tags, Viper, command lines, flags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from ..parsers.golang import GoFile, Node, arguments, descend, elements, enclosing, literal, parameters
from ..parsers.grammar import line_of, words
from ..variables import is_name
from ..view import folder_of
from .fields import mapped_name
from .koanf import prefixed
from .packages import go_file, holding
from .tags import TAGS, tagged
from .values import Place, Value, Values

_KINDS = {
    "int": "int",
    "bool": "bool",
    "string": "str",
    "time.Duration": "str",
    "uint": "int",
    "float": "int",
    "[]string": "list",
    "url.URL": "url",
}
_TABLE = 3  # names that a table needs to be one of variables
_WHOLE = re2.compile(r"range os\.Environ\(\)|\w\(os\.Environ\(\)\)")  # looked through, not handed on with additions
_FATAL = (".Fatal", "panic(", "os.Exit", ".Panic", "log.Fatal")
_GIVES_BACK = ("errors.", "fmt.Errorf", "err", "Err")


@dataclass(frozen=True, slots=True)
class Read:
    """Be one reading of one variable; `needed` true where the program gives up without it."""

    name: str
    at: Place
    default: str | None = None
    default_at: Place | None = None
    needed: bool = False
    kind: str | None = None
    named_at: Place | None = None  # where the name is spelled, if that is elsewhere: a constant


def reads(values: Values) -> Iterator[Read]:
    """Yield every reading of the program's files."""
    view = values.view
    whole = {folder_of(p) for p, f in holding(view, values.files, "os.Environ()") if _WHOLE.search(f.text)}
    for path in values.files:
        wanted = folder_of(path) in whole or view.holds(path, "env", "Env", "ENV", *TAGS)
        file = go_file(view, path) if wanted else None
        if file is None:
            continue
        if any(w in file.text for w in ("env", "Env", "ENV")):
            yield from _calls(values, path, file)
            yield from _command_lines(path, file)
        if folder_of(path) in whole:
            yield from _tables(path, file)
        for tag in tagged(view, path, file):
            kind = next((v for k, v in _KINDS.items() if tag.kind.lstrip("*").startswith(k)), None)
            if is_name(tag.name):
                yield Read(tag.name, (path, tag.line), tag.default, (path, tag.line), tag.required, kind)
    yield from _viper(values)
    yield from (Read(name, at) for name, at in prefixed(values))


def _calls(values: Values, path: str, file: GoFile) -> Iterator[Read]:
    for call in file.calls:
        owner, name = file.callee(call)
        given = arguments(call)
        if (owner, name) in (("os", "Getenv"), ("os", "LookupEnv"), ("syscall", "Getenv")) and given:
            named = values.of(path, file, given[0])
            key = named.text
            if is_name(key) and key is not None and not _handed(given[0]):
                default, needed = _around(values, path, file, call, key)
                yield Read(key, (path, line_of(call)), default.text, default.at, needed, named_at=named.at)
            continue
        reader = values.readers.match(path, file, call)
        if reader is None or reader.name >= len(given):
            continue
        named = values.of(path, file, given[reader.name])
        key = named.text
        if key is None or not is_name(reader.prefix + key):
            continue
        default = Value()
        if reader.default is not None and reader.default < len(given):
            default = values.of(path, file, given[reader.default])
        needed = reader.required and default.text is None
        yield Read(reader.prefix + key, (path, line_of(call)), default.text, default.at, needed, named_at=named.at)


def _handed(node: Node) -> bool:
    """Say whether a name is put together from a parameter: then the callers' names count, not one that stands nowhere."""
    function = enclosing(node, "function_declaration", "method_declaration")
    names = {n for n, _ in parameters(function)} if function is not None else set()
    return bool(names & {words(node), *(words(i) for i in descend(node, "identifier"))})


def _around(values: Values, path: str, file: GoFile, call: Node, key: str) -> tuple[Value, bool]:
    """Return (default, whether the program gives up) that the code around a direct reading says."""
    outer = enclosing(call, "call_expression")
    if outer is not None and file.callee(outer) == ("cmp", "Or"):
        rest = [values.of(path, file, a) for a in arguments(outer)[1:]]
        return next((r for r in rest if r.text is not None), Value()), False
    function = enclosing(call, "function_declaration", "method_declaration", "func_literal")
    name = _target(call)
    if function is None:
        return Value(), False
    default, needed = Value(), False
    for condition in descend(function.child_by_field_name("body"), "if_statement"):
        test = condition.child_by_field_name("condition")
        said = words(test) if test is not None else ""
        head = condition.child_by_field_name("initializer")
        about = (
            (name and name in _identifiers(said)) or key in said or (head is not None and key in words(head)) or (said == "!ok" and name)
        )
        if not about or condition.end_byte < call.start_byte:
            continue
        body = condition.child_by_field_name("consequence")
        text = words(body) if body is not None else ""
        missing = '== ""' in said or "!ok" in said or "== 0" in said or "!exists" in said or "!found" in said or "!present" in said
        if missing and (any(w in text for w in _FATAL) or ("return" in text and any(w in text for w in _GIVES_BACK))):
            needed = True
        elif missing and name and body is not None:
            default = default.or_else(_assigned(values, path, file, body, name))
        elif not missing and '!= ""' in said and name:
            default = default.or_else(values.of(path, file, _before(function, call, name)))
    return default, needed and default.text is None


def _target(call: Node) -> str:
    """Return the variable that a reading is assigned to, empty where it is to none."""
    up = enclosing(call, "short_var_declaration", "assignment_statement", "var_spec")
    if up is None or up.end_byte - call.end_byte > 60:
        return ""
    left = up.child_by_field_name("left") or up.child_by_field_name("name")
    return words(left).split(",")[0].strip() if left is not None else ""


def _identifiers(text: str) -> set[str]:
    for mark in '!=()&|<>,"':
        text = text.replace(mark, " ")
    return set(text.split())


def _assigned(values: Values, path: str, file: GoFile, body: Node, name: str) -> Value:
    for one in descend(body, "assignment_statement"):
        left, right = one.child_by_field_name("left"), one.child_by_field_name("right")
        if left is not None and right is not None and words(left) == name:
            return values.of(path, file, right)
    for back in descend(body, "return_statement"):
        inner = back.named_children[0].named_children if back.named_children else []
        if len(inner) == 1 and literal(inner[0]) is not None:
            return values.of(path, file, inner[0])
    return Value()


def _before(function: Node, call: Node, name: str) -> Node | None:
    """Return what another variable holds before the environment overrides it: `port := "80"; if p := …; p != "" { port = p }`."""
    condition = enclosing(call, "if_statement")
    body = condition.child_by_field_name("consequence") if condition is not None else None
    for one in descend(body, "assignment_statement"):
        left, right = one.child_by_field_name("left"), one.child_by_field_name("right")
        if left is None or right is None or words(right) != name:
            continue
        for earlier in descend(function, "short_var_declaration", "assignment_statement", "var_spec"):
            target = earlier.child_by_field_name("left") or earlier.child_by_field_name("name")
            value = earlier.child_by_field_name("right") or earlier.child_by_field_name("value")
            if target is not None and value is not None and words(target) == words(left) and earlier.end_byte < one.start_byte:
                return value
    return None


def _command_lines(path: str, file: GoFile) -> Iterator[Read]:
    """Yield the variables of urfave/cli flags (`EnvVars: []string{"A"}`, `EnvVar: "A,B"`, `cli.EnvVars("A")`) and kingpin's `Envar`."""
    if not any("/cli" in p or "kingpin" in p for p in file.aliases.values()):
        return
    for node in file.literals:
        listed = dict(elements(node))
        names: list[tuple[str, Node]] = []
        for key in ("EnvVars", "EnvVar", "Sources"):
            if key in listed:
                found = [*descend(listed[key], "interpreted_string_literal")] or [listed[key]]
                names += [(part.strip(), f) for f in found for part in (literal(f) or "").split(",")]
        value = listed.get("Value")
        default = _plain(value)
        needed = "Required" in listed and words(listed["Required"]) == "true" and default is None
        for name, at in names:
            if is_name(name):
                yield Read(name, (path, line_of(at)), default, (path, line_of(value)) if value is not None else None, needed)
    for call in file.calls:
        given = arguments(call)
        named = literal(given[0]) if given else None
        if file.callee(call) in ((".", "Envar"), (".", "OverrideDefaultFromEnvar")) and is_name(named) and named is not None:
            yield Read(named, (path, line_of(call)))


def _tables(path: str, file: GoFile) -> Iterator[Read]:
    """Yield the names that a package knows which goes through `os.Environ()` itself: the keys of its maps, the cases of its switches."""
    for node in file.literals:
        yield from _table(path, list(_keys(node)))
    for node in descend(file.root, "expression_switch_statement"):
        yield from _table(
            path, [s for c in node.named_children if c.type == "expression_case" for s in _strings(c.child_by_field_name("value"))]
        )


def _table(path: str, texts: list[Node]) -> Iterator[Read]:
    named = [(name, one) for one in texts if is_name(name := literal(one)) and name is not None and name.upper() == name]
    if sum("_" in name for name, _ in named) >= _TABLE:
        yield from (Read(name, (path, line_of(one))) for name, one in named)


def _keys(node: Node) -> Iterator[Node]:
    body = node.child_by_field_name("body")
    for child in body.named_children if body is not None else ():
        if child.type == "keyed_element" and child.named_children:
            yield from _strings(child.named_children[0])


def _strings(node: Node | None) -> Iterator[Node]:
    if node is not None and node.type == "interpreted_string_literal":
        yield node
    yield from descend(node, "interpreted_string_literal")


def _plain(node: Node | None) -> str | None:
    """Return a literal as text."""
    if node is None:
        return None
    return words(node) if node.type in ("int_literal", "true", "false") else literal(node)


def _viper(values: Values) -> Iterator[Read]:
    """Yield the variables that Viper reads: bound ones, and with AutomaticEnv those of every key that is known to it."""
    viper = values.viper
    if viper is None:
        return
    places: dict[str, Place] = {k: at for k, (_, at) in viper.bound.items()}
    places = {**{k: v.at for k, v in viper.defaults.items() if v.at is not None}, **places}
    if viper.unmarshalled:
        places = {**{k: at for k, (_, at) in viper.filed.items()}, **places}
        for path, file in holding(values.view, values.files, "mapstructure:"):
            for declared in descend(file.root, "field_declaration"):
                name = mapped_name(declared)
                if name and name in places | viper.filed:
                    places.setdefault(name, (path, line_of(declared)))
    bound = {k: at for k, (_, at) in viper.bound.items()}
    for key, at in sorted({**places, **viper.read}.items()):
        spelled = viper.kinds.get(key, key)
        value = viper.value(spelled)
        for name in viper.names(spelled):
            yield Read(name, at, value.text, value.at, named_at=bound.get(key) or viper.spelled.get(key))
