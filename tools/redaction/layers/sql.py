"""Passwords in SQL and its client libraries: `PASSWORD '…'`, `IDENTIFIED BY '…'`, `SET PASSWORD`, `PWDENCRYPT`, positional connects."""

from __future__ import annotations

from collections.abc import Iterator

from .. import looks
from ..document import Document, Hit, either, pattern
from ..judge import judge_as
from ..keys import Key, Strength
from ..literals import quoted_at
from ..taint import TaintStore

ORDER = 75

_SQL = pattern(
    r"(?i)\b(?:(?:encrypted[ \t]+|unencrypted[ \t]+)?password|identified[ \t]+(?:with[ \t]+['\"\x60\w]+[ \t]+)?(?:by"
    r"|as)(?:[ \t]+password)?|"
    r"set[ \t]+password(?:[ \t]+for[ \t]+\S+)?[ \t]*=|with[ \t]+password|authentication_string|secret|password_hash|pwdencrypt)"
    r"[ \t]*(?:=|:=|\(|to)?[ \t]*(?:N|E|password[ \t]*\()?[ \t]*(\\?['\"]|\$\$)"
)
_INSERT = pattern(r"(?is)\binsert[ \t]+(?:ignore[ \t]+)?into[ \t]+[\w.\"\x60\[\]]+[ \t]*\(([^()]{1,900})\)\s*values\s*")
_TUPLE = pattern(r"\s*,?\s*\(")
_CELL = pattern(r"\s*(?:[NE]?'((?:[^'\\]|''|\\.)*)'|\"([^\"]*)\"|([^,()']*(?:\([^()]*\))?[^,()']*))\s*([,)])")
_POSITIONAL = pattern(
    r"(?i)\b(?:new\s+PDO|mysqli_connect|new\s+mysqli|mysql_connect|pg_connect|oci_connect|DriverManager\.getConnection|"
    r"new\s+Sequelize|Sequelize|smtp\.(?:PlainAuth|login)|login|auth|authenticate|HTTPBasicAuth|BasicAuth|SetBasicAuth|PlainCredentials|"
    r"ConnectionParameters|createConnection|UsernamePasswordCredentials|new\s+NetworkCredential|NetworkCredential"
    r"|\.basicAuth|set_basic_auth|withBasicAuth|User|credentials)\s*\("
)
_ARGUMENT = pattern(
    r"\s*(?:[a-z_]+\s*=\s*)?(?:(?:\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|\x60([^\x60\n]*)\x60)"
    r"|([^,()\"'\n]*(?:\([^()\n]*\))?))\s*([,)])"
)
_COPY = pattern(r"(?i)\bcopy[ \t]+[\w.\"]+[ \t]*\(([^()]{1,900})\)[ \t]+from[ \t]+stdin;\r?\n")
_TUPLED = pattern(r"(?i)\bauth[ \t]*=[ \t]*\([ \t]*[\"'][^\"'\n]{1,80}[\"'][ \t]*,[ \t]*([\"'])")
_SIGNED = pattern(
    r"(?i)\b(?:jwt|jsonwebtoken|jose|jws)\.(?:sign|verify|encode|decode)(?:Async)?\(|\bcreateHmac\(|\bhmac\.new\("
    r"|\bFernet\(|\bcreateCipheriv\("
)
_ANY = either(_SQL, _INSERT, _COPY, _POSITIONAL, _SIGNED, _TUPLED)
_SPOKEN = (b"create role", b"create user", b"alter role", b"alter user", b"create login", b"alter login", b"with login")
_PASSWORD = Key(Strength.PASSWORD, "password")


def _statements(doc: Document) -> Iterator[Hit]:
    for found in _SQL.find(doc.data):
        quote = found.group(1).lstrip(b"\\")
        escaped = found.group(1).startswith(b"\\")
        if escaped or quote == b"$$":
            end = doc.data.find(found.group(1), found.end(), doc.line_end(found.end()))
            span = (found.end(), end) if end > 0 else None
        else:
            value = quoted_at(doc, found.start(1), doc.traits_at(found.start()))
            span = (value.start, value.end) if value else None
        if span is None or (found.group().lower().startswith((b"secret", b"password")) and not _spoken(doc, found.start())):
            continue
        yield from _hit(doc, *span)


def _spoken(doc: Document, at: int) -> bool:
    """Say whether SQL is spoken on the line: a bare "password '…'" elsewhere is no statement."""
    if doc.traits.family == "sql":
        return True
    line = doc.data[max(0, at - 300) : at].lower()
    return any(word in line for word in _SPOKEN)


def _hit(doc: Document, start: int, end: int) -> Iterator[Hit]:
    text = doc.text(start, end)
    verdict = judge_as(_PASSWORD, text, doc.traits_at(start), True)
    if verdict:
        yield Hit(start, end, verdict.kind, text.replace("''", "'") if verdict.spread else "")


def _inserts(doc: Document) -> Iterator[Hit]:
    """Yield the cells of INSERT rows whose column is named like a secret."""
    from ..keys import classify

    for found in _INSERT.find(doc.data):
        names = [name.strip(" \t\r\n\"`[]") for name in doc.text(found.start(1), found.end(1)).split(",")]
        wanted = {index: classify(name) for index, name in enumerate(names) if classify(name).strength >= Strength.SECRET}
        at = found.end()
        while wanted:
            opening = _TUPLE.at(doc.data, at)
            if not opening:
                break
            at, index = opening.end(), 0
            while cell := _CELL.at(doc.data, at, at + 8192):
                group = next((number for number in (1, 2, 3) if cell.start(number) >= 0), 3)
                if index in wanted and group != 3:
                    verdict = judge_as(wanted[index], doc.text(cell.start(group), cell.end(group)), doc.traits, True)
                    if verdict:
                        yield Hit(cell.start(group), cell.end(group), verdict.kind, doc.text(cell.start(group), cell.end(group)))
                at, index = cell.end(), index + 1
                if cell.group(4) == b")":
                    break


def _copies(doc: Document) -> Iterator[Hit]:
    """Yield the cells of COPY rows whose column is named like a secret."""
    from ..keys import classify

    for found in _COPY.find(doc.data):
        keys = [classify(name.strip(' \t\r\n"')) for name in doc.text(found.start(1), found.end(1)).split(",")]
        at = found.end()
        while at < len(doc.data) and not doc.data.startswith(b"\\.", at):
            end = doc.line_end(at)
            start = at
            for key, cell in zip(keys, doc.data[at:end].split(b"\t"), strict=False):
                if key.strength >= Strength.SECRET and cell != b"\\N":
                    yield from _hit(doc, start, start + len(cell))
                start += len(cell) + 1
            at = doc.data.find(b"\n", end) + 1 or len(doc.data)


def _signed(doc: Document) -> Iterator[Hit]:
    """Yield the literal keys of signing calls and the second of `auth=(user, password)`."""
    for found in _SIGNED.find(doc.data):
        end = min(len(doc.data), found.end() + 300)
        depth, at = 1, found.end()
        while at < end and depth:
            char = doc.data[at : at + 1]
            value = quoted_at(doc, at, doc.traits_at(at)) if char in (b'"', b"'", b"\x60") else None
            if value:
                if depth == 1 and len(value.text) >= 8 and " " not in value.text and not looks.is_wordy(value.text):
                    yield from _hit(doc, value.start, value.end)
                at = value.end
            depth += (char in (b"(", b"{", b"[")) - (char in (b")", b"}", b"]"))
            at += 1
    for found in _TUPLED.find(doc.data):
        value = quoted_at(doc, found.start(1), doc.traits_at(found.start(1)))
        if value:
            yield from _hit(doc, value.start, value.end)


def _positional(doc: Document) -> Iterator[Hit]:
    """Yield the last literal of calls that take address, user and password by position, when it looks like one."""
    for found in _POSITIONAL.find(doc.data):
        at, literals = found.end(), list[tuple[int, int]]()
        while len(literals) < 8 and (argument := _ARGUMENT.at(doc.data, at, min(len(doc.data), at + 600))):
            group = next((number for number in (1, 2, 3) if argument.start(number) >= 0), 0)
            literals.append((argument.start(group), argument.end(group)) if group else (-1, -1))
            at = argument.end()
            if argument.group(5) == b")":
                break
        mailed = bool(literals) and b"@" in doc.data[max(literals[0][0], 0) : max(literals[0][1], 0)]
        for number, (start, end) in enumerate(literals[1:]):
            value = doc.text(start, end) if start >= 0 else ""
            if len(value) >= 6 and " " not in value and (_telling(value) or (mailed and number == 0)):
                yield from _hit(doc, start, end)


def _telling(value: str) -> bool:
    return not looks.is_weak(value) and any(c.isdigit() for c in value) and any(c.isalpha() for c in value)


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield passwords of SQL statements and of positional connection calls."""
    if doc.traits.family == "lock" or _ANY.search(doc.data) is None:
        return
    yield from _statements(doc)
    yield from _inserts(doc)
    yield from _copies(doc)
    if doc.traits.family in {"code", "python", "markdown", "text"}:
        yield from _positional(doc)
        yield from _signed(doc)
