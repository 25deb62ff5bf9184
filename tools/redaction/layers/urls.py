"""Credentials in URLs: user information, tokens in the query, and the secret path of webhooks."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator

from .. import looks, veto
from ..document import Document, Hit, Match, either, pattern
from ..judge import judge, judge_as
from ..keys import Key, Strength
from ..taint import TaintStore

ORDER = 30
KIND = "url-credential"

_SUSPECT = pattern(r":\\?/\\?/[^\s\"'<>\x60]*@|:\\?/\\?/[^\s\"'<>\x60]*:\$\{[^}\n]*\}@")
_USERINFO = pattern(
    r"(?i):(?:\\?/){2}(?:([^\s/:\"'<>\x60\\]*):((?:\$\{[^}\n]*\}|[^\s\"'<>\x60@\\])+(?:@[^\s\"'<>\x60@/,:?#\\]+)*)|([^\s/:@\"'<>\x60\\]+))@"
)
_OTHER = pattern(
    r"\b[\w.-]+:([^\s\"'@/]+)@(?:tcp|unix)\(|(?i)\bjdbc:oracle:[a-z]+:[^\s/:@]+/([^\s@\"']+)@"
)
_QUERY = pattern(r"(?i)(?:[?&;]|&amp;|\\u0026)([a-z0-9_.\[\]-]+)=([^\s&\"'<>\x60;#,)\\|]{4,})")
_HOOKS = pattern(
    r"(?i)hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9_/+-]{20,})"
    r"|discord(?:app)?\.com/api/(?:v[0-9]+/)?webhooks/([0-9]{10,}/[A-Za-z0-9_-]{20,})"
    r"|(?:webhook\.office\.com|outlook\.office\.com)/webhook[b2]*/([A-Za-z0-9@/_-]{36,})"
    r"|api\.telegram\.org/bot([0-9]+:[A-Za-z0-9_-]{20,})"
    r"|hooks\.zapier\.com/hooks/catch/([A-Za-z0-9/]{8,})"
    r"|(?:hook\.[a-z0-9]+\.make\.com|maker\.ifttt\.com/trigger/[^/\s]+/with/key|events\.pagerduty\.com/integration"
    r"|hc-ping\.com)/([A-Za-z0-9_-]{20,})"
    r"|chat\.googleapis\.com/v1/spaces/[A-Za-z0-9_-]+/messages\?key=([A-Za-z0-9_%&=-]{20,})"
    r"|(?:open\.(?:feishu\.cn|larksuite\.com)/open-apis/bot/v2/hook|[a-z0-9.-]+\.webhook\.site"
    r"|mattermost[a-z0-9.-]*/hooks)/([A-Za-z0-9-]{20,})"
)
_ANY = either(_SUSPECT, _OTHER, _QUERY, _HOOKS)
_PASSWORD = Key(Strength.PASSWORD, KIND)
_SIGNED = frozenset({"x-amz-signature", "x-goog-signature", "signature", "sig", "x-amz-security-token", "googleaccessid", "policy"})


def _decoded(text: str) -> str:
    return urllib.parse.unquote(text) if "%" in text else text


def _authorities(doc: Document) -> Iterator[Match]:
    """Yield the user information of URLs, also of several in a row."""
    for suspect in _SUSPECT.find(doc.data):
        at, end = suspect.start(), suspect.end()
        while found := _USERINFO.search(doc.data, at, end + 400):
            if found.start() >= end:
                break
            yield found
            at = found.end()


def _userinfo(doc: Document) -> Iterator[Hit]:
    for found in _authorities(doc):
        traits = doc.traits_at(found.start())
        group = 2 if found.start(2) >= 0 else 3
        text = doc.text(found.start(group), found.end(group))
        if group == 3:
            host = doc.data[found.end() : found.end() + 80]
            if looks.is_random(text, 16) and not veto.is_uuid(text) and b"sentry" not in host.split(b"/")[0]:
                yield Hit(found.start(3), found.end(3), KIND, _decoded(text))
            continue
        if "/" in text and (text.split("/")[0].isdigit() or veto.is_reference(text.split("/")[0]) or "[" in text):
            continue
        prose = traits.family in {"markdown", "text"} or traits.example
        user = doc.text(found.start(1), found.end(1)).lower()
        if prose and (text.lower() in {"password", "pass", "pw", "pwd", "secret", "passwd", "token"} or veto.is_placeholder(text, True)):
            continue
        if text.isupper() and text.isalpha() and user in {"user", "username", "login", "usr", "u"}:
            continue
        verdict = judge_as(_PASSWORD, _decoded(text), traits, quoted=True)
        if verdict:
            yield Hit(found.start(2), found.end(2), KIND, _decoded(text) if verdict.spread else "")


def _other(doc: Document) -> Iterator[Hit]:
    """Yield the passwords of addresses that are no URLs: `user:v@tcp(host)` of Go, `user/v@host` of Oracle."""
    for found in _OTHER.find(doc.data):
        group = 1 if found.start(1) >= 0 else 2
        text = doc.text(found.start(group), found.end(group))
        verdict = judge_as(_PASSWORD, text, doc.traits_at(found.start()), quoted=True)
        if verdict:
            yield Hit(found.start(group), found.end(group), KIND, text if verdict.spread else "")


def _query(doc: Document) -> Iterator[Hit]:
    for found in _QUERY.find(doc.data):
        name = doc.text(found.start(1), found.end(1))
        value = _decoded(doc.text(found.start(2), found.end(2)))
        least = Strength.SECRET if name.lower() in _SIGNED and len(value) >= 20 else Strength.HINT
        verdict = judge(name, value, doc.traits_at(found.start()), quoted=True, least=least)
        if verdict and not (verdict.spread is False and value.isalpha() and value.islower()):
            yield Hit(found.start(2), found.end(2), verdict.kind, value if verdict.spread else "")


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield the secret parts of URLs."""
    if _ANY.search(doc.data) is None:
        return
    yield from _userinfo(doc)
    yield from _other(doc)
    yield from _query(doc)
    for found in _HOOKS.find(doc.data):
        group = next(number for number in range(1, 9) if found.start(number) >= 0)
        text = doc.text(found.start(group), found.end(group))
        if not veto.is_placeholder(text) and any(looks.is_random(part, 8) for part in text.replace(":", "/").split("/")):
            yield Hit(found.start(group), found.end(group), "webhook", text)
