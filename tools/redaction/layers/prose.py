"""Secrets in sentences and comments: "the root password was v", "login: user / pwd: v", "credentials admin / v", table cells."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from .. import lexicon, looks, veto
from ..document import Document, Hit, either, pattern
from ..judge import judge_as
from ..keys import Key, Strength
from ..taint import TaintStore

ORDER = 70

_NOUN = (
    r"(?:pass(?:word|wd|phrase|code|wort)|pwd|kennwort|mot de passe|contrase(?:n|\xc3\xb1)a|senha|wachtwoord"
    r"|secret(?: key)?|token|api[ -]?key|"
    r"access[ -]?key|credentials?|creds|pin|pw)"
)
_SAID = pattern(
    rf"(?i)\b{_NOUN}s?(?:[ \t]+(?:for|of|f\xc3\xbcr|de|on|to|in)(?:[ \t]+[^\s:=]+){{1,6}}?)?[\"'\x60*)]*"
    r"(?:[ \t]+(?:is|was|are|were|be|becomes?|remains?|ist|war|lautet|es|est|now|currently|still|to|set to|changed to|reset to|called|used)"
    r"(?:[ \t]+(?:now|currently|still|always|set to|changed to|reset to|to))?|[ \t]*[:=]|[ \t]*->"
    r"|[ \t]*\xe2\x86\x92)[ \t]*[*_]{0,2}[ \t]*[\"'\x60(]?([^\s\"'\x60<>|)]+)"
)
_SLASH = pattern(
    r"(?i)\b(?:login|log in|credentials?|creds|account|user(?:name)?|access|sign in"
    r"|auth)\b[^\n\"'\x60]{0,40}?[ \t:(\x60\"'=]([A-Za-z0-9_.@-]{2,64})[\"'\x60]?[ \t]*"
    r"(?:/|:|,|\|)[ \t]*[\"'\x60]?([^\s\"'\x60<>|)/=:]{4,})"
)
_WITH = pattern(rf"(?i)\b(?:with|using|via|uses?|enter|type)[ \t]+(?:the[ \t]+)?(?:\w+[ \t]+)?{_NOUN}[ \t]+[\"'\x60*]*([^\s\"'\x60<>|)]+)")
_NEXT = pattern(rf"(?i)\b{_NOUN}[ \t]+[\"'\x60(]?([^\s\"'\x60<>|)]{{10,}})")
_COMMENT = pattern(r"(?:^|[ \t])(?:#|//|/\*|\*[ \t]|--[ \t]|;|<!--|rem |\"\"\")")
_ANY = either(_SAID, _SLASH, _WITH, _NEXT)
_KEY = Key(Strength.PASSWORD, "password")
_INNER = (b"?", b"&", b";")  # before a name inside a query, which has its own layer
_TAIL = ".,;:!?*_]}'\""


def _is_prose(doc: Document, at: int) -> bool:
    """Say whether a sentence may stand at the offset: documents and logs, elsewhere only comments."""
    if doc.traits.family in {"markdown", "text"}:
        return True
    line = doc.before(at)
    if doc.traits.family == "json":
        return line.lstrip()[:1] in (b"/", b"#")
    if doc.traits.family == "xml":
        return line.rfind(b"<!--") > line.rfind(b"-->")
    return _COMMENT.search(line) is not None


def _in_url(doc: Document, at: int) -> bool:
    """Say whether the word around the offset is a URL, which has its own layer."""
    before = doc.before(at, 200)
    return b"://" in before.split()[-1] if before.split() and not before[-1:].isspace() else False


def _telling(value: str) -> bool:
    """Say whether a word of a sentence looks like a secret rather than like a word: digits or symbols among letters, or changing case."""
    if len(value) < 5 or veto.is_identifier(value) or veto.is_placeholder(value, True) or veto.is_reference(value) or veto.is_code(value):
        return False
    if value.startswith("%env("):  # Symfony's reference, cut at its parenthesis
        return False
    if any(char in value for char in "/=") and not looks.is_random(value, 12):
        return False
    if all(word in lexicon.SENTENCE for word in looks.words_of(value)):
        return False
    digits = any(char.isdigit() for char in value)
    letters = any(char.isalpha() for char in value)
    symbols = any(char.isascii() and not char.isalnum() and char not in "-_./'’" for char in value)
    humps = sum(a.islower() and b.isupper() for a, b in itertools.pairwise(value)) >= 2
    return (digits and letters) or (symbols and letters and len(value) >= 8) or humps


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield secrets that a sentence or a comment gives away."""
    if doc.traits.family == "lock" or _ANY.search(doc.data) is None:
        return
    for shape, group in ((_SAID, 1), (_SLASH, 2), (_WITH, 1), (_NEXT, 1)):
        for found in shape.find(doc.data):
            start, end = found.start(group), found.end(group)
            value = doc.text(start, end)
            start += len(value) - len(value.lstrip("*_"))
            value = value.lstrip("*_")
            stripped = value.rstrip(_TAIL) if value[-1:] != "!" or value[-2:-1] in " ." else value.rstrip(".,;:?*_]}'\"")
            if shape is _NEXT and not looks.is_random(stripped, 10):
                continue
            inner = _in_url(doc, start) or doc.data[found.start() - 1 : found.start()] in _INNER
            if inner or not _telling(stripped) or not _is_prose(doc, found.start()):
                continue
            verdict = judge_as(_KEY, stripped, doc.traits_at(start), True)
            if verdict:
                yield Hit(start, start + len(stripped.encode("utf-8", "surrogatepass")), "password", stripped if verdict.spread else "")
