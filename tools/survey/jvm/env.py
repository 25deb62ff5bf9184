"""Find the environment variables that an application of the JVM reads: directly, by placeholders, by properties that its code asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..parsers.hocon import read_hocon
from ..parsers.jvm import Annotation, Call, JvmFile
from ..parsers.jvmnodes import text_of
from ..variables import is_name
from ..view import View
from .applications import Application
from .binding import BOUND, bound_fields
from .envreaders import around, demanded, readers, reads_environment
from .model import Place
from .placeholders import Placeholder, environment_name, is_variable, placeholders, settled
from .settings import Setting, Settings, settings
from .sources import code, dependencies, resources
from .values import Values, values_of

_VALUE = ("Value", "ConfigProperty", "Property")
_ASKS = ("getProperty", "getRequiredProperty", "property", "propertyOrNull", "getValue", "getOptionalValue", "getConfigValue")
_TOPICS = (
    "azure", "openai", "anthropic", "ollama", "gcp", "google", "aws", "kafka", "rabbitmq", "redis", "mongodb", "mail", "ldap", "vault",
    "consul", "elasticsearch", "cassandra", "neo4j", "native", "oauth2", "flyway", "liquibase", "zipkin", "stripe", "github", "facebook",
    "okta",
)  # fmt: skip
_BUILD = ("project.", "maven.", "git.", "build.", "info.", "java.", "user.", "random")
_WORDS = ("getenv", "@Value", "@ConfigProperty", "@Property", "getProperty", "getRequiredProperty", "propert", "getValue", "dotenv")
_ALSO = {"rabbitmq": "amqp", "mongodb": "mongo"}  # how libraries spell a topic otherwise


@dataclass(frozen=True, slots=True)
class Read:
    """Be one reading of one variable."""

    name: str
    at: Place
    default: str | None = None
    needed: bool = False
    default_at: Place | None = None  # where the default stands, if that is elsewhere
    pieced: bool = False  # put together from the prefix of a class and the name of a field


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
    return all(topic in names or _ALSO.get(topic, topic) in names for topic in _TOPICS if topic in parts)


def _code(view: View, app: Application, own: Settings) -> Iterator[Read]:
    values = values_of(view, app.unit)
    for path, file in code(view, app.unit, *_WORDS):
        for call in file.calls:
            if reads_environment(file, call) or (call.name == "get" and "dotenv" in call.receiver.lower()):
                yield from _direct(path, file, call, values)
            elif call.name in _ASKS and ("env" in call.receiver.lower() or "config" in call.receiver.lower()):
                key = values.of(path, file, call.argument(0)).text
                if key and "." in key and " " not in key:
                    default = values.of(path, file, call.argument(1)).text
                    known = own.text(key)
                    needed = call.name in ("getRequiredProperty", "property") and known is None and not own.has(key)
                    yield from _derived(key, (path, call.line), default if default is not None else known, needed, own)
        for one in file.annotations:
            yield from _annotated(path, one, own)
    yield from _through(view, app, values)


def _direct(path: str, file: JvmFile, call: Call, values: Values) -> Iterator[Read]:
    name = values.of(path, file, call.argument(0)).text
    if is_name(name) and name is not None:
        second, outer = values.of(path, file, call.argument(1)), values.of(path, file, around(call))
        fallback = second if second.text else outer
        yield Read(name, (path, call.line), fallback.text, fallback.text is None and demanded(call), fallback.at)


def _through(view: View, app: Application, values: Values) -> Iterator[Read]:
    """Yield what the program's own functions are asked for: `required("TOKEN")`."""
    known = readers(view, app.unit)
    for path, file in code(view, app.unit, *(f"{name}(" for name in known)) if known else ():
        for call in file.calls:
            reader = known.get(call.name)
            name = values.of(path, file, call.argument(reader.name_at)).text if reader is not None else None
            if reader is not None and name is not None and is_name(name) and name == name.upper():
                default = values.of(path, file, call.argument(reader.default_at)).text if reader.default_at is not None else None
                yield Read(name, (path, call.line), default, reader.needed)


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
    for path, file in code(view, app.unit, *(f"@{name}" for name in BOUND)):
        for one in file.annotations:
            if one.name not in BOUND:
                continue
            prefix = text_of(one.values.get("value")) or text_of(one.values.get("prefix"))
            for field in bound_fields(path, file, one.on, prefix, one.name == "ConfigMapping") if prefix and one.kind == "class" else ():
                if is_name(field.name) and not own.has(field.key):
                    yield Read(field.name, field.at, field.default, field.needed, pieced=True)
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
        for one in view.once("hocon", path, read_hocon) or ():
            for found in placeholders(one.value):
                name = found.name.lstrip("?")
                if is_variable(name):
                    yield Read(name, (path, one.line), before.get(one.key), not found.name.startswith("?") and one.key not in before)
            if "${" not in one.value:
                before[one.key] = one.value
