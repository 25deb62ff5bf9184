"""Credentials in HTTP headers: `Authorization: Bearer v`, `Basic b64`, `X-Api-Key: v`, cookies, `docker config auth`."""

from __future__ import annotations

from collections.abc import Iterator

from .. import looks, veto
from ..document import Document, Hit, either, pattern
from ..encodings import unbase64
from ..judge import judge, judge_as
from ..keys import Key, Strength
from ..taint import TaintStore

ORDER = 35

_SCHEME = pattern(
    r"(?i)\b(bearer|basic|token|apikey|splunk|negotiate|digest|key|ghtoken|hawk|ssws|genieKey)(?:[ \t]+"
    r"|%20)[\"'\x60]?([A-Za-z0-9+/=_.~:%-]{6,})"
)
_HEADER = pattern(
    r"(?i)\b((?:x|proxy|private|job|deploy)-[a-z0-9-]*(?:token|key|secret|auth|password|signature|pass)[a-z0-9-]*"
    r"|api-?key|private-token|authorization|"
    r"[a-z]+-api-key|xi-api-key|cookie|set-cookie)[\"'\x60]?[ \t]*[:=,][ \t]*[\"'\x60]?([^\s\"'\x60,;\\}\])]+)"
)
_PAIR = pattern(r"(?i)(?:^|[^A-Za-z0-9])auth[\"']?[ \t]*[:=][ \t]*[\"']?([A-Za-z0-9+/]{8,}={0,2})[\"']?")
_ANY = either(_SCHEME, _HEADER, _PAIR)
_TOKENS = frozenset({b"bearer", b"splunk", b"ghtoken", b"ssws", b"geniekey"})
_WORDS = frozenset({b"token", b"apikey", b"basic", b"key"})  # also words of ordinary text
_SECRET = Key(Strength.SECRET, "token", (), True)


def _basic(text: str) -> str:
    """Return the password of a base64 `user:password`, empty when it is none."""
    decoded = unbase64(text.encode("latin-1", "replace"))
    return decoded.partition(":")[2] if decoded and ":" in decoded and decoded.partition(":")[0].isprintable() else ""


def _telling(value: str) -> bool:
    return len(value) >= 8 and any(char.isdigit() for char in value) and any(char.isalpha() for char in value)


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield credentials of HTTP headers."""
    if doc.traits.family == "lock" or _ANY.search(doc.data) is None:
        return
    for found in _SCHEME.find(doc.data):
        value, scheme = doc.text(found.start(2), found.end(2)), found.group(1).lower()
        traits = doc.traits_at(found.start())
        password = _basic(value) if scheme == b"basic" else ""
        if password and not (veto.is_reference(password) or veto.is_placeholder(password, True) or veto.is_marker(password)):
            yield Hit(found.start(2), found.end(2), "credential", value)
            yield Hit(found.start(2), found.start(2), "password", password)
            continue
        told = _telling(value) if scheme in _TOKENS else scheme in _WORDS and looks.is_random(value, 20)
        if told and judge_as(_SECRET, value, traits, True):
            yield Hit(found.start(2), found.end(2), "token", value)
    for found in _HEADER.find(doc.data):
        name, value = found.group(1).decode("latin-1"), doc.text(found.start(2), found.end(2))
        if _telling(value) and not veto.is_code(value):
            verdict = judge(name, value, doc.traits_at(found.start()), quoted=True, least=Strength.HINT)
            if verdict:
                yield Hit(found.start(2), found.end(2), verdict.kind, value if verdict.spread else "")
    for found in _PAIR.find(doc.data):
        password = _basic(doc.text(found.start(1), found.end(1)))
        if password:
            yield Hit(found.start(1), found.end(1), "credential", doc.text(found.start(1), found.end(1)))
            yield Hit(found.start(1), found.start(1), "password", password)
