"""Read HOCON settings (`application.conf` of Akka, Play, Ktor): every key with its value and line, nesting put together."""

from __future__ import annotations

from dataclasses import dataclass

_MAX_LINES = 20_000


@dataclass(frozen=True, slots=True)
class Setting:
    """Be one setting: dotted key, value as written without quotes, its line; later ones of a key replace earlier ones."""

    key: str
    value: str
    line: int

    @property
    def variable(self) -> str | None:
        """Return the name in `${NAME}` or `${?NAME}` where the value is nothing else."""
        text = self.value
        if not (text.startswith("${") and text.endswith("}")) or text.count("${") > 1:
            return None
        return text[2:-1].removeprefix("?").strip()

    @property
    def optional(self) -> bool:
        """Say whether the reference may stay empty."""
        return self.value.startswith("${?")


def read_hocon(text: str) -> tuple[Setting, ...]:
    """Return the settings in order; lists and multi-line strings are left out."""
    found: list[Setting] = []
    stack: list[str] = []
    lists = 0
    for number, raw in enumerate(text.split("\n")[:_MAX_LINES], 1):
        line = _bare(raw).strip().rstrip(",").strip()
        while line:
            if lists:
                lists += line.count("[") - line.count("]")
                lists = max(lists, 0)
                break
            if line.startswith("}"):
                if stack:
                    stack.pop()
                line = line[1:].strip()
                continue
            key, rest = _split(line)
            if key is None:
                break
            name = ".".join([*(s for s in stack if s), key])
            if rest.startswith("{"):
                stack.append(key)
                line = rest[1:].strip()
                continue
            if rest.startswith("["):
                lists = max(rest.count("[") - rest.count("]"), 0)
                break
            value, line = _value(rest)
            if value:
                found.append(Setting(name, value, number))
    return tuple(found)


def _bare(line: str) -> str:
    """Return a line without its comment; `#` and `//` inside quotes stay."""
    quoted = False
    for at, char in enumerate(line):
        if char == '"':
            quoted = not quoted
        elif not quoted and (char == "#" or line.startswith("//", at)):
            return line[:at]
    return line


def _split(line: str) -> tuple[str | None, str]:
    """Return (key, rest) of `key = value`, `key: value`, `key { …`; (None, "") for any other line."""
    quoted = False
    for at, char in enumerate(line):
        if char == '"':
            quoted = not quoted
        elif not quoted and char in "=:{":
            key = line[:at].strip().rstrip("+").strip().strip('"')
            rest = line[at:] if char == "{" else line[at + 1 :].strip()
            return (key, rest) if key and "include" not in key.split() else (None, "")
    return None, ""


def _value(rest: str) -> tuple[str, str]:
    """Return (value, what stands behind it on the line): a brace that closes the block on the same line is not part of the value."""
    if rest.startswith('"') and (end := rest.find('"', 1)) > 0:
        return rest[1:end], rest[end + 1 :].lstrip(", ")
    depth = 0
    for at, char in enumerate(rest):
        if char == "{":
            depth += 1
        elif char == "}":
            if not depth:
                return rest[:at].strip(), rest[at:]
            depth -= 1
        elif char == "," and not depth:
            return rest[:at].strip(), rest[at + 1 :].strip()
    return rest.strip(), ""
