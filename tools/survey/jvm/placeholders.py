"""Read `${name:default}` placeholders, and spell property names as the environment must."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Be one placeholder; `default` None where it has none, with its own placeholders as written."""

    name: str
    default: str | None


def placeholders(text: str, glue: str = ":") -> Iterator[Placeholder]:
    """Yield the placeholders of a text, outer before inner; `glue` stands between name and default."""
    at = text.find("${")
    while at >= 0:
        end = _closing(text, at + 2)
        if end < 0:
            return
        inner = text[at + 2 : end]
        name, found, default = _halved(inner, glue)
        if name.strip() and "${" not in name and "[REDACTED" not in name:
            yield Placeholder(name.strip(), default if found else None)
        yield from placeholders(default if found else (name if "${" in name else ""), glue)
        at = text.find("${", end)


def settled(text: str, glue: str = ":") -> str | None:
    """Return a text with every placeholder replaced by its default, None where one has none."""
    at = text.find("${")
    while at >= 0:
        end = _closing(text, at + 2)
        if end < 0:
            return None
        _, found, default = _halved(text[at + 2 : end], glue)
        inner = settled(default, glue) if found else None
        if inner is None:
            return None
        text = text[:at] + inner + text[end + 1 :]
        at = text.find("${", at + len(inner))
    return text


def _closing(text: str, at: int) -> int:
    depth = 1
    while at < len(text):
        if text.startswith("${", at):
            depth += 1
        elif text[at] == "}":
            depth -= 1
            if not depth:
                return at
        at += 1
    return -1


def _halved(inner: str, glue: str) -> tuple[str, str, str]:
    head, found, tail = inner.partition(glue)
    return head, found, tail.removeprefix("-") if glue == ":" and inner.startswith(head + ":-") else tail


def is_variable(name: str) -> bool:
    """Say whether a placeholder's name is spelled as an environment variable: capitals, digits, underscores."""
    return (
        name.replace("_", "").isalnum()
        and name.isascii()
        and name.upper() == name
        and not name[:1].isdigit()
        and any(c.isalpha() for c in name)
    )


def environment_name(key: str) -> str:
    """Return how the environment may spell a property: dots and dashes become underscores, capitals.

    Spring knows the spelling without dashes too, and MicroProfile and Micronaut know this one only.
    """
    return key.replace("-", "_").replace(".", "_").replace("[", "_").replace("]", "").upper()
