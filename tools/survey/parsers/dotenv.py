"""Read `.env` files: assignments with their lines, commented-out ones marked."""

from __future__ import annotations

from dataclasses import dataclass

import re2

_NAME = re2.compile(r"^[ \t]*(#+[ \t]*)?(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=(.*)$")


@dataclass(frozen=True, slots=True)
class Assignment:
    """Be one `NAME=value` line; `commented` when a `#` stands before it."""

    name: str
    value: str
    line: int
    commented: bool = False
    note: str = ""  # the comment lines just above, joined


def read_dotenv(text: str) -> tuple[Assignment, ...]:
    """Return the assignments in order; a quoted value that spans lines is kept whole, inline comments are cut."""
    found: list[Assignment] = []
    lines = text.split("\n")
    number, note = 0, ""
    while number < len(lines):
        line = lines[number]
        number += 1
        match = _NAME.match(line)
        if match is None or (match.group(1) and not match.group(2).isupper()):
            note = f"{note} {line.strip().lstrip('#').strip()}".strip() if line.strip().startswith("#") else ""
            continue
        start = number
        value = match.group(3).strip()
        quote = value[:1]
        if quote in ("'", '"') and value.count(quote) == 1 and not match.group(1):
            while number < len(lines) and quote not in lines[number]:
                value += "\n" + lines[number]
                number += 1
            if number < len(lines):
                value += "\n" + lines[number]
                number += 1
        found.append(Assignment(match.group(2), _bare(value), start, bool(match.group(1)), note))
        note = ""
    return tuple(found)


def _bare(value: str) -> str:
    quote = value[:1]
    if quote in ("'", '"'):
        end = value.find(quote, 1)
        return value[1:end] if end > 0 else value[1:]
    cut = value.find(" #")
    return (value if cut < 0 else value[:cut]).strip() if not value.startswith("#") else ""
