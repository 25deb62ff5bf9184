"""Private key material: PEM, OpenSSH, PGP and PuTTY blocks, indented, quoted, escaped on one line or cut off; age keys are a prefix.

The armour lines stay, so that a reader still learns that a key is there; each body line becomes a marker.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..document import MARK, Document, Hit, pattern
from ..taint import TaintStore

ORDER = 10
KIND = "private-key"

_BEGIN = pattern(
    r"-----BEGIN (?:[A-Z0-9]+ )*(?:PRIVATE KEY(?: BLOCK)?|OpenSSH PRIVATE KEY|OpenVPN Static key V1)-----"
    r"|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----"
)
_END = pattern(r"-----END [A-Za-z0-9 ]+-----|---- END [A-Z0-9 ]+ ----")
_PPK = pattern(r"(?m)^[ \t]*Private-(?:Lines|MAC|Hash): ([0-9a-f]+)[ \t]*\r?$")
_MEMBER = pattern(r"\"(?:d|p|q|dp|dq|qi|k)\"\s*:\s*\"([A-Za-z0-9_-]{16,})\"")
_BODY = pattern(r"[A-Za-z0-9+/=]{2,}")
_LINE = pattern(r"[ \t>|]*(?:(?:#|//|\*|;|--|\+|-)[ \t]+)?[\"']?((?:[A-Za-z0-9+/]|\\/)+={0,3})[ \t]*(?:\\n|\\r|\\)*[\"'+,; \t.\\]*\r?")
_ARMOUR = pattern(r"[ \t>#*/|\"']*[A-Za-z-]+: [^\n]*")
_BLANK = pattern(r"[ \t>#*/|\"'\\nr+]*\r?")


def _body_lines(doc: Document, at: int, limit: int) -> Iterator[Hit]:
    """Yield the body of each line from `at` on, until the end of the armour or the first line that cannot belong to it."""
    while at < limit:
        stop = min(doc.line_end(at), limit)
        line = doc.data[at:stop]
        body = _LINE.at(doc.data, at, stop)
        if body and body.end() >= stop and (len(body.group(1)) >= 4 or b"=" in body.group(1)):
            value = body.group(1).decode("latin-1")
            yield Hit(body.start(1), body.end(1), KIND, value)
        elif not (_BLANK.full(line) or _ARMOUR.full(line) or MARK in line):
            if limit == len(doc.data):
                return
            for run in _BODY.find(doc.data, at, stop):
                yield Hit(run.start(), run.end(), KIND)
        at = doc.data.find(b"\n", stop) + 1
        if at == 0:
            return


def _one_line(doc: Document, start: int, end: int) -> Iterator[Hit]:
    """Yield the body of a block that stands on one line with escaped or blank line breaks."""
    if MARK in doc.data[start:end] or end - start < 8:
        return
    body = doc.text(start, end).replace("\\\\n", "\n").replace("\\n", "\n").replace("\\r", "")
    yield Hit(start, end, KIND, "".join(body.split()))
    yield from (Hit(start, start, KIND, line) for line in body.split())


def _blocks(doc: Document) -> Iterator[Hit]:
    covered = 0
    for begin in _BEGIN.find(doc.data):
        if begin.start() < covered:
            continue
        following = _BEGIN.search(doc.data, begin.end())
        end = _END.search(doc.data, begin.end(), following.start() if following else None)
        line_end = doc.line_end(begin.end())
        if end and end.start() <= line_end:
            yield from _one_line(doc, begin.end(), end.start())
        elif line_end - begin.end() > 80:  # cut off inside one line
            run = pattern(r"(?:[A-Za-z0-9+/=]|\\[nr]|\\\\n)+").at(doc.data, begin.end(), line_end)
            if run:
                yield from _one_line(doc, begin.end(), run.end())
        else:
            start = doc.data.find(b"\n", begin.end()) + 1
            if start:
                yield from _body_lines(doc, start, end.start() if end else len(doc.data))
        covered = end.end() if end else begin.end()


def _putty(doc: Document) -> Iterator[Hit]:
    for found in _PPK.find(doc.data):
        if not found.group().lstrip().startswith(b"Private-Lines"):
            yield Hit(found.start(1), found.end(1), KIND)
            continue
        at = doc.data.find(b"\n", found.end(1)) + 1
        for _ in range(min(int(found.group(1)) if found.group(1).isdigit() else 0, 512)):
            body = _LINE.at(doc.data, at, doc.line_end(at)) if at else None
            if not body:
                break
            yield Hit(body.start(1), body.end(1), KIND, body.group(1).decode("latin-1"))
            at = doc.data.find(b"\n", body.end()) + 1


def _web_keys(doc: Document) -> Iterator[Hit]:
    """Yield the private members of JSON web keys."""
    for found in _MEMBER.find(doc.data):
        around = doc.data[max(0, found.start() - 1500) : found.end() + 1500]
        if b'"kty"' in around:
            yield Hit(found.start(1), found.end(1), KIND, found.group(1).decode("latin-1"))


def find(doc: Document, taint: TaintStore) -> Iterator[Hit]:
    """Yield the bodies of private key blocks."""
    if b"PRIVATE KEY" in doc.data or b"Static key" in doc.data:
        yield from _blocks(doc)
    if b'"kty"' in doc.data:
        yield from _web_keys(doc)
    if b"Private-" in doc.data:
        yield from _putty(doc)
