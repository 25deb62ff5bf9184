"""Put values into `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:?message}` as shells, Dockerfiles and compose files do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import re2

_REFERENCE = re2.compile(r"\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+?])([^{}]*))?\}|\$([A-Za-z_][A-Za-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Reference:
    """Be one `${NAME…}`: `default` is the text behind `-`, `required` is true behind `?`."""

    name: str
    default: str | None
    required: bool


def references(text: str) -> Iterator[Reference]:
    """Yield the references of a text in order, those inside a default included; `$$` is none."""
    for match in _REFERENCE.finditer(text):
        name = match.group(1) or match.group(4)
        if name is None:
            continue
        operator, rest = match.group(2) or "", match.group(3) or ""
        yield Reference(name, rest if operator.endswith("-") else None, operator.endswith("?"))
        if rest:
            yield from references(rest)


def substitute(text: str, values: Mapping[str, str], keep: bool = True) -> str:
    """Return text with known names and written defaults put in; an unknown name without default stays (`keep`) or is emptied."""

    def put(match: object) -> str:
        group = match.group  # type: ignore[attr-defined]
        if group(0) == "$$":
            return "$"
        name, operator, rest = group(1) or group(4), group(2) or "", group(3) or ""
        value = values.get(name)
        if operator.endswith("+"):
            return rest if value else ""
        if value is not None and (value or not operator.startswith(":")):
            return value
        if operator.endswith("-"):
            return rest
        return group(0) if keep else ""

    if "$" not in text:
        return text
    out, at = [], 0
    for match in _REFERENCE.finditer(text):
        out.append(text[at : match.start()])
        out.append(put(match))
        at = match.end()
    return "".join(out) + text[at:]
