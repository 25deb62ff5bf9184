"""Write the small Markdown forms that facts are shown in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; cells lose line breaks and have their bars escaped; an empty cell is a dash."""
    lines = ["| " + " | ".join(headers) + " |", "|" + " --- |" * len(headers)]
    lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines)


def cell(value: object) -> str:
    """Return one value as the text of a table cell."""
    if value is None or value == "":
        return "-"
    return " ".join(str(value).split()).replace("|", "\\|")


def code(value: object) -> str:
    """Return a value as inline code, or a dash for nothing."""
    text = " ".join(str(value).split()) if value is not None else ""
    if not text:
        return "-"
    fence = "``" if "`" in text else "`"
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def bullets(items: Iterable[object]) -> str:
    """Return a Markdown list."""
    return "\n".join(f"- {item}" for item in items)
