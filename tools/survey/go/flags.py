"""Know the flags of a Go command line by their names: their defaults, and the variables that urfave/cli reads for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..evaluated import UNKNOWN, Value
from ..parsers.golang import GoFile, Node, arguments, descend, elements, literal, receiver
from ..parsers.grammar import words
from ..variables import is_name
from .packages import holding

if TYPE_CHECKING:
    from .values import Values

_GETTERS = ("String", "Int", "Int64", "Uint", "Uint64", "Bool", "Duration")
_DECLARES = {"String": 1, "Int": 1, "Uint": 1, "Bool": 1, "Uint16": 1, "StringP": 2, "IntP": 2, "UintP": 2, "BoolP": 2, "Uint16P": 2}
_VARIES = {"StringVar": 2, "IntVar": 2, "UintVar": 2, "BoolVar": 2, "StringVarP": 3, "IntVarP": 3, "UintVarP": 3, "BoolVarP": 3}


def flag_read(file: GoFile, call: Node) -> str | None:
    """Return the name of the flag that a call reads: `c.String("addr")` of urfave/cli, `cmd.Flags().GetString("addr")` of Cobra."""
    owner, name = file.callee(call)
    given = arguments(call)
    text = literal(given[0]) if owner == "." and len(given) == 1 else None
    if text is None:
        return None
    inner = receiver(call)
    if inner is not None and name.removeprefix("Get") in _GETTERS and words(inner).endswith(("Flags()", "flags")):
        return text
    return text if name in _GETTERS and any("urfave/cli" in p for p in file.aliases.values()) else None


def take_flags(values: Values, found: dict[str, Value]) -> None:
    """Put what every named flag of a program's commands is when nobody gives it; flags that come from flags see those before them."""
    for path, file in holding(values.view, values.files, "urfave/cli", "spf13/cobra", "spf13/pflag"):
        owners = file.aliases.values()
        if any("urfave/cli" in p for p in owners):
            for node in file.literals:
                _declared(values, path, file, node, found)
        if any("spf13/cobra" in p or "spf13/pflag" in p for p in owners):
            for call in file.calls:
                _called(values, path, file, call, found)


def _declared(values: Values, path: str, file: GoFile, node: Node, found: dict[str, Value]) -> None:
    """Take a flag of urfave/cli: `&cli.StringFlag{Name: …, Value: …, Sources: cli.EnvVars(…)}`."""
    kind = node.child_by_field_name("type")
    listed = dict(elements(node))
    name = values.of(path, file, listed.get("Name"), 2).text
    if kind is None or not words(kind).endswith("Flag") or not name:
        return
    default = values.of(path, file, listed.get("Value"), 2) if "Value" in listed else UNKNOWN
    texts = [s for k in ("EnvVars", "EnvVar", "Sources") if k in listed for s in _texts(listed[k])]
    names = [n.strip() for t in texts for n in t.split(",")]
    found.setdefault(name, Value(default.text, default.at, tuple(n for n in names if is_name(n))))


def _texts(node: Node) -> list[str]:
    own = literal(node)
    return [own] if own is not None else [t for s in descend(node, "interpreted_string_literal") if (t := literal(s)) is not None]


def _called(values: Values, path: str, file: GoFile, call: Node, found: dict[str, Value]) -> None:
    """Take a flag of Cobra or pflag: `cmd.Flags().IntP("port", "p", 8080, …)`, `Flags().StringVar(&addr, "addr", ":80", …)`."""
    owner, name = file.callee(call)
    given = arguments(call)
    if owner != "." and not owner.endswith("/pflag"):
        return
    at, first = (_DECLARES[name], 0) if name in _DECLARES else (_VARIES[name], 1) if name in _VARIES else (0, 0)
    if not at or len(given) <= at:
        return
    text = literal(given[first])
    if text:
        found.setdefault(text, values.of(path, file, given[at], 2))
