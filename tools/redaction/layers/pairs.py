"""Names and values that stand side by side: `{name: DB_PASSWORD, value: v}` in any order and format, `<add key="…" value="…">`."""

from __future__ import annotations

from collections.abc import Iterator

from ..document import Document, Hit, pattern
from ..families import Traits
from ..judge import judge
from ..keys import Strength, classify
from ..literals import quoted_at
from ..taint import TaintStore
from ..values import read
from .assignments import STEMS

ORDER = 55

_REACH = 600
_FAMILIES = frozenset({"yaml", "json", "xml", "hcl", "code", "python", "markdown", "text", "toml"})
_NAMED = pattern(
    r"(?i)\b(?:name|key|variable|var|id|parameter_?key|parameter|environment_?variable|env|env_?name|field|setting"
    r"|property|option|header|type|label|ref)"
    rf"[\"']?[ \t]*(?:=>|[:=])[ \t]*[\"']?([\w.$-]*(?:{STEMS})[\w.$-]*|value)[\"']?"
)
_VALUED = pattern(
    r"(?i)\b(?:value|parameter_?value|default|default_?value|content|contents|current_?value|initial_?value"
    r"|plain_?text|string_?value|literal|"
    r"val|data|text|secret_?string)[\"']?[ \t]*(=>|[:=])"
)
_KEYED = pattern(r"[\w.-]+:(?:[ \t]|\r?\n)")
_ENDS = pattern(r"\}|/>|</|\r?\n[ \t]*\r?\n|\r?\n[ \t]*-[ \t]")
_STARTS = pattern(r"\{|<|\r?\n[ \t]*\r?\n|(?:^|\n)[ \t]*-[ \t]")


def _regions(doc: Document, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the text behind and before a name that belongs to the same object."""
    stop = _ENDS.search(doc.data, end, min(len(doc.data), end + _REACH))
    yield end, stop.start() if stop else min(len(doc.data), end + _REACH)
    floor = max(0, start - _REACH)
    begin = floor
    for found in _STARTS.find(doc.data, floor, start):
        begin = found.end()
    yield begin, start


def _hits(doc: Document, name: str, begin: int, stop: int, traits: Traits) -> Iterator[Hit]:
    for found in _VALUED.find(doc.data, begin, stop):
        space = len(doc.data[found.end() : found.end() + 4]) - len(doc.data[found.end() : found.end() + 4].lstrip())
        at = found.end() + space
        if b"\n" in doc.data[found.end() : at] and _KEYED.at(doc.data, at, min(len(doc.data), at + 80)):
            continue  # a mapping below the word, whose own names say what its values are
        value = quoted_at(doc, at, traits) if doc.data[at : at + 1] in (b'"', b"'") else read(doc, at, found.group(1))
        if value is None or value.start >= stop:
            continue
        verdict = judge(name, value.text, traits, quoted=value.quoted)
        if verdict:
            yield Hit(value.start, value.end, verdict.kind, value.text if verdict.spread else "", value.bare and not value.quoted)
            return


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield values whose name stands beside them."""
    if doc.traits.family not in _FAMILIES:
        return
    for found in _NAMED.find(doc.data):
        name = found.group(1).decode("latin-1")
        label = "key" if name.lower() == "value" else name
        if classify(label).strength is Strength.NONE:
            continue
        traits = doc.traits_at(found.start())
        for begin, stop in _regions(doc, found.start(), found.end()):
            hits = list(_hits(doc, label, begin, stop, traits))
            yield from hits
            if hits:
                break
