"""Literal fallbacks inside references: `${DB_PASSWORD:-literal}`, `${X:literal}` of Spring, `${env:X, 'literal'}`."""

from __future__ import annotations

from collections.abc import Iterator

from .. import lexicon
from ..document import Document, Hit, pattern
from ..judge import judge
from ..taint import TaintStore

ORDER = 45

_DEFAULT = pattern(r"\$\{([A-Za-z_][A-Za-z0-9_.-]*)(:-|-|:=|=|:\+|:|, *)(['\"]?)([^{}\n]+?)(['\"]?)\}")
_LOOKUP = pattern(r"\$\{(?:env|param|opt|ssm|self):([A-Za-z_][A-Za-z0-9_./-]*) *, *['\"]?([^{}'\"\n]+)['\"]?\}")
_OUTER = pattern(r"([A-Za-z_][A-Za-z0-9_.-]*)[\"']?[ \t]*[:=][ \t]*[\"']?$")


def _outer_name(doc: Document, at: int) -> str:
    """Return the name to which the reference at the offset is assigned, empty if it is only part of a value."""
    found = _OUTER.search(doc.before(at, 120))
    return found.group(1).decode("latin-1") if found else ""


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield literal defaults of secret variables."""
    if b"${" not in doc.data:
        return
    for found in _DEFAULT.find(doc.data):
        name, operator = found.group(1).decode("latin-1"), found.group(2)
        if operator == b":" and (name.lower() in lexicon.RESOLVERS or found.group(4).startswith(b"?")):
            continue
        if operator == b"-" and "-" in name:
            continue
        yield from _judge(doc, name, found.start(4), found.end(4), found.start())
    for found in _LOOKUP.find(doc.data):
        yield from _judge(doc, found.group(1).decode("latin-1"), found.start(2), found.end(2), found.start())


def _judge(doc: Document, name: str, start: int, end: int, at: int) -> Iterator[Hit]:
    value, traits = doc.text(start, end), doc.traits_at(at)
    verdict = judge(name, value, traits, quoted=True) or judge(_outer_name(doc, at), value, traits, quoted=True)
    if verdict:
        yield Hit(start, end, verdict.kind, value if verdict.spread else "")
