"""Parse the file formats that repositories speak; every parser is bounded and returns None or nothing for what it cannot read."""

from __future__ import annotations

from dataclasses import dataclass

from .document import Document

_JSON = (".json", ".jsonc", ".json5", ".webmanifest", ".code-workspace")
_INI = (".ini", ".cfg", ".conf", ".service", ".timer", ".socket", ".container", ".editorconfig")
_TOML_NAMES = ("Pipfile", "poetry.lock", "uv.lock", "pdm.lock", "Cargo.lock")
_JSON_NAMES = ("Pipfile.lock", "composer.lock", "deno.lock", "flake.lock", "bun.lock", ".babelrc", ".swcrc", ".eslintrc")


@dataclass(frozen=True, slots=True)
class Parsed:
    """Hold every document of one file."""

    documents: tuple[Document, ...]

    @classmethod
    def of(cls, path: str, text: str) -> Parsed | None:
        """Return the file's documents by its name and suffix; None for a format that is not known or nothing readable."""
        name = path.rpartition("/")[2]
        lower = name.lower()
        found: Document | None = None
        if lower.endswith((".yaml", ".yml", ".clang-format")):
            from .yaml import read_yaml

            several = read_yaml(path, text)
            return cls(several) if several else None
        if lower.endswith(".toml") or name in _TOML_NAMES:
            from .toml import read_toml

            found = read_toml(path, text)
        elif lower.endswith(_JSON) or name in _JSON_NAMES:
            from .json import read_json

            found = read_json(path, text)
        elif lower.endswith(".properties"):
            from .ini import read_properties

            found = read_properties(path, text)
        elif lower.endswith(_INI):
            from .ini import read_ini

            found = read_ini(path, text)
        return cls((found,)) if found else None


def parse(path: str, text: str) -> Document | None:
    """Return the file's first document; see `Parsed.of`."""
    parsed = Parsed.of(path, text)
    return parsed.documents[0] if parsed else None
