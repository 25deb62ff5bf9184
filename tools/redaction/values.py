"""Read the value that stands behind a name: where it begins and ends in each format, and what it says once unquoted."""

from __future__ import annotations

from .document import Document, pattern
from .families import Traits
from .literals import LIMIT, Value, quoted_at, shell_word

_SPACE = pattern(r"[ \t]*")
_ANCHOR = pattern(r"(?:(?:&[\w-]+|!!(?:str|binary)|!str)[ \t]+)+")
_BLOCK = pattern(r"[|>][+-]?[0-9]?[+-]?[ \t]*(?:#[^\n]*)?\r?\n")
_JOIN = pattern(
    r"[ \t]*(?:(?:\+|\.|\.\.|<>|&|~|\|\|)[ \t]*\r?\n?[ \t]*|\\\r?\n[ \t]*|\r?\n[ \t]*(?:\+|\.|&)?[ \t]*|[ \t]+"
    r"|\)?[ \t]*\.(?:append|concat|push)\([ \t]*)(\"|'|`)"
)
_WRAP = pattern(
    r"(?i)(?:new\s+)?(?:[\w.:$]*(?:b64decode|atob|fromhex|from|decode|decodestring|unhexlify|hex2bin|stringbuilder"
    r"|string|str|bytes|secretstr|"
    r"getbytes|encode|buffer|join|append|concat|quote|sensitive|tostring|literal|byte|textencoder|plainvalue"
    r"|secretvalue|unsafeplaintext|of|some))?"
    r"\s*(?:\(\s*(?:\"\"|'')?\s*,?\s*|\[\s*\]byte\(\s*|\)\s*\.\w+\(\s*)+"
)
_NUMBER = pattern(r"-?[0-9][0-9_]*[lLuU]?")
_PROSE_WORD = pattern(r"[^\s\"'`<>|,;]+")
_FLOW_PLAIN = pattern(r"[^,}\]\n#]*")
_TYPE = pattern(r"[ \t]*(?:&?[A-Za-z_'][\w.<>\[\]|?&' ]*)=[ \t]*")


def _skip(doc: Document, at: int) -> int:
    found = _SPACE.at(doc.data, at)
    return found.end() if found else at


def _joined(doc: Document, first: Value, traits: Traits) -> Value:
    """Follow string concatenation behind a quoted text."""
    pieces, text, at = [(first.start, first.end)], first.text, first.end + 1
    while traits.family in {"code", "python", "shell", "hcl"} and len(pieces) < 64:
        found = _JOIN.at(doc.data, at)
        if not found or (traits.family != "python" and b"\n" in found.group() and not found.group().strip(b"\"'` \t\r\n")):
            break  # texts on two lines join by themselves in Python only
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
    if _is_comment(doc, at) or (anchor and doc.data[at : at + 1] == b"#"):
        return None  # a comment beside the name of a mapping that follows, or of an empty value
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


def _is_comment(doc: Document, at: int) -> bool:
    """Say whether a comment stands where a value would begin: `NAME=  # what to put here`."""
    return doc.data[at : at + 1] == b"#" and doc.data[at - 1 : at] in (b" ", b"\t") and at > 0


def _bare(doc: Document, start: int, end: int, needs_quotes: bool) -> Value | None:
    while end > start and doc.data[end - 1 : end] in (b" ", b"\t", b"\r"):
        end -= 1
    return Value(start, end, doc.text(start, end), False, needs_quotes) if end > start else None


def _line(doc: Document, at: int, traits: Traits) -> Value | None:
    """Read an unquoted value up to the end of its line, comments and closing semicolons left out."""
    data, end = doc.data, doc.line_end(at)
    if traits.family == "properties":
        while data[end - 1 : end] == b"\\" and end < len(data):
            end = doc.line_end(end + (2 if data[end : end + 1] == b"\r" else 1))
        parts = doc.text(at, end).replace("\\\r\n", "\\\n").split("\\\n")
        return Value(at, end, "".join(part.strip() for part in parts), False)
    if _is_comment(doc, at):
        return None
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
