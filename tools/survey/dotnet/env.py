"""Find the environment variables that a .NET application reads: directly, by configuration keys, sections, options and connection names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from ..evaluated import Value
from ..parsers.csharp import Call, CsFile, Node, declared_name, declared_type
from ..parsers.grammar import line_of, words
from ..variables import is_name
from ..view import View
from .applications import Application
from .settings import Settings, settings
from .sources import code, matching
from .values import Values, environment_name, is_configuration, values_of

Place = tuple[str, int]
_CLIENTS = (
    r"Add(?:Keyed)?(?:Npgsql|Postgres|Redis|RabbitMQ|RabbitMq|SqlServer|MySql|MongoDB|Kafka|Nats|Azure"
    r"|Elasticsearch|Qdrant|Seq|Oracle|Cosmos)"
)
_READS = re2.compile(  # what a file that reads the environment or the configuration holds: a cheap look before it is parsed
    r"(?i:\"name=)|GetEnvironmentVariable|GetConnectionString|Get(?:Required)?Section|BindConfiguration|(?:[cC]onf(?:ig(?:uration)?)?|[cC]fg)[!?]?\s*\["
    r"|(?:[cC]onf(?:ig(?:uration)?)?|[cC]fg)[!?]?\s*\.\s*Get(?:Required)?Value\b|builder!?\s*\.\s*" + _CLIENTS
)
_ASPIRE = re2.compile("^" + _CLIENTS)
_FRAMEWORK = ("logging", "allowedhosts", "kestrel", "serilog", "urls", "detailederrors")


@dataclass(frozen=True, slots=True)
class Read:
    """Be one reading of one variable."""

    name: str
    at: Place
    default: str | None = None
    default_at: Place | None = None
    needed: bool = False


def reads(view: View, app: Application) -> Iterator[Read]:
    """Yield every reading of the application's code."""
    values = values_of(view, app.project)
    own = settings(view, app.project)
    for path, file in matching(view, app.project, _READS):
        for call in file.calls:
            yield from _call(values, path, file, call, own)
        for node in file.accesses:
            value = _around(values, path, file, node)
            if value.env:
                yield from _value(value, (path, line_of(node)), _gives_up(node))


def _value(value: Value, at: Place, needed: bool) -> Iterator[Read]:
    for name in value.env:
        if is_name(name) and not name.lower().startswith(_FRAMEWORK):
            yield Read(name, at, value.text, value.at, needed and not value.text)


def _gives_up(node: Node) -> bool:
    """Say whether the program stops where a value is missing: `?? throw …`."""
    up = node.parent
    for _ in range(3):
        if up is None:
            return False
        if up.type == "binary_expression" and "throw" in words(up).partition("??")[2][:12]:
            return True
        up = up.parent
    return False


def _around(values: Values, path: str, file: CsFile, node: Node) -> Value:
    """Return what a reading is with the fallback of the `??` around it."""
    up = node.parent
    while up is not None and up.type in ("parenthesized_expression", "postfix_unary_expression"):
        up = up.parent
    return values.of(path, file, up if up is not None and up.type == "binary_expression" else node)


def _call(values: Values, path: str, file: CsFile, call: Call, own: Settings) -> Iterator[Read]:
    at = (path, call.line)
    if call.name == "GetEnvironmentVariable":
        yield from _value(_around(values, path, file, call.node), at, _gives_up(call.node))
    elif call.name in ("GetValue", "GetRequiredValue") and is_configuration(call.on):
        yield from _value(_around(values, path, file, call.node), at, call.name == "GetRequiredValue" or _gives_up(call.node))
    elif call.name == "GetConnectionString":
        yield from _value(_around(values, path, file, call.node), at, True)
    elif call.name.startswith("Use") and (key := _by_name(values.of(path, file, call.argument(0)).text)) is not None:
        yield from _value(values.configured(key), at, True)
    elif call.name in ("GetSection", "GetRequiredSection", "BindConfiguration"):
        section = values.of(path, file, call.argument(0)).text
        if section and section.lower() not in _FRAMEWORK:
            yield from _section(values, path, call, section, own)
    elif _ASPIRE.match(call.name) and call.on.rstrip("!").endswith("builder"):
        name = values.of(path, file, call.argument(0)).text
        if name and name.replace("-", "").replace("_", "").isalnum() and values.view.kept("dotnet_cs", lambda: _speaks(values.view)):
            known = own.get(f"ConnectionStrings:{name}")
            yield Read(f"ConnectionStrings__{name}", at, known.value if known else None, known.at if known else None, known is None)


def _by_name(text: str | None) -> str | None:
    """Return the configuration key in `UseSqlServer("name=ConnectionStrings:Main")`, None in any other text."""
    head, found, key = (text or "").partition("=")
    return key if found and head.lower() == "name" and key else None


def _speaks(view: View) -> bool:
    """Say whether the tree spells `ConnectionStrings` anywhere: only then the variable's whole name is legible in it."""
    return any(view.holds(p, "ConnectionStrings") for p in view.suffixed(".json", ".cs", ".yml", ".yaml", ".md"))


def _section(values: Values, path: str, call: Call, section: str, own: Settings) -> Iterator[Read]:
    """Yield the keys of a section: those that the settings hold, and the properties of the options class it is bound to."""
    for one in own.below(section):
        if not one.key.rpartition(":")[2].isdigit():
            yield Read(environment_name(one.key), one.at, one.value or None, one.at)
    for name in _bound_types(call):
        for where, file in code(values.view, values.project, f"class {name}", f"record {name}"):
            for node in file.properties:
                owner = node.parent.parent if node.parent is not None else None
                if owner is None or declared_name(owner) != name or not _is_plain(declared_type(node)):
                    continue
                key = f"{section}:{declared_name(node)}"
                setting = own.get(key)
                marks = [words(c) for c in node.children if c.type in ("modifier", "attribute_list")]
                checked = any("Required" in m for m in marks) and _is_validated(call)
                needed = (setting is None or not setting.value) and ("required" in marks or checked)
                at = (where, line_of(node) if not node.children or node.children[0].type != "attribute_list" else _name_line(node))
                yield Read(environment_name(key), at, setting.value if setting else None, setting.at if setting else None, needed)


def _is_validated(call: Call) -> bool:
    """Say whether options are checked by their attributes: `.BindConfiguration("A").ValidateDataAnnotations()`."""
    up = call.node
    while up.parent is not None and up.parent.type in ("invocation_expression", "member_access_expression", "argument", "argument_list"):
        up = up.parent
    return "ValidateDataAnnotations" in words(up)


def _name_line(node: Node) -> int:
    name = node.child_by_field_name("name")
    return line_of(name) if name is not None else line_of(node)


def _is_plain(kind: str) -> bool:
    return kind.rstrip("?").lower() in ("string", "int", "bool", "uri", "timespan", "double", "long", "guid", "decimal")


def _bound_types(call: Call) -> list[str]:
    """Return the options classes that a section is bound to: `Configure<T>(…)`, `.Get<T>()`, `AddOptions<T>().Bind…`."""
    found: list[str] = []
    for generic in (*_outer_generics(call.node), *_inner_generics(call)):
        name = generic.rpartition(".")[2]
        if name and name[:1].isupper() and name not in ("IConfiguration", "IEnumerable", "List", "Dictionary"):
            found.append(name)
    return list(dict.fromkeys(found))


def _outer_generics(node: Node) -> Iterator[str]:
    up = node.parent
    for _ in range(5):
        if up is None or up.type in ("block", "global_statement", "expression_statement", "local_declaration_statement"):
            return
        if up.type == "invocation_expression":
            head = words(up.child_by_field_name("function") or up)
            name = head.rpartition(".")[2] if "<" not in head else head[: head.rindex("<")].rpartition(".")[2]
            if name in ("Configure", "Get", "ConfigureOptions", "AddOptions", "Bind"):
                yield head[head.rindex("<") + 1 :].rstrip(">() ") if "<" in head else ""
        up = up.parent


def _inner_generics(call: Call) -> Iterator[str]:
    text = call.on
    for word in ("AddOptions<", "AddOptionsWithValidateOnStart<"):
        if word in text:
            yield text.rpartition(word)[2].partition(">")[0]
