"""Find the environment variables that an application of the JVM reads: directly, by placeholders, by properties that its code asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..parsers.jvm import Annotation, Call, Node
from ..parsers.jvmnodes import text_of
from ..variables import is_name
from ..view import View
from .applications import Application
from .model import Place
from .placeholders import Placeholder, environment_name, is_variable, placeholders, settled
from .settings import Setting, Settings, settings
from .sources import code, dependencies, resources
from .values import environment_read, values_of

_VALUE = ("Value", "ConfigProperty", "Property")
_ASKS = ("getProperty", "getRequiredProperty", "property", "propertyOrNull", "getValue", "getOptionalValue", "getConfigValue")
_TOPICS = (
    "azure", "openai", "anthropic", "ollama", "gcp", "google", "aws", "kafka", "rabbitmq", "redis", "mongodb", "mail", "ldap", "vault",
    "consul", "elasticsearch", "cassandra", "neo4j", "native", "oauth2", "flyway", "liquibase", "zipkin", "stripe", "github", "facebook",
    "okta",
)  # fmt: skip
_BUILD = ("project.", "maven.", "git.", "build.", "info.", "java.", "user.", "random")
_WORDS = ("getenv", "@Value", "@ConfigProperty", "@Property", "getProperty", "getRequiredProperty", "propert", "getValue", "dotenv")
_FALLBACKS = ("binary_expression", "elvis_expression", "ternary_expression")


@dataclass(frozen=True, slots=True)
class Read:
    """Be one reading of one variable."""

    name: str
    at: Place
    default: str | None = None
    needed: bool = False
    default_at: Place | None = None  # where the default stands, if that is elsewhere


def reads(view: View, app: Application) -> Iterator[Read]:
    """Yield every reading: settings first, then code, then Typesafe configuration."""
    own = settings(view, app.unit)
    names = " ".join(d.coordinates for d in dependencies(view, app.unit)).lower()
    for one in own.entries:
        for placeholder in placeholders(one.value):
            yield from _placed(placeholder, one, own, names)
    yield from _code(view, app, own)
    yield from _bound(view, app, own)
    yield from _hocon(view, app)


def _placed(found: Placeholder, one: Setting, own: Settings, names: str) -> Iterator[Read]:
    """Yield the variable of a setting's placeholder; one that names another setting is that setting's business."""
    default = settled(found.default) if found.default is not None else None
    needed = found.default is None and one.profile in ("", "prod", "production") and _in_use(one.key, names)
    if is_variable(found.name):
        yield Read(found.name, one.at, default, needed)
    elif not own.has(found.name) and "." in found.name and not found.name.startswith(_BUILD):
        yield Read(environment_name(found.name), one.at, default, needed)


def _in_use(key: str, names: str) -> bool:
    """Say whether what a setting is about is loaded: a topic that no dependency names is configured for nothing."""
    parts = set(key.lower().replace("-", ".").split("."))
    return all(topic in names for topic in _TOPICS if topic in parts)


def _code(view: View, app: Application, own: Settings) -> Iterator[Read]:
    values = values_of(view, app.unit)
    for path, file in code(view, app.unit, *_WORDS):
        for call in file.calls:
            if environment_read(call) is not None or (call.name == "get" and "dotenv" in call.receiver.lower()):
                name = values.of(path, file, call.argument(0)).text
                if is_name(name) and name is not None:
                    fallback = values.of(path, file, call.argument(1)).text or values.of(path, file, _around(call)).text
                    yield Read(name, (path, call.line), fallback)
            elif call.name in _ASKS and ("env" in call.receiver.lower() or "config" in call.receiver.lower()):
                key = values.of(path, file, call.argument(0)).text
                if key and "." in key and " " not in key:
                    default = values.of(path, file, call.argument(1)).text
                    known = own.text(key)
                    needed = call.name in ("getRequiredProperty", "property") and known is None and not own.has(key)
                    yield from _derived(key, (path, call.line), default if default is not None else known, needed, own)
        for one in file.annotations:
            yield from _annotated(path, one, own)


def _around(call: Call) -> Node | None:
    """Return the expression around a reading that gives its fallback: Kotlin's `?:`, Java's `a != null ? a : b`."""
    up = call.node.parent
    while up is not None and up.type not in (*_FALLBACKS, "block", "class_body", "function_body", "return_statement"):
        up = up.parent
    return up if up is not None and up.type in _FALLBACKS else None


def _annotated(path: str, one: Annotation, own: Settings) -> Iterator[Read]:
    """Yield what `@Value("${a.b:c}")`, `@ConfigProperty(name = "a.b", defaultValue = "c")` or `@Property(name = "a.b")` asks for."""
    if one.name not in _VALUE:
        return
    if one.name == "Value":
        text = text_of(one.values.get("value"))
        for found in placeholders(text or ""):
            default = settled(found.default) if found.default is not None else None
            if is_variable(found.name):
                yield Read(found.name, (path, one.line), default, found.default is None)
            else:
                known = own.text(found.name)
                needed = found.default is None and not own.has(found.name)
                yield from _derived(found.name, (path, one.line), known if known is not None else default, needed, own)
        return
    key = text_of(one.values.get("name"))
    if key and "." in key:
        default = text_of(one.values.get("defaultValue"))
        known = own.text(key)
        needed = default is None and not own.has(key) and "Optional" not in _type_text(one)
        yield from _derived(key, (path, one.line), known if known is not None else default, needed, own)


def _type_text(one: Annotation) -> str:
    return (one.on.text or b"").decode("utf-8", "replace")[:200]


def _derived(key: str, at: Place, default: str | None, needed: bool, own: Settings) -> Iterator[Read]:
    """Yield the variable that a property's name becomes; where the property itself is a placeholder, that one is the way in."""
    setting = own.get(key)
    if setting is not None and any(is_variable(p.name) for p in placeholders(setting.value)):
        return
    name = environment_name(key)
    if is_name(name):
        yield Read(name, at, default, needed, setting.at if setting is not None else None)


def _bound(view: View, app: Application, own: Settings) -> Iterator[Read]:
    """Yield the settings below the prefixes of `@ConfigurationProperties` and `@ConfigMapping` classes."""
    for _, file in code(view, app.unit, "@ConfigurationProperties", "@ConfigMapping"):
        for one in file.annotations:
            if one.name not in ("ConfigurationProperties", "ConfigMapping"):
                continue
            prefix = text_of(one.values.get("value")) or text_of(one.values.get("prefix"))
            for setting in own.below(prefix) if prefix else ():
                listed = setting.key.rpartition(".")[2].isdigit()
                if not listed and not any(True for _ in placeholders(setting.value)) and setting.profile in ("", "prod", "production"):
                    name = environment_name(setting.key)
                    if is_name(name) and _plain(view, setting):
                        yield Read(name, setting.at, setting.value or None)


def _plain(view: View, setting: Setting) -> bool:
    """Say whether the environment has one way to spell a key: each dash inside nested settings leaves the reader with two."""
    return "-" not in setting.key or setting.key.lower() in view.lines(setting.at[0])[setting.at[1] - 1].lower()


def _hocon(view: View, app: Application) -> Iterator[Read]:
    """Yield the variables of Typesafe configuration: `${?NAME}` may be missing, `${NAME}` must not."""
    for path in resources(view, app.unit, "application.conf", "reference.conf"):
        before: dict[str, str] = {}
        for number, line in enumerate(view.lines(path), 1):
            key, equals, value = line.partition("=")
            if line.lstrip().startswith(("#", "//")):
                continue
            for found in placeholders(line):
                name = found.name.lstrip("?")
                if is_variable(name):
                    yield Read(name, (path, number), before.get(key.strip()), not found.name.startswith("?"))
            if equals and "${" not in value:
                before[key.strip()] = value.strip().strip('"')
