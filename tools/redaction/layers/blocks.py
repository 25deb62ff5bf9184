"""Defaults of declared variables: `variable "db_password" { default = "v" }` of HCL."""

from __future__ import annotations

from collections.abc import Iterator

from ..document import Document, Hit, pattern
from ..judge import judge
from ..taint import TaintStore
from ..values import read

ORDER = 56

_REACH = 4000

_BLOCK = pattern(r"(?m)^[ \t]*(?:variable|output|locals|parameter)[ \t]+\"([\w.-]+)\"[ \t]*\{")
_DEFAULT = pattern(r"(?m)^[ \t]*(?:default|value)[ \t]*=[ \t]*")
_CLOSE = pattern(r"(?m)^\}")


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield literal defaults of variables that are named like secrets."""
    if doc.traits.family not in {"hcl", "markdown"}:
        return
    for block in _BLOCK.find(doc.data):
        limit = min(len(doc.data), block.end() + _REACH)
        close = _CLOSE.search(doc.data, block.end(), limit)
        end = close.start() if close else limit
        default = _DEFAULT.search(doc.data, block.end(), end)
        value = read(doc, default.end(), b"=") if default else None
        verdict = judge(block.group(1).decode("latin-1"), value.text, doc.traits_at(block.start()), quoted=value.quoted) if value else None
        if value and verdict:
            yield Hit(value.start, value.end, verdict.kind, value.text if verdict.spread else "", value.bare and not value.quoted)
