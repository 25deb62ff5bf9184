"""Follow Viper: keys with their defaults, bound and derived variables, and the values of configuration files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..parsers.golang import GoFile, Node, arguments, descend, literal, receiver
from ..parsers.grammar import words
from ..variables import is_name
from ..view import View, folder_of
from .packages import go_file, holding
from .viperkeys import keys_of, uses

if TYPE_CHECKING:
    from .values import Place, Value, Values

PATH = "github.com/spf13/viper"
_TYPES = ("yaml", "yml", "json", "toml", "env", "properties", "ini")


@dataclass(slots=True)
class Viper:
    """Be the settings of a program's Viper instances, taken as one."""

    prefix: str = ""
    automatic: bool = False
    replaced: list[tuple[str, str]] = field(default_factory=list)
    defaults: dict[str, Value] = field(default_factory=dict)
    bound: dict[str, tuple[tuple[str, ...], Place]] = field(default_factory=dict)
    read: dict[str, Place] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    filed: dict[str, tuple[str, Place]] = field(default_factory=dict)
    spelled: dict[str, Place] = field(default_factory=dict)  # where a key is written that its uses name otherwise
    unmarshalled: set[str] = field(default_factory=set)  # folders whose code has Viper fill a struct

    def names(self, key: str) -> tuple[str, ...]:
        """Return the variables that move a key."""
        lower = key.lower()
        explicit = self.bound.get(lower, ((), ("", 1)))[0]
        if explicit:
            return explicit
        if not self.automatic and lower not in self.bound:
            return ()
        name = key
        for old, new in self.replaced:
            name = name.replace(old, new)
        name = (f"{self.prefix}_" if self.prefix else "").upper() + name.upper()
        return (name,) if is_name(name) else ()

    def value(self, key: str) -> Value:
        """Return what a key is when nothing is set outside, and what moves it."""
        from .values import Value

        lower = key.lower()
        text, at = self.filed.get(lower, (None, None))
        known = self.defaults.get(lower)
        if text is None and known is not None:
            text, at = known.text, known.at
        return Value(text, at, tuple(dict.fromkeys((*self.names(key), *(known.env if known else ())))))


def viper_of(values: Values) -> Viper | None:
    """Return what a program says to Viper, None where it does not load it."""
    found, used = Viper(), False
    named: list[str] = []
    folders: list[str] = []
    kinds: list[str] = []
    for path, file in holding(values.view, values.files, PATH):
        if PATH not in file.aliases.values():
            continue
        used = True
        for call in file.calls:
            _take(values, path, file, call, found, (named, folders, kinds))
    if not used:
        return None
    _take_typed(values, found)
    for path in _files(values.view, values.files, named, folders, kinds):
        _load(values.view, path, found)
    return found


def _take(values: Values, path: str, file: GoFile, call: Node, found: Viper, places: tuple[list[str], list[str], list[str]]) -> None:
    owner, name = file.callee(call)
    if owner not in (PATH, "."):
        return
    given = arguments(call)
    first = values.of(path, file, given[0], 2).text if given else None
    at = (path, call.start_point[0] + 1)
    if name == "AutomaticEnv":
        found.automatic = True
    elif name == "SetEnvPrefix" and first is not None:
        found.prefix = first
    elif name == "SetEnvKeyReplacer" and given:
        texts = [literal(s) or "" for s in descend(given[0], "interpreted_string_literal", "raw_string_literal")]
        found.replaced = list(zip(texts[::2], texts[1::2], strict=False))
    elif name == "SetDefault" and first and len(given) > 1:
        found.defaults[first.lower()] = values.of(path, file, given[1], 2)
        found.kinds.setdefault(first.lower(), first)
    elif name == "BindPFlag" and first and len(given) > 1:
        named = [literal(s) or "" for s in descend(given[1], "interpreted_string_literal")]
        _flagged(values, found, first, named[-1] if named else first)
    elif name == "BindPFlags":
        for flag in values.flags:
            _flagged(values, found, flag, flag)
    elif name == "BindEnv" and first:
        others = [values.of(path, file, g, 2).text for g in given[1:]]
        found.bound[first.lower()] = (tuple(o for o in others if o), at)
        found.kinds.setdefault(first.lower(), first)
    elif name.startswith("Get") and first and len(given) == 1 and (owner == PATH or _is_viper(call)):
        found.read.setdefault(first.lower(), at)
        found.kinds.setdefault(first.lower(), first)
    elif name in ("Unmarshal", "UnmarshalExact"):
        found.unmarshalled.add(folder_of(path))
    elif name in ("SetConfigName", "SetConfigFile") and first:
        places[0].append(first)
    elif name == "AddConfigPath" and first:
        places[1].append(first)
    elif name == "SetConfigType" and first:
        places[2].append(first)


def _take_typed(values: Values, found: Viper) -> None:
    """Take what the constants of the program's own type of keys are read and set by default as."""
    keys = keys_of(values, PATH)
    for text, at in keys.constants.values():
        found.spelled[text.lower()] = at
    for path in values.files if keys.constants else ():
        file = go_file(values.view, path)
        for call, name, key in uses(file, keys) if file is not None else ():
            given, lower = arguments(call), key.lower()
            found.kinds.setdefault(lower, key)
            if name == "SetDefault" and given and file is not None:
                found.defaults.setdefault(lower, values.of(path, file, given[0], 2))
            elif name.startswith("Get"):
                found.read.setdefault(lower, (path, call.start_point[0] + 1))


def _flagged(values: Values, found: Viper, key: str, flag: str) -> None:
    """Take a flag's default as the default of the key that it is bound to."""
    value = values.flags.get(flag)
    if value is not None:
        found.defaults.setdefault(key.lower(), value)
        found.kinds.setdefault(key.lower(), key)


def _is_viper(call: Node) -> bool:
    """Say whether a getter's receiver is a Viper instance by its name: other types have getters too."""
    inner = receiver(call)
    text = words(inner).lower() if inner is not None else ""
    return text in ("v", "vp", "viper") or "viper" in text or text.endswith((".v", "cfg", "conf", "config"))


def _files(view: View, files: tuple[str, ...], named: list[str], folders: list[str], kinds: list[str]) -> list[str]:
    """Return the committed configuration files that the settings name, the plain name before its variants."""
    below = {folder_of(f).split("/")[0] for f in files}
    found: list[str] = []
    for name in named or ["config"]:
        base = name.rpartition("/")[2]
        stem = base.rpartition(".")[0] if base.rpartition(".")[2] in _TYPES else base
        wanted = [f"{stem}.{kind}" for kind in dict.fromkeys((*kinds, *_TYPES))] + [stem]
        for path in view.named(*wanted):
            top = path.split("/")[0]
            if (top in below or "/" not in path or any(f.strip("./") and f.strip("./") in path for f in folders)) and path not in found:
                found.append(path)
    return sorted(found, key=lambda p: (p.count("/"), p))[:2]


def _load(view: View, path: str, found: Viper) -> None:
    if path.endswith(".env") or path.rpartition("/")[2] == ".env":
        for one in view.dotenv(path):
            if not one.commented:
                found.filed.setdefault(one.name.lower(), (one.value or "", (path, one.line)))
                found.kinds.setdefault(one.name.lower(), one.name)
        return
    document = view.document(path)
    for keys, value in document.walk() if document else ():
        if isinstance(value, str | int) and document is not None:
            key = ".".join(str(k) for k in keys)
            text = str(value).lower() if isinstance(value, bool) else str(value)
            found.filed.setdefault(key.lower(), (text, (path, document.line(*keys))))
            found.kinds.setdefault(key.lower(), key)
