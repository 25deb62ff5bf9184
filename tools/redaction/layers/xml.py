"""Secrets in XML elements: `<password>v</password>`, `<property name="password">v</property>`, and in HTML-like attributes."""

from __future__ import annotations

import html
from collections.abc import Iterator

from ..document import Document, Hit, pattern
from ..judge import judge
from ..taint import TaintStore
from .assignments import STEMS

ORDER = 58

_ELEMENT = pattern(rf"(?i)<((?:[\w.-]+:)?[\w.-]*(?:{STEMS})[\w.-]*)(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<>]+?)(?:\]\]>)?\s*</")
_NAMED = pattern(
    rf"(?i)<[\w.:-]+\s[^<>]*?\b(?:name|key|id"
    rf"|property)\s*=\s*[\"']([\w.:-]*(?:{STEMS})[\w.:-]*)[\"'][^<>]*>\s*(?:<value>)?\s*(?:<!\[CDATA\[)?([^<>]+?)(?:\]\]>)?\s*</"
)
_PAIRED = pattern(
    rf"(?i)<[\w.-]*(?:name|key)>\s*([\w.-]*(?:{STEMS})[\w.-]*)\s*</[\w.-]+>\s*<[\w.-]*(?:value"
    rf"|val)>\s*(?:<!\[CDATA\[)?([^<>]+?)(?:\]\]>)?\s*</"
)
_PLIST = pattern(rf"(?i)<key>([\w.-]*(?:{STEMS})[\w.-]*)</key>\s*<(?:string|data)>\s*([^<>]+?)\s*</")


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield the texts of XML elements that are named like secrets."""
    if b"</" not in doc.data:
        return
    for shape in (_ELEMENT, _NAMED, _PAIRED, _PLIST):
        for found in shape.find(doc.data):
            name = found.group(1).decode("latin-1").rpartition(":")[2]
            value = html.unescape(doc.text(found.start(2), found.end(2)))
            verdict = judge(name, value, doc.traits_at(found.start()), quoted=True)
            if verdict:
                yield Hit(found.start(2), found.end(2), verdict.kind, value if verdict.spread else "")
