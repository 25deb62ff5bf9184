"""Replace variables by their values or defaults, in the spellings of shells, Dockerfiles and compose files."""

from __future__ import annotations

from collections.abc import Mapping

MAX_TEXT = 4096
"""Longer texts are left as they are: no version is that long."""

_MAX_NESTING = 8
_NAME_START = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_NAME = _NAME_START | frozenset("0123456789")


def expand(text: str, variables: Mapping[str, str]) -> str:
    """Return text with `$X`, `${X}`, `${X:-default}`, `${X:+other}` replaced where the value is known; the rest stays as written.

    `$$` becomes a dollar sign. A `${X:?message}` without a known value stays, since only the caller's environment can set it.
    """
    if "$" not in text or len(text) > MAX_TEXT:
        return text
    return _expand(text, variables, 0)


def _expand(text: str, variables: Mapping[str, str], depth: int) -> str:
    parts: list[str] = []
    place = 0
    while place < len(text):
        start = text.find("$", place)
        if start < 0 or start + 1 >= len(text):
            break
        parts.append(text[place:start])
        following = text[start + 1]
        if following == "$":
            parts.append("$")
            place = start + 2
        elif following == "{" and not text.startswith("${{", start):
            end = _closing(text, start + 1)
            if end < 0:
                parts.append(text[start:])
                return "".join(parts)
            parts.append(_braced(text[start : end + 1], variables, depth))
            place = end + 1
        else:
            end = start + 1
            while end < len(text) and (text[end] in _NAME if end > start + 1 else text[end] in _NAME_START):
                end += 1
            parts.append(variables.get(text[start + 1 : end], text[start:end]) if end > start + 1 else "$")
            place = end
    parts.append(text[place:])
    return "".join(parts)


def _closing(text: str, opening: int) -> int:
    depth = 0
    for place in range(opening, len(text)):
        if text[place] == "{":
            depth += 1
        elif text[place] == "}":
            depth -= 1
            if depth == 0:
                return place
    return -1


def _braced(source: str, variables: Mapping[str, str], depth: int) -> str:
    body = source[2:-1]
    end = 0
    while end < len(body) and body[end] in _NAME:
        end += 1
    name, rest = body[:end], body[end:]
    value = variables.get(name)
    if not rest:
        return source if value is None else value
    operator = rest[:2] if rest[:2] in (":-", ":=", ":+", ":?") else rest[:1]
    default = rest[len(operator) :]
    if depth >= _MAX_NESTING or operator not in (":-", ":=", ":+", ":?", "-", "=", "+", "?"):
        return source if value is None else _sliced(value, rest)
    if operator in (":+", "+"):
        return "" if value is None else _expand(default, variables, depth + 1)
    if value or (value is not None and operator in ("-", "=")):
        return value
    if operator in (":?", "?"):
        return source
    return _expand(default, variables, depth + 1)


def _sliced(value: str, rest: str) -> str:
    """Apply the prefix and suffix cuts `#v` and `%-*` with literal patterns; other operators keep the value."""
    if rest.startswith("#") and not any(c in rest for c in "*?["):
        return value.removeprefix(rest.lstrip("#"))
    if rest.startswith("%") and not any(c in rest for c in "*?["):
        return value.removesuffix(rest.lstrip("%"))
    return value
