"""Password hashes: crypt, bcrypt, argon2, scrypt, PBKDF2 of frameworks, LDAP schemes, SCRAM and MySQL native hashes."""

from __future__ import annotations

from collections.abc import Iterator

from ..document import Document, Hit, pattern
from ..taint import TaintStore

ORDER = 25

_HASH = pattern(
    r"\$\$?(?:2[abxy]?\$\$?[0-9]{2}\$\$?[./A-Za-z0-9]{20,60}"
    r"|apr1\$\$?[^\s$:\"']{1,16}\$\$?[./A-Za-z0-9]{16,30}"
    r"|(?:1|5|6|y|7|gy|md5|sha1)\$\$?(?:rounds=[0-9]+\$\$?|j[A-Za-z0-9./]+\$\$?)?[^\s$:\"']{1,64}\$\$?[./A-Za-z0-9]{16,100}"
    r"|argon2(?:id|i|d)\$\$?v=[0-9]+\$\$?m=[0-9]+,t=[0-9]+,p=[0-9]+\$\$?[A-Za-z0-9+/=]{8,}\$\$?[A-Za-z0-9+/=]{16,}"
    r"|scrypt\$[^\s\"']{20,200}|pbkdf2-[a-z0-9]+\$[^\s\"']{20,200})"
    r"|(?:pbkdf2_sha(?:1|256|512)|pbkdf2:sha(?:1|256|512)(?::[0-9]+)?|bcrypt_sha256|bcrypt|argon2|scrypt:[0-9:]+|md5"
    r"|sha1)\$[0-9A-Za-z$./+=,:_-]{24,250}"
    r"|\{(?:S?SHA(?:256|512)?|S?MD5|CRYPT|PBKDF2(?:-SHA[0-9]+)?|ARGON2)\}[A-Za-z0-9+/=$.,-]{16,200}"
    r"|SCRAM-SHA-(?:1|256|512)\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+"
    r"|\*[0-9A-F]{40}\b|\bmd5[a-f0-9]{32}\b"
)


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield password hashes: a weak password can be guessed from them."""
    if doc.traits.family == "lock":
        return
    for found in _HASH.find(doc.data):
        yield Hit(found.start(), found.end(), "password-hash", doc.text(found.start(), found.end()))
