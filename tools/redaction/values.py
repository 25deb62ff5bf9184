"""Read the value that stands behind a name: where it begins and ends in each format, and what it says once unquoted."""

from __future__ import annotations

from dataclasses import dataclass

from .document import Document, pattern
from .families import Traits

LIMIT = 16384  # bytes a quoted value may span

_SPACE = pattern(r"[ \t]*")
_ANCHOR = pattern(r"(?:(?:&[\w-]+|!!(?:str|binary)|!str)[ \t]+)+")
_BLOCK = pattern(r"[|>][+-]?[0-9]?[+-]?[ \t]*(?:#[^\n]*)?\r?\n")
_QUOTE = pattern(r"(?i)(?:[rbuf@$]{0,2}|\$|N|L|E)(\"\"\"|'''|\"|'|`)")
_JOIN = pattern(r"[ \t]*(?:(?:\+|\.|\.\.|<>|&|~|\|\|)[ \t]*\r?\n?[ \t]*|\\\r?\n[ \t]*|\r?\n[ \t]*(?:\+|\.|&)?[ \t]*|[ \t]+|\)[ \t]*\.(?:append|concat|push)\([ \t]*)(\"|'|`)")
_WRAP = pattern(
    r"(?i)(?:new\s+)?(?:[\w.:$]*(?:b64decode|atob|fromhex|from|decode|decodestring|unhexlify|hex2bin|stringbuilder|string|str|bytes|secretstr|"
    r"getbytes|encode|buffer|join|append|concat|quote|sensitive|tostring|literal|byte|textencoder|plainvalue|secretvalue|unsafeplaintext|of|some))?"
    r"\s*(?:\(\s*(?:\"\"|'')?\s*,?\s*|\[\s*\]byte\(\s*|\)\s*\.\w+\(\s*)+"
)
_LIST = pattern(r"[\[({]\s*")
_NUMBER = pattern(r"-?[0-9][0-9_]*[lLuU]?")
_SHELL_WORD = pattern(r"(?:\\(?s:.)|\$\{[^}\n]*\}|\$\([^)\n]*\)|\{\{[^}\n]*\}\}|[^\s;|&()<>\"'`\\])+")
_OPTION = pattern(r",[A-Za-z][\w.-]*=")
_PROSE_WORD = pattern(r"[^\s\"'`<>|,;]+")
_FLOW_PLAIN = pattern(r"[^,}\]\n#]*")
_TYPE = pattern(r"[ \t]*(?:&?[A-Za-z_'][\w.<>\[\]|?&' ]*)=[ \t]*")


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


def _skip(doc: Document, at: int) -> int:
    found = _SPACE.at(doc.data, at)
    return found.end() if found else at


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


def _unescape(text: str) -> str:
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
    return Value(start, end, text if raw else _unescape(text), True)


def _joined(doc: Document, first: Value, traits: Traits) -> Value:
    """Follow string concatenation behind a quoted text."""
    pieces, text, at = [(first.start, first.end)], first.text, first.end + 1
    while traits.family in {"code", "python", "shell", "hcl"} and len(pieces) < 64:
        found = _JOIN.at(doc.data, at)
        if not found or (traits.family != "python" and b"\n" in found.group()[:-1].strip(b" \t") and not found.group().strip(b"\"'` \t\r\n")):
            break
        following = quoted_at(doc, found.end() - 1, traits)
        if following is None:
            break
        pieces.append((following.start, following.end))
        text += following.text
        at = following.end + 1
    return first if len(pieces) == 1 else Value(first.start, pieces[-1][1], text, True, pieces=tuple(pieces))


def _block(doc: Document, at: int, indent: int) -> Value | None:
    """Read a YAML block scalar whose header ends at `at`, for a key indented by `indent`."""
    data, lines, end, start = doc.data, [], at, -1
    while at < len(data):
        stop = data.find(b"\n", at)
        stop = len(data) if stop < 0 else stop
        line = data[at:stop]
        depth = len(line) - len(line.lstrip(b" "))
        if line.strip() and depth <= indent:
            break
        if line.strip():
            start = at + depth if start < 0 else start
            lines.append(line[depth:].decode("utf-8", "replace").rstrip("\r"))
            end = stop
        at = stop + 1
    return Value(start, end, "\n".join(lines), True) if lines else None


def _yaml(doc: Document, at: int, traits: Traits) -> Value | None:
    anchor = _ANCHOR.at(doc.data, at)
    at = anchor.end() if anchor else at
    if doc.data[at : at + 1] in (b"!", b"[") or (doc.data[at : at + 1] == b"{" and doc.data[at : at + 2] != b"{{"):
        return None  # another tag, or a collection whose entries are read by themselves
    block = _BLOCK.at(doc.data, at)
    if block:
        line = doc.before(at, 2000)
        dashes = line.lstrip(b" ").startswith(b"- ")
        return _block(doc, block.end(), len(line) - len(line.lstrip(b" ")) + (2 if dashes else 0))
    if doc.data[at : at + 1] in (b'"', b"'"):
        return quoted_at(doc, at, traits)
    end = doc.line_end(at)
    prefix = doc.before(at, 2000)
    if prefix.count(b"{") > prefix.count(b"}") or prefix.count(b"[") > prefix.count(b"]"):
        found = _FLOW_PLAIN.at(doc.data, at, end)
        end = found.end() if found and not doc.data[at:end].startswith((b"{", b"$")) else end
    cut = doc.data.find(b" #", at, end)
    return _bare(doc, at, cut if cut >= 0 else end, True)


def _bare(doc: Document, start: int, end: int, needs_quotes: bool) -> Value | None:
    while end > start and doc.data[end - 1 : end] in (b" ", b"\t", b"\r"):
        end -= 1
    return Value(start, end, doc.text(start, end), False, needs_quotes) if end > start else None


def shell_word(doc: Document, at: int) -> Value | None:
    """Read one shell word: quoted, bare with backslash continuations, or glued from such pieces."""
    if doc.data[at : at + 2] == b'\\"':  # an escaped quote inside an outer quoted text
        end = doc.data.find(b'\\"', at + 2, doc.line_end(at))
        return Value(at + 2, end, _unescape(doc.text(at + 2, end)), True) if end > 0 else None
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
    return (Value(at, end, _unescape(text), False) if end > at else None), end == word.end()


_SHELL = Traits("shell", True)


def _line(doc: Document, at: int, traits: Traits) -> Value | None:
    """Read an unquoted value up to the end of its line, comments and closing semicolons left out."""
    data, end = doc.data, doc.line_end(at)
    if traits.family == "properties":
        while data[end - 1 : end] == b"\\" and end < len(data):
            end = doc.line_end(end + (2 if data[end : end + 1] == b"\r" else 1))
        parts = doc.text(at, end).replace("\\\r\n", "\\\n").split("\\\n")
        return Value(at, end, "".join(part.strip() for part in parts), False)
    for comment in (b" #", b" ;", b"\t#") if traits.family != "make" else (b" #",):
        cut = data.find(comment, at, end)
        end = cut if cut >= 0 else end
    found = _bare(doc, at, end, False)
    if found and traits.family == "conf" and found.text.endswith(";"):
        return Value(found.start, found.end - 1, found.text[:-1], False)
    return found


def _code(doc: Document, at: int, traits: Traits) -> Value | None:
    """Read a literal in source code: a text, joined texts, a text inside a decoding call, or a number."""
    found = quoted_at(doc, at, traits)
    if found:
        return _joined(doc, found, traits)
    typed = _TYPE.at(doc.data, at, min(doc.line_end(at), at + 80))
    if typed and doc.data[typed.end() : typed.end() + 1] not in (b"=", b">"):
        return _code(doc, typed.end(), traits)
    wrap = _WRAP.at(doc.data, at, min(len(doc.data), at + 200))
    if wrap and wrap.end() > at:
        inner = quoted_at(doc, wrap.end(), traits)
        return _joined(doc, inner, traits) if inner else None
    number = _NUMBER.at(doc.data, at)
    if number and doc.data[number.end() : number.end() + 1] not in (b".", b":", b"-"):
        return Value(at, number.end(), doc.text(at, number.end()), False, True)
    return None


def read(doc: Document, at: int, operator: bytes) -> Value | None:
    """Read the value behind an operator such as `=`, `:`, `=>` or a blank, in the format that holds at the offset."""
    traits = doc.traits_at(at)
    at = _skip(doc, at)
    family = traits.family
    if family in {"json", "code", "python", "hcl", "toml", "lock"}:
        if family in {"json", "code"} and doc.data[at : at + 1] in (b"\n", b"\r"):
            at = len(doc.data) - len(doc.data[at : at + LIMIT].lstrip()) - max(0, len(doc.data) - at - LIMIT)
        return _code(doc, at, traits)
    if family == "yaml" and operator == b":":
        return _yaml(doc, at, traits)
    if family in {"env", "ini", "properties", "conf"} and operator != b" ":
        marks = (b'"', b"'", b"`") if family == "ini" else (b'"', b"'")
        return quoted_at(doc, at, traits) if doc.data[at : at + 1] in marks and family != "properties" else _line(doc, at, traits)
    if (family == "make" and operator != b"=") or (family == "docker" and operator == b" ") or (family == "conf" and operator == b" "):
        return quoted_at(doc, at, traits) or _line(doc, at, traits)
    if family in {"shell", "docker", "make", "yaml"} or operator == b"=":
        return shell_word(doc, at)
    found = quoted_at(doc, at, traits)
    if found:
        return found
    word = _PROSE_WORD.at(doc.data, at, doc.line_end(at))
    closing = b".,;:)]!?*" if word and b"{" in word.group() else b".,;:)]}!?*"
    return _bare(doc, at, at + len(word.group().rstrip(closing)), False) if word else None
