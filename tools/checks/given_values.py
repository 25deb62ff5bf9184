"""Compare the values of variables that the text states with those that the files give.

What:
    A table of variables with a column of values, and a sentence like "`POLL_INTERVAL` is 60", say what the compose file, the ConfigMap,
    the env file or the task definition gives.

Why it matters in production:
    The reader of the page believes that registrations are closed, because the table says so; the file says open. Whoever changes the one
    does not know of the other.

Example:
    | `DATABASE_MAX_CONNS` | `20` |        # and the task definition gives 40

Instead:
    one number, in the file, and the table names the file

When to ignore:
    When the table is about another environment (staging): say so above it.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from ...core.findings import Finding
from ..yaml12 import as_list, as_map
from ._rule import Rule
from ._view import PlanView, SectionView

DIFFERS = Rule("NUM021", "value-differs-from-text", "error", "The text states another value of a variable than the files give.")
RULES = (DIFFERS,)

_ROW = re2.compile(r"^\s*\|\s*`?([A-Z][A-Z0-9_]{2,})`?\s*\|(.+)\|\s*$")
_HEAD = re2.compile(r"(?i)^\s*\|\s*(?:variables?|name|env\w*(?: variable)?|setting|key)\s*\|(.+)\|\s*$")
_VALUED = re2.compile(r"(?i)^(?:value|setting|production|production value|set to)$")
_SENTENCE = re2.compile(r"`([A-Z][A-Z0-9_]{2,})` (?:is|is set to|must be|has to be) `?([\w./:-]+)`?(?:[ .,;]|$)")
_PLAIN = re2.compile(r"^[\w.:/@-]+$")
_IN_TERRAFORM = re2.compile(r'\bname"?\s*[=:]\s*"([A-Z][A-Z0-9_]+)"\s*,?\s*value"?\s*[=:]\s*"([^"$]*)"')
_NOT_A_VALUE = frozenset(
    "yes no secret secrets required optional random generated none see configmap default url string number bool boolean".split()
)


def check(view: PlanView) -> Iterator[Finding]:
    """Yield values of the text that the files contradict."""
    given = _given(view)
    if not given:
        return
    told: set[str] = set()
    for _, text, section, _ in view.prose:
        for name, value, quote in _stated(text):
            mine = given.get(name, set())
            if mine and name not in told and not any(_same(value, other) for other, _ in mine):
                told.add(name)
                other, where = min(mine)
                yield DIFFERS.at(
                    SectionView(section),
                    f"The text says {name} is {value}; {where} gives {other or 'an empty text'}.",
                    quote=quote,
                    hint="State it in one place.",
                )


def _same(one: str, other: str) -> bool:
    truths = ({"true", "1", "yes", "on"}, {"false", "0", "no", "off"})
    a, b = one.strip("\"'").lower().rstrip("/"), other.strip("\"'").lower().rstrip("/")
    return a == b or any(a in t and b in t for t in truths)


def _stated(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield (variable, value, line) of tables with a column of values, and of sentences."""
    column = -1
    for line in text.split("\n"):
        head = _HEAD.match(line)
        if head is not None:
            cells = [c.strip() for c in str(head.group(1)).split("|")]
            column = next((n for n, cell in enumerate(cells) if _VALUED.match(cell)), -1)
            continue
        if not line.lstrip().startswith("|"):
            column = -1
            if len(line) < 1000:
                yield from ((str(m.group(1)), str(m.group(2)).rstrip(".,:"), line.strip()) for m in _SENTENCE.finditer(line))
            continue
        row = _ROW.match(line) if column >= 0 else None
        cells = [c.strip().strip("`") for c in str(row.group(2)).split("|")] if row is not None else []
        if row is not None and column < len(cells) and _PLAIN.match(cells[column]) and cells[column].lower() not in _NOT_A_VALUE:
            yield str(row.group(1)), cells[column], line.strip()


def _given(view: PlanView) -> dict[str, set[tuple[str, str]]]:
    """Return (value, file) of each variable that is given a literal value, by name."""
    found: dict[str, set[tuple[str, str]]] = {}

    def add(name: str, value: object, path: str) -> None:
        text = "true" if value is True else "false" if value is False else "" if value is None else str(value)
        if value is not None and "$" not in text and "{{" not in text:
            found.setdefault(name, set()).add((text, path))

    for artifact, file in view.compose:
        for service in file.services.values():
            for name, (value, _) in service.environment.items():
                add(name, value, artifact.model.path)
    for artifact in view.of_kind("env"):
        for line in artifact.text.split("\n"):
            name, equals, value = line.partition("=")
            if equals and name.strip().isidentifier():
                add(name.strip(), value.strip().strip("\"'"), artifact.model.path)
    for made in view.objects:
        path = made.artifact or "a command"
        if made.kind == "ConfigMap":
            for name, value in as_map(made.raw.get("data")).items():
                add(name, value, path)
        for container in made.containers():
            for entry in as_list(container.get("env")):
                if isinstance(as_map(entry).get("name"), str):
                    add(str(as_map(entry)["name"]), as_map(entry).get("value"), path)
    for artifact in (*view.of_kind("yaml"), *view.aside):  # the values of a chart
        path = artifact.installed.rpartition("/")[2].lower()
        if path.startswith("values") and path.endswith((".yaml", ".yml")):
            for name, value in as_map(artifact.root.get("env")).items():
                if name.isupper():
                    add(name, value, artifact.model.path)
    for artifact in view.of_kind("hcl"):
        for match in _IN_TERRAFORM.finditer(artifact.text):
            add(str(match.group(1)), str(match.group(2)), artifact.model.path)
    return found
