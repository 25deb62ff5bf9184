"""Read the settings files of Spring, Quarkus and Micronaut applications: every key with its profile and place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import re2

from ..parsers.document import Document
from ..parsers.yaml import read_yaml
from ..view import View
from .model import Place, Unit
from .placeholders import settled
from .sources import closure, resources

_NAMES = (
    "application*.properties", "application*.yml", "application*.yaml", "bootstrap*.properties", "bootstrap*.yml", "bootstrap*.yaml",
    "microprofile-config.properties",
)  # fmt: skip
_FILTERED = re2.compile(r"(?m)(:\s+)(@[^@\n]+@)\s*$")
_ACTIVATION = ("spring.config.activate.on-profile", "spring.config.activate.onProfile", "spring.profiles")


@dataclass(frozen=True, slots=True)
class Setting:
    """Be one key of one file; `profile` empty where it always holds."""

    key: str
    value: str
    at: Place
    profile: str


class Settings:
    """Hold the settings of one application."""

    def __init__(self, entries: list[Setting]) -> None:
        self.entries = entries
        self._plain: dict[str, Setting] = {}
        for one in entries:
            if not one.profile or one.profile == "prod":
                known = self._plain.get(relaxed(one.key))
                if known is None or (one.profile == "prod" and not known.profile):
                    self._plain[relaxed(one.key)] = one

    def get(self, *keys: str) -> Setting | None:
        """Return the setting of the first of these keys that holds without a profile, in any of its spellings."""
        return next((self._plain[relaxed(k)] for k in keys if relaxed(k) in self._plain), None)

    def text(self, *keys: str) -> str | None:
        """Return the value of a key with the defaults of its placeholders put in, None where that leaves a gap."""
        found = self.get(*keys)
        return settled(found.value) if found is not None else None

    def below(self, prefix: str) -> Iterator[Setting]:
        """Yield the settings under a prefix, in every profile."""
        start = relaxed(prefix) + "."
        return (s for s in self.entries if relaxed(s.key).startswith(start))

    def has(self, key: str) -> bool:
        """Say whether a key is set in any profile."""
        return any(relaxed(s.key) == relaxed(key) for s in self.entries)


def relaxed(key: str) -> str:
    """Return a key in the one form that all its spellings share."""
    return key.replace("-", "").replace("_", "").lower()


def settings(view: View, unit: Unit) -> Settings:
    """Return the settings of a module, those of the modules it is built from after its own; made once."""
    return view.kept(f"jvm_settings:{unit.folder}", lambda: Settings([s for one in closure(view, unit) for s in _of(view, one)]))


def _of(view: View, unit: Unit) -> Iterator[Setting]:
    for path in resources(view, unit, *_NAMES):
        name = path.rpartition("/")[2].rpartition(".")[0]
        _, dash, profile = name.partition("-")
        if name == "microprofile-config":
            dash, profile = "", ""
        if "test" in profile.split("-"):
            continue
        for document in documents(view, path):
            yield from _entries(path, document, profile if dash else "")


def documents(view: View, path: str) -> tuple[Document, ...]:
    """Return the documents of a settings file; `@filtered@` values of Maven are taken as text."""
    if path.endswith(".properties"):
        document = view.document(path)
        return (document,) if document is not None else ()
    found = view.documents(path)
    if found or not view.holds(path, "@", "\\$"):
        return found
    return view.once("filtered_yaml", path, lambda text: read_yaml(path, _filtered(text))) or ()


def _filtered(text: str) -> str:
    """Return a YAML text before Maven filters it or Gradle expands it: `@x@` as text, `\\${x}` as the placeholder that Spring gets."""
    return str(_FILTERED.sub(r'\1"\2"', text)).replace("\\$", "$")


def _entries(path: str, document: Document, profile: str) -> Iterator[Setting]:
    flat = [
        (".".join(str(k) for k in keys), value, document.line(*keys)) for keys, value in document.walk() if isinstance(value, str | int)
    ]
    own = next((str(v) for k, v, _ in flat if k in _ACTIVATION), profile)
    for key, value, line in flat:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        quarkus = key.startswith("%") and "." in key
        where = key[1:].partition(".")[0] if quarkus else own
        if where not in ("test", "integration-test"):
            yield Setting(key.partition(".")[2] if quarkus else key, text, (path, line), where)
