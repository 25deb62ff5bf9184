"""The forms in which a known secret can stand in a text, as bytes with ASCII letters lowered."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import itertools
import json
import quopri
import urllib.parse
from collections.abc import Callable, Iterator

from .document import Document, Match, pattern

SQUEEZED = b" \t\r\n\"'\\+,()|\x60"
_IS_KEPT = bytes(byte not in SQUEEZED for byte in range(256))


def squeeze(data: bytes) -> bytes:
    """Drop the bytes by which a value is wrapped, quoted, escaped or concatenated."""
    return data.translate(None, SQUEEZED)


def squeeze_positions(data: bytes) -> list[int]:
    """Return for each byte that `squeeze` keeps its offset in data."""
    return list(itertools.compress(range(len(data)), data.translate(_IS_KEPT)))


def base64_cores(raw: bytes) -> list[bytes]:
    """Return the characters that base64 of any text containing raw must contain, for the three alignments."""
    cores: list[bytes] = []
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")
        first = (0, 2, 3)[shift]  # characters that also depend on what stands before raw
        whole = (shift + len(raw)) * 8 // 6  # characters that depend on raw alone
        cores.append(encoded[first:whole])
    return cores


_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")


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
    escaped = value.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")  # the standard one loads a client for HTTP
    forms = [value, value.upper(), value.lower(), value.swapcase()]
    forms += [json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1].replace("/", "\\/")]
    for single, double in (("'", '"'), ("&apos;", "&quot;"), ("&#39;", "&#34;"), ("&#x27;", "&quot;")):
        forms.append(escaped.replace("'", single).replace('"', double))
    return forms + percent_forms(value)


def forms(value: str, *, plain: bool = False, long: int = 256) -> frozenset[bytes]:
    """Return all forms of a value to search for; values over `long` characters only raw, reversed and base64; `plain` only raw."""
    raw = value.encode("utf-8", "surrogatepass")
    if plain:
        return frozenset({raw.lower()})
    found: set[bytes] = {raw, value[::-1].encode("utf-8", "surrogatepass")}
    cores = base64_cores(raw)
    found.update(cores)
    found.update(core.translate(_TO_URL) for core in cores)
    if len(value) <= long:
        found.update(form.encode("utf-8", "surrogatepass") for form in text_forms(value))
        found.add(raw.hex().encode())
    return frozenset(form.lower() for form in found if len(form) >= 6)


_HEX_RUN = pattern(r"(?:[0-9a-f]{2}){12,}|(?:[0-9A-F]{2}){12,}|(?:\\x[0-9a-fA-F]{2}){6,}|0x[0-9a-fA-F]{2}(?:,?[ \t]*0x[0-9a-fA-F]{2}){5,}")
_ESCAPE_RUN = pattern(
    r"(?:\\?\\u(?:00[0-9a-fA-F]{2}|\{[0-9a-fA-F]{2,4}\}|[0-9a-fA-F]{4})){4,}|(?:%(?:25)?[0-9a-fA-F]{2}){6,}"
    r"|(?:&(?:amp;)?#(?:[xX][0-9a-fA-F]{2,4}|[0-9]{2,5});){6,}|(?:\\?\\[0-7]{3}){6,}|(?:=[0-9A-F]{2}){6,}"
)
_BASE64_RUN = pattern(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_BASE64_NEXT = pattern(r"(?:\r?\n[ \t]*|\\n)[A-Za-z0-9+/_-]{2,}={0,2}")
_BRACED = pattern(r"\\u\{([0-9a-fA-F]{2})\}")
_CONTROLS = bytes(sorted(frozenset(range(32)) - {9, 10, 13}))
_HEAD = 16  # characters of base64 that a run has at least, and by whose 12 bytes most names in code are told from texts
_RUNS_ONLY = bytes(b if chr(b).isascii() and (chr(b).isalnum() or b in b"+/_-") else 32 for b in range(256))


def _has_controls(raw: bytes) -> bool:
    return len(raw.translate(None, _CONTROLS)) != len(raw)


def _text(raw: bytes) -> str | None:
    """Return raw as text when it is wholly readable, else None."""
    wide = len(raw) > 8 and not any(raw[1:64:2])
    if len(raw) < 6 or (not wide and _has_controls(raw[:64])):
        return None
    try:
        text = raw.decode("utf-16-le" if wide else "utf-8")
    except UnicodeDecodeError:
        return None
    return text if all(char.isprintable() or char in "\t\r\n" for char in text) else None


def unbase64(blob: bytes) -> str | None:
    """Decode base64 of either alphabet, wrapped or not, padded or not; None when the result is no text."""
    joined = blob.replace(b"\\n", b"").translate(None, b" \t\r\n").rstrip(b"=").translate(_FROM_URL)
    joined = joined[:-1] if len(joined) % 4 == 1 else joined
    try:
        head = base64.b64decode(joined[: len(joined) // 4 * 4][:16])
        if _has_controls(head) and any(head[1::2]):
            return None
        return _text(base64.b64decode(joined + b"=" * (-len(joined) % 4)))
    except (binascii.Error, ValueError):
        return None


def unhex(blob: bytes) -> str | None:
    """Decode a run of hexadecimal digits, plain, as `\\x41` or as `0x41,`; None when the result is no text."""
    digits = blob.replace(b"\\x", b"").replace(b"0x", b"").translate(None, b", \t")
    try:
        return _text(bytes.fromhex(digits.decode("latin-1")))
    except ValueError:
        return None


def unescape(blob: bytes) -> str | None:
    """Decode a run of percent, character-entity, unicode, octal or quoted-printable escapes; None when it is no text."""
    first = blob[:1]
    if first == b"&":
        return html.unescape(blob.replace(b"amp;", b"").decode("latin-1"))
    if first == b"%":
        return _text(urllib.parse.unquote_to_bytes(blob.replace(b"%25", b"%")))
    if first == b"=":
        return _text(quopri.decodestring(blob))
    single = blob.replace(b"\\\\", b"\\")
    if b"{" in single:
        single = _BRACED.replace(single, rb"\\x\1")
    try:
        text = single.decode("unicode_escape")
    except UnicodeDecodeError:
        return None
    return _text(text.encode("latin-1")) if all(ord(char) < 256 for char in text) else text


def _runs(found: Iterator[Match], decode: Callable[[bytes], str | None]) -> Iterator[tuple[int, int, str]]:
    for run in found:
        text = decode(run.group())
        if text is not None:
            yield run.start(), run.end(), text


def escape_runs(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Yield the spans of data that are written wholly in escapes or hexadecimal digits, with what they say."""
    if b"\\" in data or b"%" in data or b"&#" in data or b"=" in data:
        yield from _runs(_ESCAPE_RUN.find(data), unescape)
    yield from _runs(_HEX_RUN.find(data), unhex)


def _wrapped(data: bytes, start: int, end: int) -> int:
    """Return where base64 that is wrapped at 40 or more characters ends; a line that names the next entry is not part of it."""
    width = end - start
    while width >= 40:
        following = _BASE64_NEXT.at(data, end)
        if not following or data[following.end() : following.end() + 1] == b":":
            break
        width, end = following.end() - end, following.end()
    return end


def _may_open(run: bytes) -> bool:
    """Say whether a run of base64 can begin a text, by its first characters: what `unbase64` refuses for its first bytes is refused."""
    head = binascii.a2b_base64(run[:_HEAD].translate(_FROM_URL))
    if not any(head[1::2]):
        return True
    if _has_controls(head):
        return False
    try:
        codecs.utf_8_decode(head, "strict", False)  # a character cut at the end is no error
    except UnicodeDecodeError:
        return False
    return True


def base64_runs(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Yield the spans of data that are base64 of a text, wrapped lines included, with that text."""
    if not any(map(_may_open, {run[:_HEAD] for run in data.translate(_RUNS_ONLY).split() if len(run) >= _HEAD})):
        return  # thousands of long names and hashes, no text: not worth a match each
    covered = 0
    for found in _BASE64_RUN.find(data):
        start = found.start()
        if start < covered:
            continue
        covered = _wrapped(data, start, found.end())
        text = unbase64(data[start:covered]) if _may_open(data[start : start + _HEAD]) else None
        if text is not None:
            yield start, covered, text


def encoded_runs(doc: Document) -> tuple[tuple[int, int, str], ...]:
    """Return the spans of a document that are base64 or escapes of a text, with that text; looked for once."""
    if doc.encoded is None:
        doc.encoded = (*base64_runs(doc.data), *escape_runs(doc.data))
    return doc.encoded
