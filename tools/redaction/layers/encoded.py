"""Secrets inside encodings: base64, hex, percent and unicode escapes are decoded and the layers asked about what they say."""

from __future__ import annotations

import base64
import binascii
import urllib.parse
from collections.abc import Iterator

from ..document import MARK, Document, Hit, pattern
from ..taint import TaintStore

ORDER = 90

_BASE64 = pattern(r"(?:[A-Za-z0-9+/_-]{40,}(?:\r?\n[ \t]*|\\n))*[A-Za-z0-9+/_-]{2,}={0,2}")
_HEX = pattern(r"(?:[0-9a-f]{2}){12,}|(?:[0-9A-F]{2}){12,}|(?:\\x[0-9a-fA-F]{2}){6,}|(?:0x[0-9a-fA-F]{2},?[ \t]*){6,}")
_ESCAPES = pattern(r"(?:\\u[0-9a-fA-F]{4}){4,}|(?:%[0-9a-fA-F]{2}){6,}|(?:&#x?[0-9a-fA-F]{2,4};){6,}|(?:\\[0-7]{3}){6,}")
_DEPTH = 2
_PRINTABLE = frozenset(range(32, 127)) | {9, 10, 13}


def _text(raw: bytes) -> str | None:
    """Return raw as text when it is wholly readable, else None."""
    if len(raw) < 8 or any(byte < 32 and byte not in _PRINTABLE for byte in raw[:64]):
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if all(char.isprintable() or char in "\t\r\n" for char in text) else None


def unbase64(blob: bytes) -> str | None:
    """Decode base64 of either alphabet, wrapped or not, padded or not; None when the result is no text."""
    joined = blob.replace(b"\\n", b"").translate(None, b" \t\r\n").rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    if len(joined) % 4 == 1:
        joined = joined[:-1]
    try:
        head = base64.b64decode(joined[:24] + b"=" * (-len(joined[:24]) % 4))
        if any(byte < 32 and byte not in _PRINTABLE for byte in head):
            return None
        return _text(base64.b64decode(joined + b"=" * (-len(joined) % 4)))
    except (binascii.Error, ValueError):
        return None


def _unhex(blob: bytes) -> str | None:
    digits = blob.replace(b"\\x", b"").replace(b"0x", b"").translate(None, b", \t")
    try:
        return _text(bytes.fromhex(digits.decode("latin-1")))
    except ValueError:
        return None


def _unescape(blob: bytes) -> str | None:
    text = blob.decode("latin-1")
    if text.startswith("%"):
        return urllib.parse.unquote(text)
    if text.startswith("&"):
        parts = [part for part in text.replace("&#", "").split(";") if part]
        return "".join(chr(int(part[1:], 16) if part[0] in "xX" else int(part, 10)) for part in parts if part[0] in "xX" or part.isdigit())
    if text.startswith("\\u"):
        return "".join(chr(int(part, 16)) for part in text.split("\\u") if part)
    return "".join(chr(int(part, 8) % 256) for part in text.split("\\") if part)


def _tells(text: str, taint: TaintStore, depth: int) -> list[Hit]:
    """Return what the layers find in a decoded text."""
    from . import modules

    inner = Document("decoded.txt" if "\n" not in text and "{" not in text else "decoded.env", text)
    if MARK in inner.data:
        return []
    hits = taint.find(inner.data)
    for name, layer in modules().items():
        if name != "encoded":
            hits.extend(layer(inner, taint))
        elif depth < _DEPTH:
            hits.extend(search(inner, taint, depth + 1))
    return hits


def search(doc: Document, taint: TaintStore, depth: int) -> Iterator[Hit]:
    """Yield encoded runs whose decoded text holds a secret, looking into nested encodings down to a fixed depth."""
    for shape, decode in ((_BASE64, unbase64), (_HEX, _unhex), (_ESCAPES, _unescape)):
        for found in shape.find(doc.data):
            start, end = found.start(), found.end()
            if end - start < 16:
                continue
            if doc.data[end : end + 1] == b":":  # the last line is the name of the next entry
                end = max(doc.data.rfind(b"\n", start, end), start)
            text = decode(doc.data[start:end].rstrip())
            if text is None:
                continue
            told = _tells(text, taint, depth)
            if told:
                yield Hit(start, end, told[0].kind)
                # An empty span carries what was found inside, so that it is remembered without being written.
                yield from (Hit(start, start, hit.kind, hit.value) for hit in told if hit.value)


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield encoded secrets."""
    if doc.traits.family != "lock":
        yield from search(doc, taint, 0)
