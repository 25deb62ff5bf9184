"""Read the struct tags of Go's environment libraries: caarlos0/env, envconfig, go-envconfig, cleanenv, kong, go-arg, conf."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from ..parsers.golang import GoFile, Node, arguments, literal, name_of
from ..parsers.grammar import line_of, words
from ..view import View, folder_of
from .packages import go_file, packages

_PAIR = re2.compile(r'([A-Za-z0-9_.-]+):"((?:[^"\\]|\\.)*)"')
_WORDS = re2.compile(r"[A-Z]+[a-z0-9]*|[a-z0-9]+")
_ACRONYM = re2.compile(r"([A-Z]+)([A-Z][a-z0-9]+)")
TAGS = ('env:"', 'envconfig:"', 'conf:"', "envconfig.Process", 'arg:"')  # without one of them a file has no tagged field
_PREFIX_KEYS = ("envPrefix", "env-prefix", "envprefix")


@dataclass(frozen=True, slots=True)
class Tagged:
    """Be one field that a library fills from a variable."""

    field: str
    name: str
    default: str | None
    required: bool
    kind: str  # type as written
    line: int
    owner: str = ""  # the struct's type, for an anonymous one the field that holds it


def tagged(view: View, path: str, file: GoFile) -> Iterator[Tagged]:
    """Yield the tagged fields of a file's structs with the prefixes of the structs around them."""
    if not any(word in file.text for word in TAGS):
        return
    prefixes = _process_prefixes(view, path)
    nested = _nested(view, path)
    for spec in file.types:
        struct = next((c for c in spec.named_children if c.type == "struct_type"), None)
        if struct is not None:
            name = name_of(spec)
            if any(outer != name for outer in nested.get(name, {})) and name not in prefixes:
                for prefix in sorted(set(nested[name].values())):
                    yield from _fields(file, struct, prefix, _style(file), prefixes.get(name), name)
            else:
                yield from _fields(file, struct, "", _style(file), prefixes.get(name), name)
    for spec in file.specs:  # `var cli struct { … }`
        kind, named = spec.child_by_field_name("type"), spec.child_by_field_name("name")
        if kind is not None and kind.type == "struct_type" and named is not None:
            yield from _fields(file, kind, "", _style(file), prefixes.get(words(named)), words(named))


def _style(file: GoFile) -> str:
    paths = set(file.aliases.values())
    if any("kelseyhightower/envconfig" in p or "vrischmann/envconfig" in p for p in paths) or ('envconfig:"' in file.text):
        return "envconfig"
    if any("ardanlabs/conf" in p for p in paths) or 'conf:"' in file.text:
        return "conf"
    return "env"


def _fields(file: GoFile, struct: Node, prefix: str, style: str, process: str | None, owner: str) -> Iterator[Tagged]:
    listed = next((c for c in struct.named_children if c.type == "field_declaration_list"), None)
    for declared in listed.named_children if listed is not None else ():
        if declared.type != "field_declaration":
            continue
        tag = declared.child_by_field_name("tag")
        pairs = dict(_PAIR.findall(literal(tag) or "")) if tag is not None else {}
        kind = declared.child_by_field_name("type")
        name = name_of(declared)
        if kind is not None and kind.type == "struct_type":
            inner = next((pairs[k] for k in _PREFIX_KEYS if k in pairs), "")
            if style in ("envconfig", "conf") and not inner:
                inner = f"{_upper(name)}_"
            yield from _fields(file, kind, prefix + inner, style, process, name)
            continue
        found = _one(pairs, name, words(kind) if kind is not None else "", line_of(declared), style, process)
        if found is not None:
            shown = found.name if style == "kong" else prefix + found.name
            yield Tagged(found.field, shown, found.default, found.required, found.kind, found.line, owner)


def _one(pairs: dict[str, str], name: str, kind: str, line: int, style: str, process: str | None) -> Tagged | None:
    default = next((pairs[k] for k in ("envDefault", "env-default", "default") if k in pairs), None)
    required = pairs.get("required", "false") in ("true", "", "1") or pairs.get("env-required", "false") in ("true", "1")
    if "envconfig" in pairs and pairs["envconfig"] != "-":
        key, *options = pairs["envconfig"].split(",")
        default = next((o.partition("=")[2] for o in options if o.startswith("default=")), default)
        return Tagged(name, _under(process, key.upper()), default, required, kind, line) if key else None
    if style == "envconfig" and process is not None and (default is not None or "required" in pairs or "split_words" in pairs):
        key = _upper(name) if pairs.get("split_words") == "true" else name.upper()
        return Tagged(name, _under(process, key), default, required, kind, line)
    if style == "conf" and "conf" in pairs:
        return _conf(pairs["conf"], name, kind, line, process)
    if "arg" in pairs and "env" in pairs["arg"]:
        return _arg(pairs["arg"], name, kind, line, default)
    if "env" not in pairs or pairs["env"] == "-":
        return None
    key, *options = pairs["env"].split(",")
    key = key.strip() or _upper(name)
    default = next((o.strip().partition("=")[2] for o in options if o.strip().startswith("default=")), default)
    required = required or any(o.strip() in ("required", "notEmpty") for o in options)
    return Tagged(name, key, default, required and default is None, kind, line)


def _conf(text: str, name: str, kind: str, line: int, process: str | None) -> Tagged:
    options = [o.strip() for o in text.split(",")]
    key = next((o.partition(":")[2] for o in options if o.startswith("env:")), _upper(name))
    default = next((o.partition(":")[2] for o in options if o.startswith("default:")), None)
    return Tagged(name, _under(process, key.upper()), default, "required" in options and default is None, kind, line)


def _arg(text: str, name: str, kind: str, line: int, default: str | None) -> Tagged | None:
    options = [o.strip() for o in text.split(",")]
    own = next((o for o in options if o == "env" or o.startswith("env:")), None)
    if own is None:
        return None
    key = own.partition(":")[2] or _upper(name)
    return Tagged(name, key, default, "required" in options and default is None, kind, line)


def _under(prefix: str | None, key: str) -> str:
    return f"{prefix}_{key}" if prefix else key


def _upper(name: str) -> str:
    """Return a field's name as environment libraries spell it: `APIKey` becomes `API_KEY`."""
    return "_".join(_WORDS.findall(_ACRONYM.sub(r"\1_\2", name).replace("_", " "))).upper()


def _process_prefixes(view: View, path: str) -> dict[str, str]:
    """Return the prefixes that `envconfig.Process("app", &cfg)` or `conf.Parse("APP", &cfg)` give to structs of this package, by type."""
    return view.kept(f"go_prefixes:{folder_of(path)}", lambda: _prefixes_of(view, folder_of(path)))


def _prefixes_of(view: View, folder: str) -> dict[str, str]:
    found: dict[str, str] = {}
    package = packages(view).get(folder)
    for path in package.files if package else ():
        file = go_file(view, path)
        for call in file.calls if file else ():
            if file is None:
                continue
            owner, name = file.callee(call)
            if not (
                (owner.endswith("/envconfig") and name in ("Process", "MustProcess"))
                or ("/conf" in owner and name in ("Parse", "ParseOSArgs"))
            ):
                continue
            given = arguments(call)
            prefix = literal(given[0]) if given else None
            if prefix is not None and len(given) > 1:
                kind = _type_of(file, call, words(given[-1]).lstrip("&"))
                if kind:
                    found[kind] = prefix.upper()
    return found


def _type_of(file: GoFile, call: Node, variable: str) -> str | None:
    """Return the type that a variable is declared with in the file, by `var x T`, `x := T{}`, `x := &T{}` or `new(T)`."""
    for spec in file.specs:
        kind = spec.child_by_field_name("type")
        if kind is not None and variable in [words(n) for n in spec.children_by_field_name("name")]:
            return words(kind).lstrip("*")
    for one in file.assignments:
        text = words(one)
        head, _, tail = text.partition(":=")
        if head.strip() == variable and tail:
            return tail.strip().removeprefix("&").removeprefix("new(").partition("{")[0].strip(") ") or None
    return None


def _nested(view: View, path: str) -> dict[str, dict[str, str]]:
    """Return, for every struct type of the package that is a field of another one with a prefix tag, {outer type: prefix}."""
    return view.kept(f"go_nested:{folder_of(path)}", lambda: _nested_of(view, folder_of(path)))


def _nested_of(view: View, folder: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    package = packages(view).get(folder)
    for path in package.files if package else ():
        file = go_file(view, path)
        for spec in file.types if file else ():
            struct = next((c for c in spec.named_children if c.type == "struct_type"), None)
            listed = next((c for c in struct.named_children if c.type == "field_declaration_list"), None) if struct is not None else None
            for declared in listed.named_children if listed is not None else ():
                tag, kind = declared.child_by_field_name("tag"), declared.child_by_field_name("type")
                pairs = dict(_PAIR.findall(literal(tag) or "")) if tag is not None else {}
                prefix = next((pairs[k] for k in _PREFIX_KEYS if k in pairs), None)
                if prefix and kind is not None:
                    found.setdefault(words(kind).lstrip("*"), {})[name_of(spec)] = prefix
    return found
