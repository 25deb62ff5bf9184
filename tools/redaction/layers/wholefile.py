"""Files that are secrets as a whole or line by line: `master.key`, `secrets/db_password.txt`, `.pgpass`, `.htpasswd`, `.netrc`, dotenv."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from .. import looks, veto
from ..document import Document, Hit, pattern
from ..judge import judge_as
from ..keys import Key, Strength, classify, split_words
from ..taint import TaintStore

ORDER = 40

_LINES = pattern(r"(?m)^[ \t]*([^\s#][^\r\n]*?)[ \t]*\r?$")
_COLONS = pattern(r"(?m)^[^#\r\n](?:\\.|[^:\\\r\n])*:(?:\\.|[^:\\\r\n])*:(?:\\.|[^:\\\r\n])*:(?:\\.|[^:\\\r\n])*:((?:\\.|[^\\\r\n])+)\r?$")
_USER_LINES = pattern(r"(?m)^([^#:\s][^:\r\n]*):([^\s\r\n]+)")
_QUOTED_PAIRS = pattern(r"(?m)^\"([^\"\r\n]+)\"[ \t]+\"([^\"\r\n]+)\"")
_NETRC = pattern(r"(?i)\b(?:password|passwd|account)[ \t\r\n]+([^\s]+)")
_KEY_VALUE = pattern(r"(?m)^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*[:=][ \t]*([\"']?)([^\r\n\"']+)")
_SAFE = frozenset(
    "host hosts port user username name db database url uri region zone env environment mode level path dir file id email mail domain realm"
    " version tag image bucket queue topic table schema driver engine type locale lang tz timezone color prefix"
    " suffix namespace cluster arn"
    " endpoint address server hostname public title from to sender log format project org organization tenant"
    " account client dsn fingerprint"
    " checksum public publishable site sha commit revision digest hash uuid cert certificate ca origin origins allowed date time".split()
)
_FOLDERS = frozenset({"secrets", ".secrets", "secret", "credentials", ".credentials", "passwords"})
_WORD_SUFFIX = frozenset({"", "txt", "key", "secret", "token", "password", "pass", "pwd", "passwd", "pw", "cred", "credentials", "psk"})
_SECRET = Key(Strength.SECRET, "secret", (), True)
_PASSWORD = Key(Strength.PASSWORD, "password")


def _held(path: PurePosixPath) -> Key | None:
    """Return what a whole file holds by its name and folder, None when it is an ordinary file."""
    suffix = path.suffix.lstrip(".").lower()
    if suffix not in _WORD_SUFFIX and not (path.name.startswith(".") and path.suffix == path.name):
        return None
    named = classify(path.stem if suffix in {"", "txt", "key"} else path.name)
    if named.strength >= Strength.SECRET:
        return named
    if path.name.lower().startswith(("master.key", ".vault_pass", "vault_pass", "vault-pass", ".erlang.cookie", "auth_pass")):
        return _SECRET
    if suffix == "key" or any(part.lower() in _FOLDERS for part in path.parts[:-1]):
        return _SECRET
    return None


def _lines(doc: Document, key: Key) -> Iterator[Hit]:
    found = list(_LINES.find(doc.data))
    if len(found) > 20 or b"-----BEGIN" in doc.data:
        return
    for match in found:
        value = doc.text(match.start(1), match.end(1))
        plain = "=" not in value.rstrip("=") and (not any(char in value for char in ": {}()<>[]") or looks.is_random(value, 12))
        verdict = judge_as(key, value, doc.traits, True) if plain else None
        if verdict:
            yield Hit(match.start(1), match.end(1), verdict.kind, value if verdict.spread else "")


def _colon_file(doc: Document, name: str) -> Iterator[Hit]:
    users = name in {".htpasswd", "htpasswd", ".htdigest", "shadow", "userlist.txt"} or name.endswith((".htpasswd", ".passwd"))
    if name == "userlist.txt":
        yield from _pairs(doc)
        return
    for match in (_USER_LINES if users else _COLONS).find(doc.data):
        group = 2 if users else 1
        value = doc.text(match.start(group), match.end(group))
        value = value.split(":")[0] if users and not veto.is_marker(value) else value
        verdict = judge_as(_PASSWORD, value, doc.traits, True)
        if verdict or (users and value.startswith(("$", "{")) and not veto.is_marker(value)):
            end = match.start(group) + len(value.encode("utf-8", "surrogatepass")) if users else match.end(group)
            yield Hit(match.start(group), end, "password", value.replace("\\:", ":") if verdict and verdict.spread else "")


def _pairs(doc: Document) -> Iterator[Hit]:
    """Yield the second of two quoted texts on a line, as connection poolers write users."""
    for match in _QUOTED_PAIRS.find(doc.data):
        value = doc.text(match.start(2), match.end(2))
        verdict = judge_as(_PASSWORD, value, doc.traits, True)
        if verdict:
            yield Hit(match.start(2), match.end(2), "password", value if verdict.spread else "")


def _private(doc: Document) -> Iterator[Hit]:
    """Yield random values under any name of a file that is made for secrets, names of harmless things apart."""
    for match in _KEY_VALUE.find(doc.data):
        words = split_words(match.group(1).decode("latin-1"))
        value = doc.text(match.start(3), match.end(3)).strip()
        if set(words) & _SAFE or not looks.is_random(value, 20) or veto.is_uuid(value):
            continue
        verdict = judge_as(_SECRET, value, doc.traits, bool(match.group(2)))
        if verdict and "://" not in value and "=" not in value.rstrip("="):
            yield Hit(match.start(3), match.start(3) + len(value.encode("utf-8", "surrogatepass")), "value", value)


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield the secrets of files whose place or name says that they hold nothing else."""
    path = PurePosixPath(doc.path)
    name = path.name.lower()
    if doc.traits.family == "lock" or doc.traits.example:
        return
    if name.endswith(("pgpass", "pgpass.conf", "htpasswd", ".passwd", ".htdigest")) or name in {"shadow", "userlist.txt"}:
        yield from _colon_file(doc, name)
        return
    if name in {".netrc", "_netrc", "netrc", ".authinfo"}:
        for match in _NETRC.find(doc.data):
            value = doc.text(match.start(1), match.end(1))
            verdict = judge_as(_PASSWORD, value, doc.traits, True)
            if verdict:
                yield Hit(match.start(1), match.end(1), "password", value if verdict.spread else "")
        return
    held = _held(path)
    if held is not None:
        yield from _lines(doc, held)
    if doc.traits.private:
        yield from _private(doc)
