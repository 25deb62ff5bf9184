"""Values assigned to names that announce a secret, in any format: `NAME=v`, `name: v`, `"name" => "v"`, `set("name", "v")`, defaults."""

from __future__ import annotations

from collections.abc import Iterator

from .. import looks, veto
from ..document import Document, Hit, Match, pattern
from ..families import Traits
from ..judge import Verdict, judge
from ..keys import Strength, classify, split_words
from ..literals import Value, quoted_at, shell_word
from ..taint import TaintStore
from ..values import read

ORDER = 50

STEMS = (
    r"pass(?:w(?:or)?d|wort|phrase|code|key)?s?|pwd|psk|kennwort|contrasena|senha|secret|token|key|cred|auth|salt|pepper|bearer|jwt|hmac|"
    r"mnemonic|cookie|sig|pw|pin|otp|seed|session|sas|nonce"
)
_ASSIGNED = pattern(
    rf"(?i)(?:{STEMS})[\w.$-]*((?:\\?[\"'\x60])?[ \t]*[\])]*)[ \t]*"
    r"(=>|->|:=|\?=|\+=|===?|!==?|=|:|,|\|\||\?\?|\?:|or\b|\.unwrap_or[a-z_]*\((?:\|_?\|)?|\()"
)
_NAME = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.$-")
_LONGEST = 64
_LONG = 256
_OPENING = pattern(r"[ \t\r\n]*(?:[rbuf@$]{0,2})(\"|'|\x60)")
_EMBEDDED = pattern(r"(?:'[^'\n]+'|\"[^\"\n]+\"|\{[^}\n]+\}|[^\s;&\"'\x60<>,\\){}\]]+)")
_QUERY = pattern(r"[^\s&\"'\x60<>;#\\()\]]+")
_FALLBACK = pattern(r"(?:\belse\b|\|\||\?\?|\?:|\bor\b|\bdefault[ \t]*[=:]|\bField\()[ \t]*(\"|'|\x60)")
_ITEM = pattern(r"[\s,]*(?:\"|'|\x60)")
_CLOSED = pattern(r"[\s,]*\]")
_LOOSE = pattern(r"[A-Za-z0-9+/=_.~-]+")
_LEAD = pattern(
    r"(?i)[ \t>+#;/*$-]*(?:(?:export|set|setx|env|arg|let|declare|local|readonly|-x|environment=|setenv"
    r"|fastcgi_param)[ \t]+)*[\"'\x60]?"
)


def _name_start(doc: Document, at: int) -> int:
    start, floor = at, max(0, at - _LONGEST)
    while start > floor and doc.data[start - 1] in _NAME:
        start -= 1
    while start < at and doc.data[start] in b"-.$":
        start += 1
    return start


def in_string(doc: Document, at: int) -> bool:
    """Say whether an offset stands inside a quoted text of its line."""
    prefix = doc.before(at, 2000)
    return any(prefix.count(quote) % 2 == 1 for quote in (b'"', b"'", b"\x60"))


def _embedded(doc: Document, at: int, shape: bytes) -> Value | None:
    """Read a value inside a longer text: a connection string, a query or an option list."""
    found = (_QUERY if shape in b"?&" else _EMBEDDED).at(doc.data, at, min(len(doc.data), at + 4200))
    if not found:
        return None
    start, end = found.start(), found.end()
    if doc.data[start : start + 1] in (b"'", b'"') and end - start > 2:
        start, end = start + 1, end - 1
    return Value(start, end, doc.text(start, end), True)


def _is_embedded(doc: Document, start: int, traits: Traits) -> bool:
    """Say whether a name stands in the middle of a value rather than at the beginning of an assignment."""
    before = doc.data[start - 1 : start]
    if before in (b"?", b"&", b";"):
        return True
    if traits.family in {"code", "python", "json", "toml", "hcl"}:
        return before in (b" ", b",", b"\t") and in_string(doc, start)
    if traits.family in {"env", "ini", "properties", "conf", "xml"}:
        return not _LEAD.full(doc.before(start))
    return False


def _value(doc: Document, found: Match, start: int, traits: Traits) -> Value | None:
    close, operator = found.group(1), found.group(2).lower()
    at = found.end()
    if operator in (b",", b"(", b"||", b"??", b"?:", b"or") or operator.startswith(b".unwrap"):
        opening = _OPENING.at(doc.data, at)
        if not opening or (operator == b"," and not close.strip(b" \t])")):
            return None
        if operator == b"," and not _is_argument(doc, start):
            return None
        if operator == b"(" and (close.strip() or not _calls(doc, start, found.start(1))):
            return None
        return quoted_at(doc, opening.end() - 1, traits)
    inner = at + len(doc.data[at : at + 8]) - len(doc.data[at : at + 8].lstrip(b" "))
    opened = doc.data[inner : inner + 1]
    if opened in (b"{", b"[") and doc.data[inner : inner + 2] not in (b"{{", b"[[", b"[]"):
        return _list(doc, inner, traits) if opened == b"[" and traits.family in {"code", "python", "hcl", "toml"} else None
    if operator == b":" and (_names_an_image(doc, start, at) or _is_psql_variable(doc, found.end(2))):
        return None
    if operator == b"->" or (operator == b"=" and doc.data[at : at + 1] == b">"):
        return None
    if not close.strip() and operator in (b"=", b":") and _is_embedded(doc, start, traits):
        space = len(doc.data[at : at + 4]) - len(doc.data[at : at + 4].lstrip(b" "))
        return _embedded(doc, at + space, doc.data[start - 1 : start] or b" ")
    value = read(doc, at, operator)
    if value is None and traits.family in {"code", "python"} and operator in (b"=", b":", b"=>", b":="):
        fallback = _FALLBACK.search(doc.data, at, min(doc.line_end(at), at + 300))
        literal = quoted_at(doc, fallback.start(1), traits) if fallback else None
        if literal and not looks.is_weak(literal.text) and not looks.is_wordy(literal.text):
            return literal
    if value is None and not close.strip() and traits.family in {"code", "python", "json", "hcl", "toml"}:
        loose = shell_word(doc, at)
        random = loose and _LOOSE.full(loose.text.encode()) and looks.is_random(loose.text, 12) and not veto.is_code(loose.text)
        return loose if random else None
    return value


def _list(doc: Document, at: int, traits: Traits) -> Value | None:
    """Read a flat list of texts as one value in pieces; other collections are read entry by entry."""
    pieces: list[tuple[int, int]] = []
    text = ""
    at += 1
    while len(pieces) < 64 and (opening := _ITEM.at(doc.data, at)):
        item = quoted_at(doc, opening.end() - 1, traits)
        if item is None:
            return None
        pieces.append((item.start, item.end))
        text += item.text
        at = item.end + 1
    return Value(pieces[0][0], pieces[-1][1], text, True, pieces=tuple(pieces)) if pieces and _CLOSED.at(doc.data, at) else None


def _is_psql_variable(doc: Document, at: int) -> bool:
    """Say whether the colon is psql's: `password :'name'`, a blank before and a quote behind, puts in a variable by its name."""
    return doc.data[at - 2 : at - 1] in (b" ", b"\t") and doc.data[at : at + 1] in (b"'", b'"')


def _names_an_image(doc: Document, start: int, at: int) -> bool:
    """Say whether `name:tag` is an image, a resource or a scoped name: no blank behind the colon, a separator before the name."""
    return doc.data[at : at + 1] not in (b" ", b"\t", b"\n", b"\r", b'"', b"'") and doc.data[start - 1 : start] in (b"/", b"@", b":")


def _is_argument(doc: Document, start: int) -> bool:
    """Say whether a quoted name is the first argument of a call, whose second is its value; in lists names follow names."""
    before = doc.data[max(0, start - 80) : start].rstrip(b"\"'\x60\\").rstrip()
    return before.endswith(b"(")


def _calls(doc: Document, start: int, end: int) -> bool:
    """Say whether a name in front of a bracket is a setter: `password(`, `setPassword(`, `with_token(`."""
    words = split_words(doc.text(start, end).rpartition(".")[2])
    return bool(words) and (len(words) <= 2 or words[0] in {"set", "with", "add", "use", "put"})


def _judged(doc: Document, name: str, operator: bytes, value: Value, traits: Traits) -> Verdict | None:
    if "\n" in value.text.strip() and not all(looks.is_random(line.strip(), 8) for line in value.text.strip().splitlines()):
        return None  # a block with a text of its own, which the layers read line by line
    verdict = judge(name, value.text, traits, quoted=value.quoted)
    if verdict is None:
        return None
    cautious = operator in (b"===", b"==", b"!=", b"!==", b"(", b",", b"+=")
    spoken = operator == b":" and value.quoted and doc.data[value.start - 1 : value.start] == b" "
    if (operator in (b"(", b",") or spoken) and not classify(name).constant and looks.is_wordy(value.text):
        return None
    if ((cautious and not classify(name).constant) or traits.family in {"markdown", "text"}) and not verdict.spread:
        return None
    if traits.family in {"markdown", "text"} and operator == b":" and not looks.is_random(value.text, 8):
        return None
    return verdict


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield values that are assigned to secret names."""
    if doc.traits.family == "lock":
        return
    covered = 0
    for found in _ASSIGNED.find(doc.data):
        if found.start() >= covered:
            hits, covered = _assigned(doc, found, covered)
            yield from hits


def _assigned(doc: Document, found: Match, covered: int) -> tuple[list[Hit], int]:
    """Return the hits of one assignment, and up to where it has been read."""
    start = _name_start(doc, found.start())
    name = doc.text(start, found.start(1))
    if classify(name).strength is Strength.NONE or doc.data[max(0, start - 2) : start] in (b"${", b"$(", b"%(", b"{{"):
        return [], covered
    traits = doc.traits_at(start)
    value = _value(doc, found, start, traits)
    verdict = _judged(doc, name, found.group(2).lower(), value, traits) if value else None
    if value is None or verdict is None:
        # What stands inside a long harmless value is not read again: that would take quadratic time.
        return [], value.end if value and value.end - value.start > _LONG else covered
    bare = value.bare and not value.quoted
    shown = value.text if verdict.spread else ""
    return [Hit(begin, end, verdict.kind, "" if index else shown, bare) for index, (begin, end) in enumerate(value.spans())], value.end
