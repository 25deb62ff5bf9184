"""Read quoted texts and shell words: where they stand, and what they say once quotes and escapes are undone."""

from __future__ import annotations

from dataclasses import dataclass

from .document import Document, pattern
from .families import Traits, traits_for

LIMIT = 16384  # bytes a quoted value may span
_QUOTE = pattern(r"(?i)(?:[rbuf@$]{0,2}|\$|N|L|E)(\"\"\"|'''|\"|'|`)")
_SHELL_WORD = pattern(r"(?:\\(?s:.)|\$\{[^}\n]*\}|\$\([^)\n]*\)|\{\{[^}\n]*\}\}|[^\s;|&()<>\"'`\\])+")
_OPTION = pattern(r",[A-Za-z][\w.-]*=")
_SHELL = traits_for("shell")


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a document: the span to replace, what it says, how it is quoted, and its pieces when it is written in several."""

    start: int
    end: int
    text: str
    quoted: bool
    bare: bool = False
    pieces: tuple[tuple[int, int], ...] = ()

    def spans(self) -> tuple[tuple[int, int], ...]:
        """Return the spans to replace, one for each written piece."""
        return self.pieces or ((self.start, self.end),)


def close_of(doc: Document, at: int, quote: bytes, multiline: bool, doubled: bool) -> int:
    """Return the offset of the closing quote of a text that begins at `at`, -1 when there is none within its limit."""
    data = doc.data
    stop = min(len(data), at + LIMIT) if multiline or len(quote) == 3 or quote == b"`" else min(doc.line_end(at), at + LIMIT)
    while True:
        end = data.find(quote, at, stop)
        if end < 0:
            return -1
        slashes = 0
        while end - slashes - 1 >= at and data[end - slashes - 1] == 0x5C:
            slashes += 1
        if slashes % 2 and not (doubled and quote == b"'"):
            at = end + 1
        elif doubled and data[end + 1 : end + 2] == quote and len(quote) == 1:
            at = end + 2
        else:
            return end


def unescape(text: str) -> str:
    """Undo the backslash escapes that formats share; unknown ones lose their backslash."""
    if "\\" not in text:
        return text
    result: list[str] = []
    index = 0
    simple = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
    while index < len(text):
        char = text[index]
        if char != "\\" or index + 1 >= len(text):
            result.append(char)
            index += 1
            continue
        mark = text[index + 1]
        width = {"u": 4, "x": 2}.get(mark, 0)
        digits = text[index + 2 : index + 2 + width]
        if width and len(digits) == width and all(c in "0123456789abcdefABCDEF" for c in digits):
            result.append(chr(int(digits, 16)))
            index += 2 + width
            continue
        result.append(simple.get(mark, mark))
        index += 2
    return "".join(result)


def quoted_at(doc: Document, at: int, traits: Traits) -> Value | None:
    """Read a quoted text, with an optional string prefix, that begins at the offset."""
    found = _QUOTE.at(doc.data, at)
    if not found:
        return None
    quote = found.group(1)
    start = found.end()
    multiline = traits.family in {"env", "yaml", "shell"} or (traits.family == "code" and quote == b"`")
    doubled = traits.family in {"yaml", "sql", "csv"}
    end = close_of(doc, start, quote, multiline, doubled)
    if end < 0:
        return None
    text = doc.text(start, end)
    raw = quote in (b"'", b"`") and traits.family in {"yaml", "shell", "sql"}
    return Value(start, end, text if raw else unescape(text), True)


def shell_word(doc: Document, at: int) -> Value | None:
    """Read one shell word: quoted, bare with backslash continuations, or glued from such pieces."""
    if doc.data[at : at + 2] == b'\\"':  # an escaped quote inside an outer quoted text
        end = doc.data.find(b'\\"', at + 2, doc.line_end(at))
        return Value(at + 2, end, unescape(doc.text(at + 2, end)), True) if end > 0 else None
    pieces: list[Value] = []
    before = doc.before(at, 2000)
    closing = tuple(quote for quote in (b'"', b"'") if before.count(quote) % 2)  # of a text around the word
    while len(pieces) < 32 and not (pieces and doc.data.startswith(closing, at)):
        piece, whole = _shell_piece(doc, at)
        if piece is None:
            break
        pieces.append(piece)
        at = piece.end + piece.quoted
        if not whole:
            break
    if len(pieces) < 2:
        return pieces[0] if pieces else None
    spans = tuple((piece.start, piece.end) for piece in pieces)
    return Value(spans[0][0], spans[-1][1], "".join(piece.text for piece in pieces), pieces[0].quoted, pieces=spans)


def _shell_piece(doc: Document, at: int) -> tuple[Value | None, bool]:
    """Read a quoted or bare piece of a word; say whether the word may go on behind it."""
    if doc.data[at : at + 1] in (b'"', b"'") or doc.data[at : at + 2] in (b"$'", b'$"'):
        return quoted_at(doc, at, _SHELL), True
    word = _SHELL_WORD.at(doc.data, at, min(len(doc.data), at + LIMIT))
    if not word:
        return None, False
    end = word.end()
    option = _OPTION.search(doc.data, at, end)
    end = option.start() if option and option.start() > at else end
    text = doc.text(at, end).replace("\\\r\n", "").replace("\\\n", "")
    while end > at and doc.data[end - 1 : end] in (b"]", b"}", b",") and not text.startswith(("$", "{", "[", "<")):
        end -= 1
        text = text[:-1]
    return (Value(at, end, unescape(text), False) if end > at else None), end == word.end()
