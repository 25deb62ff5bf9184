"""Names and values separated by blanks only: `requirepass v`, `ENV DB_PASSWORD v`, `setenv API_KEY v`, `proxy_set_header X-Api-Key v`."""

from __future__ import annotations

from collections.abc import Iterator

from .. import veto
from ..document import Document, Hit, pattern
from ..judge import judge
from ..keys import Strength, classify
from ..taint import TaintStore
from ..values import read
from .assignments import STEMS

ORDER = 65

_FAMILIES = frozenset({"conf", "docker", "ini", "shell", "hcl", "make", "text"})
_LINE = pattern(
    r"(?im)^[ \t]*(?:#[ \t]*)?(?:(?:ENV|ARG|SetEnv|setenv|env|set|setx|PassEnv|fastcgi_param|uwsgi_param"
    r"|proxy_set_header|add_header|http-request set-header|"
    rf"more_set_input_headers|stats auth|auth_param|user|define"
    rf"|config set)[ \t]+)?([\w.-]*(?:{STEMS})[\w.-]*)[ \t]+([\"']?[^\s=:{{(\"'][^\r\n]*)"
)
_USERLIST = pattern(r"(?im)^[ \t]*(?:user|stats auth)[ \t]+\S+?(?:[ \t]+(?:insecure-password|password)[ \t]+|:)(\S+)")
_REDIS_ACL = pattern(r"(?im)^[ \t]*user[ \t]+\S+[^\r\n]*?[ \t]>(\S+)")
_SPEECH = pattern(r"(?i)(?:is|are|was|for|to|of|in|and|or|the|from|must|should|with|be|not|if|on|as|file|required|secret)\b")


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield values of configuration directives and of blank-separated environment instructions."""
    if doc.traits.family not in _FAMILIES:
        return
    for found in _LINE.find(doc.data):
        name = found.group(1).decode("latin-1")
        key = classify(name)
        if key.strength < Strength.SECRET or (doc.traits.family in {"shell", "text", "hcl"} and not key.constant):
            continue
        if _SPEECH.at(doc.data, found.start(2)):
            continue
        value = read(doc, found.start(2), b" ")
        if value is None:
            continue
        text = value.text.rstrip(";").strip("\"'")
        if " " in text and not value.quoted:
            text = text.split(" ")[0]
        verdict = judge(name, text, doc.traits, quoted=True)
        if verdict and (verdict.spread or doc.traits.family in {"conf", "docker", "ini"}) and not veto.is_code(text):
            start = doc.data.find(text.encode("utf-8", "surrogatepass"), value.start)
            yield Hit(start, start + len(text.encode("utf-8", "surrogatepass")), verdict.kind, text if verdict.spread else "")
    for shape in (_USERLIST, _REDIS_ACL):
        for found in shape.find(doc.data):
            text = doc.text(found.start(1), found.end(1))
            verdict = judge("password", text, doc.traits, quoted=True)
            if verdict and doc.traits.family in {"conf", "ini", "text"}:
                yield Hit(found.start(1), found.end(1), "password", text if verdict.spread else "")
