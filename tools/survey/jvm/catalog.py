"""Resolve the names of Gradle builds: version catalogs, gradle.properties, variables of a script."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..parsers.document import Document
from ..parsers.gradle import Statement, Token, walk
from ..view import View, join
from .model import Place


@dataclass(slots=True)
class Catalog:
    """Be one `gradle/libs.versions.toml`; names are spelled with dots, as scripts spell them."""

    libraries: dict[str, tuple[str, str]] = field(default_factory=dict)  # alias -> (group:name, version)
    plugins: dict[str, tuple[str, str]] = field(default_factory=dict)  # alias -> (id, version)
    bundles: dict[str, list[str]] = field(default_factory=dict)
    versions: dict[str, tuple[str, Place]] = field(default_factory=dict)


def _dotted(alias: str) -> str:
    return alias.replace("-", ".").replace("_", ".").lower()


def read_catalog(view: View, root: str) -> Catalog:
    """Return the version catalog of a Gradle build, empty where it has none."""
    path = join(root, "gradle/libs.versions.toml")
    document = view.document(path)
    found = Catalog()
    if document is None:
        return found
    for alias, value in document.table("versions").items():
        text = value if isinstance(value, str | int) else None
        if text is not None and not isinstance(text, bool):
            found.versions[_dotted(alias)] = (str(text), (path, document.line("versions", alias)))
    for alias, value in document.table("libraries").items():
        module, version = _library(document, alias, value, found)
        if module:
            found.libraries[_dotted(alias)] = (module, version)
    for alias, value in document.table("plugins").items():
        if isinstance(value, str):
            name, _, version = value.partition(":")
        else:
            name, version = str(value.get("id") or ""), _version(value.get("version"), found)
        found.plugins[_dotted(alias)] = (name, version)
    for alias, value in document.table("bundles").items():
        found.bundles[_dotted(alias)] = [_dotted(str(v)) for v in value] if isinstance(value, list) else []
    return found


def _library(document: Document, alias: str, value: object, found: Catalog) -> tuple[str, str]:
    if isinstance(value, str):
        group, _, rest = value.partition(":")
        name, _, version = rest.partition(":")
        return f"{group}:{name}", version
    if not isinstance(value, dict):
        return "", ""
    module = value.get("module") or f"{value.get('group')}:{value.get('name')}"
    return str(module), _version(value.get("version"), found)


def _version(value: object, found: Catalog) -> str:
    if isinstance(value, dict):
        reference = value.get("ref")
        if reference is not None:
            return found.versions.get(_dotted(str(reference)), ("", ("", 1)))[0]
        return str(value.get("require") or value.get("strictly") or value.get("prefer") or "")
    return str(value) if value else ""


def variables(view: View, root: str, scripts: dict[str, list[Statement]]) -> dict[str, tuple[str, Place]]:
    """Return {name: (text, place)} of the plain variables of scripts and of gradle.properties."""
    found: dict[str, tuple[str, Place]] = {}
    path = join(root, "gradle.properties")
    document = view.document(path)
    for name, value in document.table().items() if document else ():
        if isinstance(value, str) and document is not None:
            found[name] = (value, (path, document.line(name)))
    for file, statements in scripts.items():
        for within, one in walk(statements):
            words = [t.text for t in one.tokens[:4] if t.kind == "word"]
            values = one.after("=")
            if len(values) != 1 or values[0].kind not in ("text", "number") or not words:
                continue
            name = words[1] if words[0] in ("def", "val", "var") and len(words) > 1 else words[-1]
            if words[0] in ("def", "val", "var", "ext", "extra", "set") or (within and within[-1] in ("ext", "extra")):
                found.setdefault(name, (values[0].text, (file, values[0].line)))
    return found


def settled(tokens: list[Token], known: dict[str, tuple[str, Place]], catalog: Catalog, file: str) -> tuple[str, Place] | None:
    """Return (version, place) that an expression such as `JavaVersion.VERSION_17`, `of(21)` or `libs.versions.java.get()` stands for."""
    text = "".join(t.text for t in tokens)
    for token in tokens:
        if token.kind in ("number", "text") and token.text[:1].isdigit():
            return token.text, (file, token.line)
        if token.text.startswith("VERSION_"):
            number = token.text.removeprefix("VERSION_")
            return number.removeprefix("1_").replace("_", "."), (file, token.line)
        if token.text.startswith("JVM_"):
            return token.text.removeprefix("JVM_").removeprefix("1_").replace("_", "."), (file, token.line)
    marker = "libs.versions."
    if marker in text:
        alias = text[text.index(marker) + len(marker) :].partition(".get")[0].partition(".asProvider")[0]
        return catalog.versions.get(_dotted(alias.strip(").")))
    return next((known[t.text] for t in tokens if t.kind == "word" and t.text in known and known[t.text][0][:1].isdigit()), None)
