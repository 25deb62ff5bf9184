"""Write markers into a text in place of hits, so that lines stay in number and the format still parses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .document import Hit, pattern

_ESCAPE = pattern(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|(?s).)")


def marker(kind: str) -> str:
    """Return the marker for a kind, as `[REDACTED:password]`."""
    return f"[REDACTED:{kind}]"


def merge(hits: Iterable[Hit]) -> list[Hit]:
    """Join overlapping hits; the one that begins first, then the longest, gives kind and quoting."""
    merged: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, -h.end, h.kind)):
        if hit.end <= hit.start:
            continue
        if merged and hit.start < merged[-1].end:
            last = merged[-1]
            if hit.end > last.end:
                merged[-1] = Hit(last.start, hit.end, last.kind, "", last.bare and hit.bare)
            elif hit.bare and (hit.start, hit.end) == (last.start, last.end):
                merged[-1] = Hit(last.start, last.end, last.kind, "", True)
            continue
        merged.append(hit)
    return merged


def _backslashes(data: bytes, end: int) -> int:
    start = end
    while start > 0 and data[start - 1 : start] == b"\\":
        start -= 1
    return end - start


def whole_escapes(data: bytes, hit: Hit) -> Hit:
    """Widen a hit whose ends cut a character or an escape sequence in two."""
    start, end = hit.start, hit.end
    while start > 0 and data[start] & 0xC0 == 0x80:
        start -= 1
    while end < len(data) and data[end] & 0xC0 == 0x80:
        end += 1
    for back in range(1, 6):
        at = start - back
        if at >= 0 and data[at : at + 1] == b"\\" and _backslashes(data, at + 1) % 2:
            found = _ESCAPE.at(data, at)
            if found and found.end() > start:
                start = at
            break
    for back in range(1, 6):
        at = end - back
        if at >= start and data[at : at + 1] == b"\\" and _backslashes(data, at + 1) % 2:
            found = _ESCAPE.at(data, at)
            if found and found.end() > end and data[at + 1 : at + 2] not in (b"\n", b"\r"):
                end = found.end()
            break
    return hit if (start, end) == (hit.start, hit.end) else Hit(start, end, hit.kind, hit.value, hit.bare)


def _replacement(piece: str, hit: Hit) -> str:
    """Return what stands for a piece: one marker for each of its lines that holds more than spaces and a continuation."""
    if hit.written:
        return hit.written
    shown = marker(hit.kind)
    lines = piece.splitlines(keepends=True)
    if len(lines) <= 1 and (not lines or lines[0] == lines[0].splitlines()[0]):
        return f'"{shown}"' if hit.bare else shown
    written: list[str] = []
    for line in lines:
        body = line.splitlines()[0] if line else ""
        ending = line[len(body) :]
        text = body.rstrip()
        tail = body[len(text) :]
        if ending and text.endswith("\\"):
            text, tail = text[:-1], "\\" + tail
        indent = body[: len(body) - len(body.lstrip())] if text.strip() else ""
        written.append(f"{indent}{shown}{tail}{ending}" if text.strip() else body + ending)
    return "".join(written)


def render(data: bytes, hits: Sequence[Hit]) -> str:
    """Return data as text with every hit replaced by its marker."""
    pieces: list[str] = []
    position = 0
    for hit in merge(whole_escapes(data, hit) for hit in hits):
        pieces.append(data[position : hit.start].decode("utf-8", "surrogatepass"))
        pieces.append(_replacement(data[hit.start : hit.end].decode("utf-8", "surrogatepass"), hit))
        position = hit.end
    pieces.append(data[position:].decode("utf-8", "surrogatepass"))
    return "".join(pieces)
