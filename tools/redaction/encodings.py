"""The forms in which a known secret can stand in a text, as bytes with ASCII letters lowered."""

from __future__ import annotations

import base64
import json
import urllib.parse
import xml.sax.saxutils

SQUEEZED = b" \t\r\n\"'\\+,()|\x60"


def squeeze(data: bytes) -> bytes:
    """Drop the bytes by which a value is wrapped, quoted, escaped or concatenated."""
    return data.translate(None, SQUEEZED)


def squeeze_positions(data: bytes) -> list[int]:
    """Return for each byte that `squeeze` keeps its offset in data."""
    dropped = frozenset(SQUEEZED)
    return [index for index, byte in enumerate(data) if byte not in dropped]


def base64_cores(raw: bytes) -> list[bytes]:
    """Return the characters that base64 of any text containing raw must contain, for the three alignments."""
    cores: list[bytes] = []
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")
        first = (0, 2, 3)[shift]  # characters that also depend on what stands before raw
        whole = (shift + len(raw)) * 8 // 6  # characters that depend on raw alone
        cores.append(encoded[first:whole])
    return cores


def percent_forms(value: str) -> list[str]:
    """Return the usual percent-encodings of a value: strict, path-like and form-like."""
    return [
        urllib.parse.quote(value, safe=""),
        urllib.parse.quote(value),
        urllib.parse.quote_plus(value),
        urllib.parse.quote(value, safe="!'()*~"),
        urllib.parse.quote(value, safe="!$&'()*+,;=:@/?"),
    ]


def text_forms(value: str) -> list[str]:
    """Return the value as it stands in text: raw, escaped for JSON and XML, in changed case, percent-encoded."""
    escaped = xml.sax.saxutils.escape(value)
    forms = [value, value.upper(), value.lower(), value.swapcase()]
    forms += [json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1].replace("/", "\\/")]
    forms += [escaped, xml.sax.saxutils.escape(value, {'"': "&quot;", "'": "&apos;"}), escaped.replace("'", "&#39;").replace('"', "&#34;")]
    forms.append(xml.sax.saxutils.escape(value, {'"': "&quot;", "'": "&#x27;"}))
    return forms + percent_forms(value)


def forms(value: str, long: int = 256) -> frozenset[bytes]:
    """Return all forms of a value to search for; values over `long` characters only raw, reversed and base64."""
    raw = value.encode("utf-8", "surrogatepass")
    found: set[bytes] = {raw, value[::-1].encode("utf-8", "surrogatepass")}
    cores = base64_cores(raw)
    found.update(cores)
    found.update(core.translate(bytes.maketrans(b"+/", b"-_")) for core in cores)
    if len(value) <= long:
        found.update(form.encode("utf-8", "surrogatepass") for form in text_forms(value))
        found.add(raw.hex().encode())
        found.update(inner for core in cores[:1] for inner in base64_cores(base64.b64encode(raw)))
        found.add(value.encode("utf-16-le", "surrogatepass").hex().encode())
        found.update(base64_cores(value.encode("utf-16-le", "surrogatepass")))
    return frozenset(form.lower() for form in found if len(form) >= 6)
